import { InkgradError, naming } from '../../errors.ts';
import { checkOptions } from '../../options.ts';
import { newCounters } from '../capture/counters.ts';
import { WasmDevice } from './device.ts';
import { inflated } from './inflated.ts';
import { newMemory, WasmMemory } from './memory.ts';
import { nodeThreads } from './nodeThreads.ts';
import type { WasmOptions } from './options.ts';
import { wasmOptions } from './options.ts';
import { fusedIsFaster } from './relaxed.ts';
import { canJoinPairs, compileInPairs, pairsAreFaster } from './revectorize.ts';
import { Team } from './team.ts';
import { spawnInBrowser } from './threads.ts';

/** More are no use on any machine there is; some thousands end a process for want of address space. */
const MOST_THREADS = 512;

/**
 * Opens the device, with its threads started.
 *
 * @throws InkgradError for an unknown option, and where there is no memory for it
 * @category Devices
 * @example
 * import { openWasm } from 'inkgrad/wasm';
 *
 * const device = await openWasm({ threads: 1, relaxed: false });
 * console.log(device.adapter);
 * // WebAssembly SIMD, 1 thread
 * device.close();
 */
export async function openWasm(options: WasmOptions = {}): Promise<WasmDevice> {
  checkOptions('openWasm', options, wasmOptions);
  const { threads: wanted = 1 } = options;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > MOST_THREADS) {
    throw new InkgradError(
      `openWasm: threads ${naming(wanted)}; expected a whole number from 1 to ${MOST_THREADS}`,
    );
  }
  const canShare = typeof SharedArrayBuffer !== 'undefined';
  const node = await nodeThreads();
  const own = node?.spawn ?? (typeof Worker === 'undefined' ? null : spawnInBrowser);
  const spawn = canShare ? (options.spawn ?? own) : null;
  const cores = node?.cores ?? globalThis.navigator?.hardwareConcurrency ?? 1;
  const threads = options.threads ?? cores;
  if (!canShare && node === null && threads > 1) sayOneThread(threads);
  const { module, features } = await choose(options);
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
      features,
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

interface Chosen {
  readonly module: WebAssembly.Module;
  /** What is used beyond plain WebAssembly. */
  readonly features: string;
}

/** The build for this machine. */
async function choose({ relaxed, revectorize }: WasmOptions): Promise<Chosen> {
  // A page fetches them when it opens the device, and only those that may be taken.
  const [bytes, fusedBytes] = await Promise.all([
    import('../../../wasm/build/plain.wasm').then(({ default: bytes }) => inflated(bytes)),
    relaxed === false
      ? null
      : import('../../../wasm/build/relaxed.wasm').then(({ default: bytes }) => inflated(bytes)),
  ]);
  const plain = await WebAssembly.compile(bytes);
  const fused = fusedBytes && WebAssembly.validate(fusedBytes) ? await WebAssembly.compile(fusedBytes) : null;
  if (revectorize !== false && canJoinPairs()) {
    const { wide, wideRelaxed } = await import('./pairs.ts');
    // Every processor with AVX2 has fused multiply-adds, and they are half the instructions.
    const [same, build] = fused === null ? [plain, wide] : [fused, wideRelaxed];
    const pairs = await compileInPairs(await inflated(build));
    const features = fused === null ? 'SIMD, AVX' : 'relaxed SIMD, AVX';
    if (pairsAreFaster(pairs, { same, plain })) return { module: pairs, features };
  }
  const isFused = fused !== null && (relaxed === true || fusedIsFaster(plain, fused));
  return isFused ? { module: fused, features: 'relaxed SIMD' } : { module: plain, features: 'SIMD' };
}
