/** How wrong a classification is. */

import { named, ShapeError } from '../errors.ts';
import { expectInt, expectShape } from '../expect.ts';
import { apply } from '../graph.ts';
import { ops } from '../ops/index.ts';
import { show, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { ones } from './constants.ts';
import { div, mul, neg } from './elementwise.ts';
import { logSoftmax, mean, sum } from './reductions.ts';
import { broadcastTo, reshape } from './shapes.ts';

export interface LossOptions {
  /** A weight per class, [C]; 1 each when left out. The mean is then that of the weights. */
  readonly weight?: Tensor | undefined;
  /** The label of places that do not count. */
  readonly ignoreIndex?: number | undefined;
  /** How the losses of all places are put together; mean when left out. */
  readonly reduction?: 'mean' | 'sum' | 'none' | undefined;
}

/** The cross-entropy of logits [N,C,…] and int32 labels [N,…]: softmax and negative log likelihood in one. */
export const crossEntropy = named(
  'crossEntropy',
  (logits: Tensor, labels: Tensor, options: LossOptions = {}) => {
    const { weight, ignoreIndex, reduction = 'mean' } = options;
    const isPlain = logits.shape.length === 2 && weight === undefined && ignoreIndex === undefined;
    if (!isPlain) return nllLoss(logSoftmax(logits, 1), labels, options);
    const rows = apply(ops.crossEntropy, [logits, labels], {})[0];
    if (reduction === 'none') return rows;
    return reduction === 'mean' ? mean(rows) : sum(rows);
  },
);

/** The negative log likelihood of int32 labels [N,…] under log-probabilities [N,C,…]. */
export function nllLoss(
  logProbabilities: Tensor,
  labels: Tensor,
  { weight, ignoreIndex, reduction = 'mean' }: LossOptions = {},
): Tensor {
  const { shape } = logProbabilities;
  if (shape.length < 2) {
    throw new ShapeError(`nllLoss: log-probabilities of shape ${show(shape)}; expected [N,C,…]`);
  }
  const [n, classes, ...places] = shape;
  expectInt('nllLoss', labels);
  expectShape('nllLoss', 'labels', labels, [n, ...places]);
  if (weight !== undefined) expectShape('nllLoss', 'a weight', weight, [classes]);
  const inner = sizeOf(places);
  const ignore = ignoreIndex ?? null;
  const flat = reshape(labels, [n, inner]);
  const chosen = gatherClass(reshape(logProbabilities, [n, classes, inner]), flat, ignore);
  const perClass =
    weight === undefined ? ones(labels.device, [1, classes, 1]) : reshape(weight, [1, classes, 1]);
  const weights = gatherClass(broadcastTo(perClass, [n, classes, inner]), flat, ignore);
  const losses = neg(mul(chosen, weights));
  if (reduction === 'none') return reshape(losses, labels.shape);
  return reduction === 'sum' ? sum(losses) : div(sum(losses), sum(weights));
}

/** x [N,C,M] at the labels [N,M]: [N,M]; 0 where the label is `ignore`. */
export const gatherClass = (x: Tensor, labels: Tensor, ignore: number | null = null): Tensor =>
  apply(ops.gatherClass, [x, labels], { ignore })[0];

/** g [N,M] put at the labels [N,M], zeros elsewhere: [N,classes,M]. */
export const scatterClass = (
  g: Tensor,
  labels: Tensor,
  classes: number,
  ignore: number | null = null,
): Tensor => apply(ops.scatterClass, [g, labels], { classes, ignore })[0];

/** g·(softmax(x) − onehot(labels)) for each row of x [N,C]. */
export const crossEntropyGrad = (x: Tensor, labels: Tensor, g: Tensor): Tensor =>
  apply(ops.crossEntropyGrad, [x, labels, g], {})[0];
