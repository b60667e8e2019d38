import type { Params } from '../launch.ts';
import { usage } from './buffers.ts';
import type { UniformLayout } from './uniforms.ts';
import { placeParams } from './uniforms.ts';

/** Bytes of one launch's uniform block; 256 is the largest offset alignment that WebGPU allows an adapter. */
export const SLOT = 256;

/** Launches that may be queued before they must be submitted. */
export const SLOTS = 256;

/** Room for so many uniform blocks, seen as words and as floats. */
export function paramBlock(slots: number) {
  const words = new Uint32Array((slots * SLOT) / 4);
  return { words, floats: new Float32Array(words.buffer) };
}

/**
 * The uniform blocks of all queued launches, side by side in one buffer: each launch binds its slot by a
 * dynamic offset, and one write before the submission brings them all to the device.
 */
export class ParamSlots {
  readonly buffer: GPUBuffer;
  readonly #block = paramBlock(SLOTS);
  #used = 0;

  constructor(readonly device: GPUDevice) {
    this.buffer = device.createBuffer({ size: SLOTS * SLOT, usage: usage.uniform | usage.copyTarget });
  }

  get full(): boolean {
    return this.#used === SLOTS;
  }

  /** Puts parameters into the next slot; returns its offset in bytes. */
  add(layout: UniformLayout, params: Params): number {
    const offset = this.#used++ * SLOT;
    placeParams(layout, params, this.#block, offset / 4);
    return offset;
  }

  /** Sends the used slots and starts over. */
  flush(): void {
    if (this.#used === 0) return;
    this.device.queue.writeBuffer(this.buffer, 0, this.#block.words, 0, (this.#used * SLOT) / 4);
    this.#used = 0;
  }
}
