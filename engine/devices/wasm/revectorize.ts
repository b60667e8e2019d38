import { isNode, loadInNode, nodeProcess } from '../node.ts';
import { shortestTimes } from './shortest.ts';
import { instantiate } from './threads.ts';

// V8 can join pairs of neighbouring 128-bit vectors in the AVX registers of a processor: an experiment of its, behind a flag.

interface V8 {
  setFlagsFromString(flag: string): void;
}

/**
 * The V8 of Node.js 24. One that cannot compile a function ends the process, as that of Node.js 25 does with these flags; so
 * none is tried but those in which test/engine/revectorize.test.ts has compiled all kernels and found the same bits.
 */
const KNOWN = /^13\.6\.[\d.]*-node/;

/** Flags while kernels are compiled, and as they are otherwise: all functions at once, by the compiler that knows of pairs. */
const FLAGS = [
  ['--experimental-wasm-revectorize', '--no-experimental-wasm-revectorize'],
  ['--no-liftoff', '--liftoff'],
  ['--no-wasm-lazy-compilation', '--wasm-lazy-compilation'],
] as const;

/**
 * Whether this is a Node.js that joins pairs; what it makes for a processor without AVX2 is not faster. Bun says that it has
 * the V8 of Node.js, and has none.
 */
export function canJoinPairs(): boolean {
  const { arch, versions } = nodeProcess() ?? {};
  return isNode() && versions?.bun === undefined && arch === 'x64' && KNOWN.test(versions?.v8 ?? '');
}

/**
 * Compiles a module with pairs joined. Flags belong to the whole process, so they are on for this alone: 0.08 s of processor
 * time, after which nothing of it is left to be compiled. What V8 compiles of other modules in that moment is joined too.
 */
export async function compileInPairs(bytes: Uint8Array<ArrayBuffer>): Promise<WebAssembly.Module> {
  const { setFlagsFromString } = await loadInNode<V8>('node:v8');
  // A flag that the process was started with stays.
  const flags = FLAGS.filter(([on]) => !nodeProcess()?.execArgv?.includes(on));
  for (const [on] of flags) setFlagsFromString(on);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    for (const [, off] of flags) setFlagsFromString(off);
  }
}

/** A product of 32×256 and 256×48 numbers, some 10 µs: addresses, and the arguments of wasm/product.ts. */
const [M, N, K] = [32, 48, 256];
const A = 1024;
const B = A + 4 * M * K;
const Y = B + 4 * K * N;
const OWN = Y + 4 * M * N;
const NO_FLOOR = 0xff800000 | 0;
const PRODUCT = [A, B, A, Y, M, N, K, K, 1, N, 1, NO_FLOOR, 0, M, N, K, 1, 0];

/**
 * How many times as fast pairs must be to be taken. On one core of an AMD EPYC (Zen 5) they are 1.7 times, fused twice; where V8
 * does not join them the wide tiles spill, at 0.8: so noise does not change the choice.
 */
const WORTH = 1.3;

/**
 * Whether products come out of the build with pairs faster than out of the plain one, and to the same bits as out of the one
 * with the same multiply-adds.
 */
export function pairsAreFaster(
  pairs: WebAssembly.Module,
  { same, plain }: { readonly same: WebAssembly.Module; readonly plain: WebAssembly.Module },
): boolean {
  const memory = new WebAssembly.Memory({ initial: 4, maximum: 4, shared: true });
  const words = new Int32Array(memory.buffer);
  words.set(PRODUCT);
  const floats = new Float32Array(memory.buffer);
  for (let i = A / 4; i < Y / 4; i++) floats[i] = Math.sin(i);
  const runOf = (module: WebAssembly.Module) => {
    const { outerProduct } = instantiate(module, memory).exports;
    return () => (outerProduct as (args: number, part: number, own: number) => void)(0, 0, OWN);
  };
  const [expected, actual] = [same, pairs].map((module) => {
    runOf(module)();
    return words.slice(Y / 4, OWN / 4);
  });
  if (expected.some((bits, i) => bits !== actual[i])) return false;
  const [before, after] = shortestTimes([plain, pairs].map(runOf));
  return before > WORTH * after;
}
