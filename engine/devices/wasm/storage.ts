import type { TypedArray } from '../../device.ts';
import { PlannedStorage } from '../capture/storage.ts';
import type { WasmMemory } from './memory.ts';

/** Memory of a tensor, at an address. */
export class WasmStorage extends PlannedStorage<number> {
  #view: TypedArray | null = null;

  /** The same memory as a typed array. */
  viewIn(memory: WasmMemory): TypedArray {
    this.#view ??= memory.view(this.dtype, this.place, this.length);
    return this.#view;
  }
}
