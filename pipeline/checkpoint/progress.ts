import * as v from 'valibot';
import type { TypedArray } from '../../engine/dtype.ts';
import type { OptimizerState } from '../../engine/optim/index.ts';
import type { Shape } from '../../engine/shape.ts';
import { PipelineError } from '../faults.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import { finite, whole } from '../numbers.ts';
import { sectionOf } from './section.ts';

/** How far a training is, beside its weights: with these it goes on to the same bits. */
export interface Progress {
  /** The seed of all its random numbers. */
  readonly seed: number;
  /** The epoch at hand, from 1. */
  readonly epoch: number;
  /** Steps of that epoch that are done. */
  readonly step: number;
  /** What the best epoch so far reached on the validation images. */
  readonly best: { readonly epoch: number; readonly loss: number; readonly accuracy: number } | null;
  readonly optimizer: OptimizerState;
  readonly lossScale: TypedArray | null;
  /** the running average of the weights, where one is kept */
  readonly average: ReadonlyMap<string, StoredTensor> | null;
}

/** As a checkpoint keeps it. */
export interface StoredProgress extends Progress {
  /** Bytes of metrics.jsonl that tell of what is done; what follows them is done, and told, once more. */
  readonly logged: number;
}

/** A change that this version could not read raises it. */
const VERSION = 1;

/** What the names of its tensors begin with in the file. */
export const PROGRESS_PREFIX = 'training.';
const AVERAGE_PREFIX = 'average.';

const count = v.pipe(whole(0), v.safeInteger());

const fields = v.object({
  version: v.literal(VERSION),
  seed: count,
  epoch: v.pipe(whole(1), v.safeInteger()),
  step: count,
  best: v.nullable(v.object({ epoch: count, loss: finite, accuracy: finite })),
  steps: count,
  missed: v.optional(v.array(count)),
  logged: count,
  /** what there is among the tensors */
  moments: v.object({ count: whole(0, 2), length: count }),
  lossScale: v.boolean(),
  average: v.boolean(),
});

export type ProgressFields = v.InferOutput<typeof fields>;

/** What of it goes into the metadata. */
export function progressFields(progress: StoredProgress): ProgressFields {
  const { seed, epoch, step, best, logged, optimizer, lossScale, average } = progress;
  const { steps, moments, missed } = optimizer;
  return {
    version: VERSION,
    ...{ seed, epoch, step, best, steps, logged },
    ...(missed && { missed: [...missed] }),
    moments: { count: moments.length, length: moments[0]?.length ?? 0 },
    lossScale: lossScale !== null,
    average: average !== null,
  };
}

/** What of it goes among the tensors. */
export const progressTensors = ({
  optimizer,
  lossScale,
  average,
}: StoredProgress): [string, StoredTensor][] => {
  const row = (data: TypedArray): StoredTensor => ({ shape: [data.length], data });
  const named: [string, StoredTensor][] = [
    ...optimizer.moments.map((moment, i): [string, StoredTensor] => [`moment${i}`, row(moment)]),
    ...(lossScale === null ? [] : [['lossScale', row(lossScale)] as [string, StoredTensor]]),
    ...[...(average ?? [])].map(([name, tensor]): [string, StoredTensor] => [AVERAGE_PREFIX + name, tensor]),
  ];
  return named.map(([name, tensor]) => [PROGRESS_PREFIX + name, tensor]);
};

/**
 * The tensors that stand in a file for it, by their names there.
 *
 * @param model the tensors of its model, by their names
 */
export function progressTensorsOf<T extends { readonly shape: Shape }>(
  { moments, lossScale, average }: ProgressFields,
  model: ReadonlyMap<string, T>,
): [string, { readonly shape: Shape }][] {
  const named: [string, { readonly shape: Shape }][] = [
    ...Array.from({ length: moments.count }, (_, i): [string, { shape: Shape }] => [
      `moment${i}`,
      { shape: [moments.length] },
    ]),
    ...(lossScale ? [['lossScale', { shape: [3] }] as [string, { shape: Shape }]] : []),
    ...(average ? [...model].map(([name, tensor]): [string, T] => [AVERAGE_PREFIX + name, tensor]) : []),
  ];
  return named.map(([name, tensor]) => [PROGRESS_PREFIX + name, tensor]);
}

/**
 * Reads what the metadata says.
 *
 * @throws PipelineError where it is broken
 */
export function parseProgress(value: unknown, file: string): ProgressFields {
  if (v.is(fields, value)) return value;
  throw new PipelineError(
    `${file}: how far its training is, is broken or of a later version; train it again`,
    'damaged',
  );
}

/** What was read, with its tensors by their names. */
export function progressOf(
  { seed, epoch, step, best, steps, missed, logged, moments }: ProgressFields,
  tensors: ReadonlyMap<string, StoredTensor>,
): StoredProgress {
  const { section: average, others } = sectionOf(tensors, AVERAGE_PREFIX);
  const data = (name: string) => others.get(name)!.data;
  return {
    ...{ seed, epoch, step, best, logged },
    optimizer: {
      steps,
      moments: Array.from({ length: moments.count }, (_, i) => data(`moment${i}`)),
      ...(missed && { missed }),
    },
    lossScale: others.has('lossScale') ? data('lossScale') : null,
    average: average.size > 0 ? average : null,
  };
}
