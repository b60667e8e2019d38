import type { Counters } from '../../device.ts';
import { Pool } from '../pool.ts';

/**
 * The numbers of GPUBufferUsage. The global of that name exists in browsers, but not in Node.js.
 * https://www.w3.org/TR/webgpu/#namespacedef-gpubufferusage
 */
export const usage = {
  mapRead: 1,
  copySource: 4,
  copyTarget: 8,
  uniform: 64,
  storage: 128,
  queryResolve: 512,
} as const;

/**
 * Buffers of one usage, by size. A buffer that is given back is used again for later launches: they run in the
 * order in which they were queued, so it does not matter that earlier ones may still wait.
 */
export class BufferPool {
  readonly #pool: Pool<GPUBuffer>;

  constructor(
    readonly gpu: GPUDevice,
    readonly counters: Counters,
    readonly usage: number,
    /** Told of a buffer for which there was no memory. */
    readonly onOutOfMemory: (bytes: number) => void,
    /** Submits the launches that still wait: what they use can be destroyed after that, and not before. */
    submit: () => void,
  ) {
    this.#pool = new Pool((buffers) => {
      if (buffers.length > 0) submit();
      for (const buffer of buffers) buffer.destroy();
    });
  }

  take(bytes: number): GPUBuffer {
    this.counters.live++;
    this.counters.liveBytes += bytes;
    const pooled = this.#pool.take(bytes, bytes);
    if (pooled !== undefined) return pooled;
    this.counters.allocations++;
    this.gpu.pushErrorScope('out-of-memory');
    const buffer = this.gpu.createBuffer({ size: bytes, usage: this.usage });
    // A lost device answers no more; what it lost is reported elsewhere.
    this.gpu.popErrorScope().then(
      (error) => error !== null && this.onOutOfMemory(bytes),
      () => {},
    );
    return buffer;
  }

  give(buffer: GPUBuffer): void {
    this.counters.live--;
    this.counters.liveBytes -= buffer.size;
    this.#pool.give(buffer.size, buffer.size, buffer);
  }

  /** Gives a buffer back to the system instead of the pool. */
  drop(buffer: GPUBuffer): void {
    this.counters.live--;
    this.counters.liveBytes -= buffer.size;
    this.#pool.leave(buffer.size);
    buffer.destroy();
  }

  /** Gives all that waits in the pool back to the system. */
  trim(): void {
    this.#pool.clear();
  }
}
