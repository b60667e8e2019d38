import { usage } from './buffers.ts';

/** Bytes of one launch's uniform block; 256 is the largest offset alignment that WebGPU allows an adapter. */
export const SLOT = 256;

/** Launches that may be queued before they must be submitted. */
export const SLOTS = 256;

/**
 * The uniform blocks of all queued launches, side by side in one buffer: each launch binds its slot by a
 * dynamic offset, and one write before the submission brings them all to the device.
 */
export class ParamSlots {
  readonly buffer: GPUBuffer;
  readonly #words = new Uint32Array((SLOTS * SLOT) / 4);
  #used = 0;

  constructor(readonly device: GPUDevice) {
    this.buffer = device.createBuffer({ size: SLOTS * SLOT, usage: usage.uniform | usage.copyTarget });
  }

  get full(): boolean {
    return this.#used === SLOTS;
  }

  /** Puts words into the next slot; returns its offset in bytes. */
  add(words: readonly number[]): number {
    const offset = this.#used++ * SLOT;
    for (let i = 0; i < words.length; i++) this.#words[offset / 4 + i] = words[i];
    return offset;
  }

  /** Sends the used slots and starts over. */
  flush(): void {
    if (this.#used === 0) return;
    this.device.queue.writeBuffer(this.buffer, 0, this.#words, 0, (this.#used * SLOT) / 4);
    this.#used = 0;
  }
}
