import * as v from 'valibot';
import type { TypedArray } from '../../engine/dtype.ts';
import type { StoredTensor } from '../../engine/formats/safetensors.ts';
import type { OptimizerState } from '../../engine/optim/index.ts';
import { PipelineError } from '../faults.ts';
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
});

/** What of it goes into the metadata. */
export const progressFields = ({ seed, epoch, step, best, optimizer, logged }: StoredProgress) => ({
  version: VERSION,
  ...{ seed, epoch, step, best, steps: optimizer.steps, logged },
  ...(optimizer.missed && { missed: optimizer.missed }),
});

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
 * Reads what the metadata says.
 *
 * @param value undefined in checkpoints that are only for using
 * @param tensors those of the progress, whose sizes are looked at when it is restored
 * @throws PipelineError where it is broken
 */
export function parseProgress(
  value: unknown,
  tensors: ReadonlyMap<string, StoredTensor>,
  file: string,
): StoredProgress | undefined {
  if (value === undefined && tensors.size === 0) return undefined;
  if (!v.is(fields, value)) {
    throw new PipelineError(
      `${file}: how far its training is, is broken or of a later version; train it again`,
      'damaged',
    );
  }
  const { seed, epoch, step, best, steps, missed, logged } = value;
  const { section: average, others } = sectionOf(tensors, AVERAGE_PREFIX);
  const moments = [...others]
    .filter(([name]) => /^moment\d$/.test(name))
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, { data }]) => data);
  const lossScale = tensors.get('lossScale')?.data ?? null;
  return {
    ...{ seed, epoch, step, best, lossScale, logged },
    average: average.size > 0 ? average : null,
    optimizer: { steps, moments, ...(missed && { missed }) },
  };
}
