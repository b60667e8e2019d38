import type { Counters } from '../../device.ts';
import type { DType, TypedArray } from '../../dtype.ts';
import { InkgradError } from '../../errors.ts';

const PAGE = 65536;
/** What WebAssembly can address. */
const MOST_PAGES = 65536;
const INITIAL_PAGES = 1024;
/** Blocks begin at whole cache lines, and end with one that kernels may read but not write. */
const LINE = 64;
/** The first page stays empty, so that an address of 0 is an error that is seen. */
const FIRST = PAGE;

const arrays = { float32: Float32Array, int32: Int32Array };

const blockBytes = (bytes: number): number => Math.ceil(bytes / LINE) * LINE + LINE;

/**
 * One memory for all threads. A block that is given back waits for the next of its size, as a training step asks for the same
 * again; before memory grows, what waits is joined to larger blocks.
 */
export class WasmMemory {
  /** Addresses of free blocks, by size. */
  #free = new Map<number, number[]>();
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
    const size = blockBytes(bytes);
    const waiting = this.#pop(size);
    if (waiting !== undefined) return waiting;
    if (this.#end + size > this.memory.buffer.byteLength) {
      this.#join();
      const joined = this.#split(size);
      if (joined !== undefined) return joined;
    }
    const address = this.#end;
    this.#reach(address + size, bytes);
    this.#end = address + size;
    this.counters.allocations++;
    return address;
  }

  giveUncounted(address: number, bytes: number): void {
    this.#put(address, blockBytes(bytes));
  }

  #put(address: number, size: number): void {
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [address]);
    else free.push(address);
  }

  /** One of the free blocks of a size. */
  #pop(size: number): number | undefined {
    const addresses = this.#free.get(size);
    const address = addresses?.pop();
    if (addresses?.length === 0) this.#free.delete(size);
    return address;
  }

  /** Makes one block of all that lie side by side; those at the end are no blocks any more. */
  #join(): void {
    const all = [...this.#free].flatMap(([size, addresses]) =>
      addresses.map((address) => ({ address, size })),
    );
    all.sort((left, right) => left.address - right.address);
    const joined: { address: number; size: number }[] = [];
    for (const { address, size } of all) {
      const last = joined.at(-1);
      if (last !== undefined && last.address + last.size === address) last.size += size;
      else joined.push({ address, size });
    }
    const last = joined.at(-1);
    if (last !== undefined && last.address + last.size === this.#end) {
      this.#end = last.address;
      joined.pop();
    }
    this.#free = new Map();
    for (const { address, size } of joined) this.#put(address, size);
  }

  /** Takes a block out of the smallest free one that holds it. */
  #split(size: number): number | undefined {
    const fitting = [...this.#free.keys()].filter((free) => free >= size);
    if (fitting.length === 0) return undefined;
    const free = fitting.reduce((best, each) => Math.min(best, each));
    const address = this.#pop(free)!;
    if (free > size) this.#put(address + size, free - size);
    return address;
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
    // A quarter more each time, where that is to be had: growing is slow on some systems.
    const quarter = Math.ceil(this.memory.buffer.byteLength / PAGE / 4);
    if (this.#grow(Math.max(pages, quarter)) || this.#grow(pages)) return;
    throw new InkgradError(`wasm: out of memory for ${bytes} bytes; use a smaller --batch, or --device cpu`);
  }

  #grow(pages: number): boolean {
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      return false;
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
      return new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared: true });
    } catch (error) {
      if (maximum > INITIAL_PAGES) continue;
      throw new InkgradError(`wasm: no memory for threads (${(error as Error).message}); use --device cpu`);
    }
  }
}
