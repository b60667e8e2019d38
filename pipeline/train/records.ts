import type { TypedArray } from '../../engine/dtype.ts';
import { PipelineError } from '../faults.ts';

/** What is known of one training step. */
export interface StepRecord {
  /** From 1. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
  /** The mean cross-entropy of the batch, before the update. */
  readonly loss: number;
  /** How many of the batch were recognised, before the update. */
  readonly correct: number;
  /** Images of the batch. */
  readonly samples: number;
  /** The learning rate of this step. */
  readonly rate: number;
  /** The joint norm of the gradients, before they are clipped; where they are. */
  readonly norm?: number;
}

/**
 * The loss became NaN or infinite; the weights on the device are of no more use.
 *
 * @category Errors
 * @example
 * import { DivergedError, train } from 'inkgrad/train';
 *
 * const images = [[[1, 0], [1, 0]], [[1, 1], [0, 0]]];
 * const model = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const training = train({ model, images, labels: ['|', '-'], validation: 0, lr: 1e38, optimizer: 'sgd' });
 * const error = await training.catch((error) => error);
 * console.log(error instanceof DivergedError, error.code);
 * // true diverged
 */
export class DivergedError extends PipelineError {
  constructor(
    /** The step at which that was, from 1. */
    readonly step: number,
    loss: number,
  ) {
    super(`loss became ${loss} at step ${step}; try a lower \`lr\`, or \`clip\` 1`, 'diverged');
  }
}

/** What is known of a step before its results have been read. */
export interface Queued {
  readonly step: number;
  readonly rate: number;
  /** Where its batch begins in the epoch, and how many images it has. */
  readonly from: number;
  readonly samples: number;
}

/** What the rows of results belong to. */
export interface RowsOf {
  readonly labels: Int32Array;
  readonly order: Int32Array;
  readonly batch: number;
  readonly epoch: number;
  readonly normsFrom: number | null;
}

/**
 * Results as records.
 *
 * @param rows a loss and a class for each image of each step; a step has `batch` rows
 * @param order the images of the epoch
 * @param normsFrom the row from which on the norms of the steps' gradients stand; null where there are none
 * @throws DivergedError at the first step whose loss is not finite
 */
export function recordsOf(
  steps: readonly Queued[],
  rows: TypedArray,
  { labels, order, batch, epoch, normsFrom }: RowsOf,
): StepRecord[] {
  return steps.map(({ step, rate, from, samples }, at) => {
    let sum = 0;
    let correct = 0;
    for (let i = 0; i < samples; i++) {
      const row = 2 * (at * batch + i);
      sum += rows[row];
      if (rows[row + 1] === labels[order[from + i]]) correct++;
    }
    const loss = sum / samples;
    if (!Number.isFinite(loss)) throw new DivergedError(step, loss);
    const norm = normsFrom === null ? {} : { norm: rows[2 * (normsFrom + at)] };
    return { step, epoch, loss, correct, samples, rate, ...norm };
  });
}
