import { PlannedStorage } from '../capture/storage.ts';

/** A part of a buffer. */
export interface Address {
  readonly buffer: GPUBuffer;
  /** In bytes; a multiple of 256, as WebGPU may ask for. */
  readonly offset: number;
}

/** WebGPU copies and binds multiples of four bytes, and no empty buffers. */
export const bytesFor = (length: number): number => Math.max(4, length * 4);

/** Memory of a tensor: a part of a buffer. */
export class GpuStorage extends PlannedStorage<Address> {
  get binding(): GPUBufferBinding {
    return { ...this.address, size: bytesFor(this.length) };
  }
}
