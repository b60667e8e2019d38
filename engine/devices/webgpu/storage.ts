import type { DType, Storage } from '../../device.ts';
import { InkgradError } from '../../errors.ts';

/** A part of a buffer. */
export interface Place {
  readonly buffer: GPUBuffer;
  /** In bytes; a multiple of 256, as WebGPU may ask for. */
  readonly offset: number;
}

/** WebGPU copies and binds multiples of four bytes, and no empty buffers. */
export const bytesFor = (length: number): number => Math.max(4, length * 4);

/** Memory of a tensor: a part of a buffer, which in a plan is found only when the whole plan is known. */
export class GpuStorage implements Storage {
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

  get binding(): GPUBufferBinding {
    return { ...this.place, size: bytesFor(this.length) };
  }
}
