import { newCounters } from '../capture/counters.ts';
import { WasmDevice } from './device.ts';
import { inflated } from './inflated.ts';
import { newMemory, WasmMemory } from './memory.ts';
import { nodeThreads } from './nodeThreads.ts';
import { fusedIsFaster } from './relaxed.ts';
import { Team } from './team.ts';
import type { Spawn } from './threads.ts';
import { spawnInBrowser } from './threads.ts';

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
   * it is much faster.
   */
  readonly relaxed?: boolean;
  /** Winograd's transforms for convolutions, several times as fast and a little less exact; on unless false. */
  readonly winograd?: boolean;
  /** Milliseconds that a thread is waited for before it is given up. */
  readonly patience?: number;
  /** Fills float memory with NaN before each use, so that a kernel that reads what it did not write is found. */
  readonly poison?: boolean;
}

/** Opens the device, with its threads started. */
export async function openWasm(options: WasmOptions = {}): Promise<WasmDevice> {
  const canShare = typeof SharedArrayBuffer !== 'undefined';
  const node = await nodeThreads();
  const own = node?.spawn ?? (typeof Worker === 'undefined' ? null : spawnInBrowser);
  const spawn = canShare ? (options.spawn ?? own) : null;
  const cores = node?.cores ?? globalThis.navigator?.hardwareConcurrency ?? 1;
  const threads = options.threads ?? cores;
  if (!canShare && node === null && threads > 1) sayOneThread(threads);
  const { module, isRelaxed } = await choose(options.relaxed);
  const counters = newCounters();
  const memory = new WasmMemory(newMemory(), counters);
  const team = await Team.start(module, memory, {
    threads,
    spawn,
    maySleep: options.maySleep ?? (node !== null || options.spawn !== undefined),
    ...(options.patience !== undefined && { patience: options.patience }),
  });
  counters.allocations = 0;
  return new WasmDevice(
    team,
    memory,
    counters,
    { winograd: options.winograd ?? true },
    {
      features: isRelaxed ? 'relaxed SIMD' : 'SIMD',
      poison: options.poison === true,
      asked: spawn === null ? 1 : threads,
    },
  );
}

let hasSaid = false;

/** Says once that a page computes on one thread, since it is not isolated from others, and what would isolate it. */
function sayOneThread(threads: number): void {
  if (hasSaid) return;
  hasSaid = true;
  console.info(
    `inkgrad: this page is not cross-origin isolated, so wasm computes on one thread of ${threads}; all of them need the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp`,
  );
}

/** The build of the kernels for this machine. */
async function choose(
  wanted: boolean | undefined,
): Promise<{ module: WebAssembly.Module; isRelaxed: boolean }> {
  // A page fetches them when it opens the device, and the second only where it may be taken.
  const [plain, relaxed] = await Promise.all([
    import('../../../wasm/build/plain.wasm').then(({ default: bytes }) => inflated(bytes)),
    wanted === false
      ? null
      : import('../../../wasm/build/relaxed.wasm').then(({ default: bytes }) => inflated(bytes)),
  ]);
  const module = await WebAssembly.compile(plain);
  if (relaxed === null || !WebAssembly.validate(relaxed)) return { module, isRelaxed: false };
  const fused = await WebAssembly.compile(relaxed);
  const isRelaxed = wanted === true || fusedIsFaster(module, fused);
  return { module: isRelaxed ? fused : module, isRelaxed };
}
