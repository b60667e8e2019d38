/** How long a case takes on each of several devices, taken in turns. */
import type { Device } from '../../engine/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import { scope } from '../../engine/scope.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import type { Ceiling } from '../ceiling.ts';
import { leastTime } from '../ceiling.ts';
import { interleaved, median, repetitionsFor, timed } from '../timing.ts';
import type { Case } from './case.ts';

/** Milliseconds of launches that one reading of the clock covers. */
const SAMPLE_MS = 75;
/** Readings for a median, and the time that a device spends on them: a slow kernel has fewer. */
const ROUNDS = { least: 3, most: 7 };
const CASE_MS = 600;

export interface Measured {
  readonly device: Device['kind'];
  /** The median of `samples`. */
  readonly ms: number;
  /** Milliseconds per launch, one for each reading of the clock. */
  readonly samples: readonly number[];
  /** Launches, back to back, of each reading. */
  readonly launches: number;
}

export interface Skipped {
  readonly device: Device['kind'];
  readonly skipped: string;
}

/** A device, what it can do at best, and what is known by now of its kernels. */
export class Contender {
  /** For each kernel the largest share of the ceiling that one of its cases has reached. */
  readonly #shares = new Map<string, number>();

  constructor(
    readonly device: Device,
    readonly ceiling: Ceiling,
  ) {}

  /** The time to expect from what cases of the same kernel took; the least time as long as there was none. */
  expected(kase: Case): number {
    return leastTime(kase, this.ceiling).ms / (this.#shares.get(kase.kernel) ?? 1);
  }

  learn(kase: Case, ms: number): void {
    const share = leastTime(kase, this.ceiling).ms / ms;
    this.#shares.set(kase.kernel, Math.max(share, this.#shares.get(kase.kernel) ?? 0));
  }
}

/** A case that is warm on a device. */
interface Prepared {
  readonly contender: Contender;
  /** How many fill a reading of the clock. */
  readonly launches: number;
  /** What a launch takes, roughly. */
  readonly ms: number;
  /** Launches so many times and waits; milliseconds. */
  launch(times: number): Promise<number>;
  dispose(): void;
}

/**
 * Measures one case on all devices, which take turns. One that would need more than `limitMs` for a single launch,
 * or has no memory for it, is skipped with the reason.
 */
export async function measure(
  kase: Case,
  contenders: readonly Contender[],
  limitMs: number,
): Promise<(Measured | Skipped)[]> {
  const prepared: (Prepared | Skipped)[] = [];
  for (const contender of contenders) prepared.push(await prepare(kase, contender, limitMs));
  const running = prepared.filter((one) => 'launch' in one);
  const affordable = running.map(({ launches, ms }) => Math.floor(CASE_MS / (launches * ms)));
  const rounds = Math.max(ROUNDS.least, Math.min(ROUNDS.most, ...affordable));
  const times = await interleaved(running, rounds, ({ launch, launches }) => launch(launches));
  return prepared.map((one) => {
    if ('skipped' in one) return one;
    const { contender, launches } = one;
    one.dispose();
    const samples = times[running.indexOf(one)].map((ms) => ms / launches);
    const ms = median(samples);
    contender.learn(kase, ms);
    return { device: contender.device.kind, ms, samples, launches };
  });
}

/** Puts a case on a device and runs it until it is warm: kernels are compiled then, and memory is touched. */
async function prepare(kase: Case, contender: Contender, limitMs: number): Promise<Prepared | Skipped> {
  const { device } = contender;
  const skip = (reason: string): Skipped => ({ device: device.kind, skipped: reason });
  const limit = `the limit is ${seconds(limitMs)}`;
  const expected = contender.expected(kase);
  if (expected > limitMs) return skip(`about ${seconds(expected)} a launch expected; ${limit}`);
  let tensors: { inputs: Tensor[]; outputs: Tensor[] };
  try {
    tensors = scope(() => ({
      inputs: kase.inputs.map(({ shape, fill }) => Tensor.from(device, fill(sizeOf(shape)), shape)),
      outputs: kase.outputs.map(({ shape, dtype }) => Tensor.empty(device, shape, dtype)),
    }));
  } catch (error) {
    if (!(error instanceof InkgradError)) throw error;
    return skip(error.message);
  }
  const { inputs, outputs } = tensors;
  const dispose = () => {
    for (const tensor of [...inputs, ...outputs]) tensor.dispose();
  };
  const launch = (times: number) =>
    timed(() => {
      for (let i = 0; i < times; i++) kase.run(device, inputs, outputs);
      return device.finish();
    });
  const first = await launch(1);
  if (first > limitMs) {
    dispose();
    contender.learn(kase, first);
    return skip(`the first launch took ${seconds(first)}; ${limit}`);
  }
  const { times: launches, ms } = await repetitionsFor(SAMPLE_MS, launch);
  return { contender, launches, ms, launch, dispose };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`;
