import type { Storage } from '../../device.ts';
import type { DType } from '../../dtype.ts';
import { InkgradError } from '../../errors.ts';

/** Memory whose place, in a captured step, is found only when the whole step is known. */
export class PlannedStorage<Place> implements Storage {
  #place: Place | null;
  /** True for memory of a captured step, which the step owns. */
  readonly isPlanned: boolean;

  constructor(
    readonly dtype: DType,
    readonly length: number,
    place: Place | null,
  ) {
    this.#place = place;
    this.isPlanned = place === null;
  }

  get place(): Place {
    if (this.#place === null) {
      throw new InkgradError(
        'capture: a tensor of the step was used before its plan was made; read it after',
      );
    }
    return this.#place;
  }

  /** Whether memory has been found. */
  get isPlaced(): boolean {
    return this.#place !== null;
  }

  settle(place: Place): void {
    this.#place = place;
  }
}
