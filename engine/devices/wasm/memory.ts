import type { Counters, DType, TypedArray } from '../../device.ts';
import { InkgradError } from '../../errors.ts';

const PAGE = 65536;
/** What WebAssembly can address. */
const MOST_PAGES = 65536;
/** Blocks begin at whole cache lines, and end with one that kernels may read but not write. */
const LINE = 64;
/** The first page stays empty, so that an address of 0 is an error that is seen. */
const FIRST = PAGE;

const arrays = { float32: Float32Array, int32: Int32Array };

export const roundUp = (bytes: number): number => Math.ceil(bytes / LINE) * LINE + LINE;

/** One memory for all threads. Blocks that are given back wait for the next of their size: a training step asks for the same again. */
export class WasmMemory {
  readonly #free = new Map<number, number[]>();
  #end = FIRST;

  constructor(
    readonly memory: WebAssembly.Memory,
    readonly counters: Counters,
  ) {}

  /**
   * The address of a block.
   *
   * @throws InkgradError when there is no memory left
   */
  take(bytes: number): number {
    const address = this.takeUncounted(bytes);
    this.counters.live++;
    this.counters.liveBytes += bytes;
    return address;
  }

  give(address: number, bytes: number): void {
    this.counters.live--;
    this.counters.liveBytes -= bytes;
    this.giveUncounted(address, bytes);
  }

  /** The same for what belongs to the device itself: it is there as long as the device. */
  takeUncounted(bytes: number): number {
    const size = roundUp(bytes);
    const waiting = this.#free.get(size)?.pop();
    if (waiting !== undefined) return waiting;
    const address = this.#end;
    this.#reach(address + size, bytes);
    this.#end = address + size;
    this.counters.allocations++;
    return address;
  }

  giveUncounted(address: number, bytes: number): void {
    const size = roundUp(bytes);
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [address]);
    else free.push(address);
  }

  view(dtype: DType, address: number, length: number): TypedArray {
    return new arrays[dtype as 'float32' | 'int32'](this.memory.buffer, address, length);
  }

  words(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  #reach(end: number, bytes: number): void {
    const pages = Math.ceil(end / PAGE) - this.memory.buffer.byteLength / PAGE;
    if (pages <= 0) return;
    try {
      // A quarter more each time: growing is slow on some systems.
      const now = this.memory.buffer.byteLength / PAGE;
      this.memory.grow(Math.min(Math.max(pages, Math.ceil(now / 4)), Math.max(pages, MOST_PAGES - now)));
    } catch {
      throw new InkgradError(
        `wasm: out of memory for ${bytes} bytes; use a smaller --batch, or --device cpu`,
      );
    }
  }
}

/**
 * Memory that threads may share, of 64 MiB at first: what is not used takes nothing.
 *
 * @throws InkgradError where there is none
 */
export function newMemory(): WebAssembly.Memory {
  // Systems with little address space refuse the largest reservation.
  for (let maximum = MOST_PAGES; ; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: 1024, maximum, shared: true });
    } catch (error) {
      if (maximum > 1024) continue;
      throw new InkgradError(`wasm: no memory for threads (${(error as Error).message}); use --device cpu`);
    }
  }
}
