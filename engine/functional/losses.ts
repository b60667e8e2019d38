/** How wrong a classification is. */

import { InkgradError, named, ShapeError } from '../errors.ts';
import { expectInt, expectShape } from '../expect.ts';
import { apply } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import { show, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { ones } from './constants.ts';
import { add, affine, div, mul, neg } from './elementwise.ts';
import { logSoftmax, mean, sum } from './reductions.ts';
import { broadcastTo, reshape } from './shapes.ts';

export interface LossOptions {
  /** A weight per class, [C]; 1 each when left out. The mean is then that of the weights. */
  readonly weight?: Tensor | undefined;
  /** The label of places that do not count. */
  readonly ignoreIndex?: number | undefined;
  /** ε: the label counts 1 − ε, and each class ε/C beside it, as PyTorch has it (Szegedy et al., 2016); 0 when left out. */
  readonly labelSmoothing?: number | undefined;
  /** How the losses of all places are put together; mean when left out. */
  readonly reduction?: 'mean' | 'sum' | 'none' | undefined;
}

/** The cross-entropy of logits [N,C,…] and int32 labels [N,…]: softmax and negative log likelihood in one. */
export const crossEntropy = named(
  'crossEntropy',
  (logits: Tensor, labels: Tensor, options: LossOptions = {}) => {
    const { weight, ignoreIndex, labelSmoothing = 0, reduction = 'mean' } = options;
    if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
      throw new InkgradError(`crossEntropy: labelSmoothing ${labelSmoothing}; expected a number from 0 to 1`);
    const isPlain = logits.shape.length === 2 && weight === undefined && ignoreIndex === undefined;
    if (!isPlain || labelSmoothing > 0) return nllLoss(logSoftmax(logits, 1), labels, options);
    const rows = apply(ops.crossEntropy, [logits, labels], {})[0];
    if (reduction === 'none') return rows;
    return reduction === 'mean' ? mean(rows) : sum(rows);
  },
);

/** The negative log likelihood of int32 labels [N,…] under log-probabilities [N,C,…]. */
export function nllLoss(
  logProbabilities: Tensor,
  labels: Tensor,
  { weight, ignoreIndex, labelSmoothing = 0, reduction = 'mean' }: LossOptions = {},
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
  const own = mul(chosen, weights);
  const smoothed = () => {
    const all = sum(mul(reshape(logProbabilities, [n, classes, inner]), perClass), { axes: [1] });
    const counted = gatherClass(ones(labels.device, [n, classes, inner]), flat, ignore);
    return add(affine(own, 1 - labelSmoothing, 0), affine(mul(all, counted), labelSmoothing / classes, 0));
  };
  const losses = neg(labelSmoothing === 0 ? own : smoothed());
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
