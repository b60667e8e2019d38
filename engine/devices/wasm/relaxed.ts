import { shortestTimes } from './shortest.ts';
import { instantiate } from './threads.ts';

/**
 * Fused multiply-adds must be so many times as fast to be taken. It is one or the other: about 1 on processors that add beside
 * multiplying (Zen 5: 1.0), and about 2 where both go through the same pipes. So noise does not change the choice, and with it the last digits.
 */
const WORTH = 1.3;
/** Multiply-adds of one measurement: some 15 µs. */
const ROUNDS = 4000;

/** Whether the build with relaxed SIMD runs much faster here than the plain one. */
export function fusedIsFaster(plain: WebAssembly.Module, relaxed: WebAssembly.Module): boolean {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
  const words = new Int32Array(memory.buffer);
  // The addresses of [a, b] and of y, and the rounds; see wasm/ceiling.ts.
  words.set([64, 128, ROUNDS]);
  new Float32Array(memory.buffer).set([0.5, 0.5], 16);
  const kernels = [plain, relaxed].map((module) => {
    const { multiplyAdd } = instantiate(module, memory).exports;
    return () => (multiplyAdd as (args: number, part: number, own: number) => void)(0, 0, 0);
  });
  const [apart, fused] = shortestTimes(kernels);
  return apart > WORTH * fused;
}
