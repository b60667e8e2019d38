import type { Known } from '../../options.ts';
import type { Spawn } from './threads.ts';

/** What WebAssembly is computed with. */
export interface WasmOptions {
  /**
   * How many threads compute; one for each core when left out, and one where memory cannot be shared. Fewer where the system
   * starts no more, which `adapter` then says.
   */
  readonly threads?: number;
  /** How threads are started; by Node.js, or as workers of the browser, when left out. */
  readonly spawn?: Spawn;
  /** Whether the calling thread may sleep while it waits: not on the first one of a page. */
  readonly maySleep?: boolean;
  /**
   * Takes relaxed SIMD's multiply-add where it is on; its last digits differ from one processor to another. When left out, where
   * it is much faster, or AVX registers are used.
   */
  readonly relaxed?: boolean;
  /**
   * Lets V8 join pairs of vectors in AVX registers, where it is known to do so right, which is in Node.js 24, and where that is
   * faster; on unless false. With the same `relaxed` the bits are the same.
   */
  readonly revectorize?: boolean;
  /** Winograd's transforms for convolutions, several times as fast and a little less exact; on unless false. */
  readonly winograd?: boolean;
  /** Milliseconds that a thread is waited for before it is given up. */
  readonly patience?: number;
  /** Fills float memory with NaN before each use, so that a kernel that reads what it did not write is found. */
  readonly poison?: boolean;
}

export const wasmOptions: Known<WasmOptions> = {
  threads: true,
  spawn: true,
  maySleep: true,
  relaxed: true,
  revectorize: true,
  winograd: true,
  patience: true,
  poison: true,
};
