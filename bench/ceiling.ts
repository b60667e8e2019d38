/**
 * What a device can do at best, measured by two kernels that do nothing else: multiply-adds in registers, and a
 * copy of more memory than caches hold. The share of a real kernel is told in these, not in a data sheet's numbers.
 */
import type { Device } from '../engine/device.ts';
import { ones } from '../engine/functional/constants.ts';
import type { Op } from '../engine/op.ts';
import { scope } from '../engine/scope.ts';
import { Tensor } from '../engine/tensor.ts';
import shader from './ceiling.wgsl';
import { repetitionsFor, timed } from './timing.ts';

export interface Ceiling {
  /** Floating-point operations per second; a multiply and an add are two. */
  readonly flops: number;
  /** Bytes per second, those read and those written. */
  readonly bytes: number;
}

/** The least time that work can take under a ceiling, and which side of it bounds it: the roofline model. */
export function leastTime(
  { flops, bytes }: { readonly flops: number; readonly bytes: number },
  ceiling: Ceiling,
): { readonly ms: number; readonly bound: 'compute' | 'memory' } {
  const compute = (1000 * flops) / ceiling.flops;
  const memory = (1000 * bytes) / ceiling.bytes;
  return compute > memory ? { ms: compute, bound: 'compute' } : { ms: memory, bound: 'memory' };
}

interface Rounds {
  readonly rounds: number;
}

/** Threads of the multiply-add kernel: more than the largest GPUs run at once. */
export const THREADS = 2 ** 20;
const WORKGROUP = 256;
/** A round of one thread: 12 chains of 16 multiply-adds. */
export const flopsOf = ({ rounds }: Rounds): number => THREADS * rounds * 12 * 16 * 2;
/** The loop of the CPU has 14 chains: that fills its 16 registers. */
const CPU_CHAINS = 14;
/** That of WebAssembly 13 of four floats, in parts that threads share. */
export const WASM_CHAINS = 13;
export const WASM_PARTS = 64;

export const multiplyAdd: Op<Rounds> = {
  name: 'multiplyAdd',
  infer: ([x]) => [{ shape: [THREADS, 4], dtype: x.dtype }],
  define([x], [y], attrs) {
    const [a, b] = x.data;
    y.data[0] = chains(Math.round(flopsOf(attrs) / (2 * CPU_CHAINS)), a, b);
  },
  gpu: (_inputs, _outputs, { rounds }) => [
    { shader, entry: 'multiplyAdd', params: { rounds }, grid: [THREADS / WORKGROUP, 1, 1] },
  ],
  wasm(_inputs, _outputs, attrs) {
    const rounds = Math.round(flopsOf(attrs) / (WASM_PARTS * WASM_CHAINS * 4 * 2));
    return { launches: [{ kernel: 'multiplyAdd', parts: WASM_PARTS, params: [rounds] }], scratch: [] };
  },
  grad: { none: 'it only takes time' },
};

/** Numbers of their own for each chain: the processor need not wait for one to go on with the next. */
function chains(times: number, a: number, b: number): number {
  // Fractions from the start: V8 may take a chain that begins with a whole number for one of integers, at half speed.
  let [v0, v1, v2, v3, v4, v5, v6] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7];
  let [w0, w1, w2, w3, w4, w5, w6] = [1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7];
  for (let i = 0; i < times; i++) {
    v0 = v0 * a + b;
    v1 = v1 * a + b;
    v2 = v2 * a + b;
    v3 = v3 * a + b;
    v4 = v4 * a + b;
    v5 = v5 * a + b;
    v6 = v6 * a + b;
    w0 = w0 * a + b;
    w1 = w1 * a + b;
    w2 = w2 * a + b;
    w3 = w3 * a + b;
    w4 = w4 * a + b;
    w5 = w5 * a + b;
    w6 = w6 * a + b;
  }
  return v0 + v1 + v2 + v3 + v4 + v5 + v6 + w0 + w1 + w2 + w3 + w4 + w5 + w6;
}

/** 128 MiB each way, which every WebGPU adapter binds. */
export const COPIED = 2 ** 25;

export const copy: Op = {
  name: 'copy',
  infer: ([x]) => [x],
  define([x], [y]) {
    y.data.set(x.data);
  },
  wasm: () => ({
    launches: [{ kernel: 'copy', parts: WASM_PARTS, params: [COPIED, COPIED / WASM_PARTS] }],
    scratch: [],
  }),
  gpu: () => [{ shader, entry: 'copy', params: { rounds: 0 }, grid: [COPIED / 16 / WORKGROUP, 1, 1] }],
  grad: { none: 'it only takes time' },
};

/** How long one sample of the clock is, in milliseconds. */
const SAMPLE_MS = 60;
/** The best of so many counts: a ceiling is what nothing gets in the way of. */
const SAMPLES = 5;

/** Measures both ceilings of a device; takes about a second, and memory that is pooled until it is closed. */
export async function measureCeiling(device: Device): Promise<Ceiling> {
  return { flops: await measureFlops(device), bytes: await measureBytes(device) };
}

async function measureFlops(device: Device): Promise<number> {
  // v·a + b settles at 1: neither infinite nor too small to be a normal number, either of which may be slow.
  const factors = new Float32Array(4);
  factors.set([0.5, 0.5]);
  const [x, y] = scope(() => [Tensor.from(device, factors), Tensor.empty(device, [THREADS, 4])]);
  const run = (rounds: number) =>
    timed(() => {
      device.run(multiplyAdd, [x], [y], { rounds });
      return device.finish();
    });
  // The first launch compiles the kernel, which is no part of what a round takes.
  await run(1);
  const { times } = await repetitionsFor(SAMPLE_MS, run);
  const best = await bestOf(() => run(times));
  for (const tensor of [x, y]) tensor.dispose();
  return (flopsOf({ rounds: times }) / best) * 1000;
}

async function measureBytes(device: Device): Promise<number> {
  // Filled by the device: an array to copy from would be as large once more, and take as long to make as all samples.
  const [x, y] = scope(() => [ones(device, [COPIED]), Tensor.empty(device, [COPIED])]);
  const run = (times: number) =>
    timed(() => {
      for (let i = 0; i < times; i++) device.run(copy, [x], [y], {});
      return device.finish();
    });
  await run(1);
  const { times } = await repetitionsFor(SAMPLE_MS, run);
  const best = await bestOf(() => run(times));
  for (const tensor of [x, y]) tensor.dispose();
  return ((times * 2 * 4 * COPIED) / best) * 1000;
}

async function bestOf(sample: () => Promise<number>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < SAMPLES; i++) best = Math.min(best, await sample());
  return best;
}
