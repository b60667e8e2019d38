import type { Storage } from '../../device.ts';
import type { DType } from '../../dtype.ts';
import { InkgradError } from '../../errors.ts';
import type { Holder } from '../holder.ts';

/** Memory whose address, in a captured step, is found only when the whole step is known. */
export class PlannedStorage<Address> implements Storage {
  holder: Holder | null = null;
  #address: Address | null;
  #isGone = false;
  /** True for memory of a captured step, which the step owns. */
  readonly isPlanned: boolean;

  constructor(
    readonly dtype: DType,
    readonly length: number,
    address: Address | null,
  ) {
    this.#address = address;
    this.isPlanned = address === null;
  }

  get address(): Address {
    if (this.#address === null) {
      throw new InkgradError(
        this.#isGone
          ? 'capture: a tensor of a step was used after dispose() of the step; copy it before'
          : 'capture: a tensor of the step was used before its plan was made; read it after',
      );
    }
    return this.#address;
  }

  /** Whether the address has been found. */
  get hasAddress(): boolean {
    return this.#address !== null;
  }

  settle(address: Address): void {
    this.#address = address;
  }

  /** Its step has given the memory back. */
  leave(): void {
    this.#address = null;
    this.#isGone = true;
  }
}
