import type { TypedArray } from '../../dtype.ts';
import { PlannedStorage } from '../capture/storage.ts';
import type { WasmMemory } from './memory.ts';

/** Bytes of so many elements; empty tensors have an address too. */
export const bytesFor = (length: number): number => Math.max(4, length * 4);

/** Memory of a tensor, at an address. */
export class WasmStorage extends PlannedStorage<number> {
  #view: TypedArray | null = null;

  /** The same memory as a typed array. */
  viewIn(memory: WasmMemory): TypedArray {
    this.#view ??= memory.view(this.dtype, this.address, this.length);
    return this.#view;
  }

  override leave(): void {
    super.leave();
    this.#view = null;
  }
}
