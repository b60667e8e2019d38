import type { Counters } from '../../device.ts';

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
  readonly #free = new Map<number, GPUBuffer[]>();

  constructor(
    readonly gpu: GPUDevice,
    readonly counters: Counters,
    readonly usage: number,
    /** Told of a buffer for which there was no memory. */
    readonly onOutOfMemory: (bytes: number) => void,
  ) {}

  take(bytes: number): GPUBuffer {
    this.counters.live++;
    this.counters.liveBytes += bytes;
    const pooled = this.#free.get(bytes)?.pop();
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
    const free = this.#free.get(buffer.size);
    if (free === undefined) this.#free.set(buffer.size, [buffer]);
    else free.push(buffer);
  }

  /** Gives a buffer back to the system instead of the pool. */
  drop(buffer: GPUBuffer): void {
    this.counters.live--;
    this.counters.liveBytes -= buffer.size;
    buffer.destroy();
  }

  /** Gives all that waits in the pool back to the system. */
  trim(): void {
    for (const buffers of this.#free.values()) for (const buffer of buffers) buffer.destroy();
    this.#free.clear();
  }
}
