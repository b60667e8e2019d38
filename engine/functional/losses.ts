/** How wrong a classification is. */

import { InkgradError, named, ShapeError, whatIs } from '../errors.ts';
import { expectNumber, expectShape, expectTensors, expectWord, isTensor } from '../expect.ts';
import { applyWith } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { Known } from '../options.ts';
import { checkOptions } from '../options.ts';
import { sameShape, show, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { oneHot, ones } from './constants.ts';
import { add, affine, div, mul, neg } from './elementwise.ts';
import { logSoftmax, mean, softmax, sum } from './reductions.ts';
import { broadcastTo, reshape } from './shapes.ts';

/** With what their gradients take beside the functions that all do. */
const apply = applyWith(() => ({ crossEntropyGrad, gatherClass, oneHot, scatterClass, softmax }));

/** What is counted in a loss, and how much. */
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

const lossOptions: Known<LossOptions> = {
  ...{ weight: true, ignoreIndex: true },
  ...{ labelSmoothing: true, reduction: true },
};

/** Refuses what is no loss of a classification: the rows of x are what is judged, the labels say what is right. */
function expectLoss(op: string, what: string, x: Tensor, labels: Tensor, options: LossOptions): void {
  checkOptions(op, options, lossOptions);
  expectTensors(op, { [what]: x });
  if (!isTensor(labels) || labels.dtype !== 'int32') {
    const hint = Array.isArray(labels) ? '[…]' : 'labels';
    const said = isTensor(labels) ? `${labels.dtype} of shape ${show(labels.shape)}` : whatIs(labels);
    const rows = isTensor(labels) && sameShape(labels.shape, x.shape) && x.shape.length > 1;
    const advice = rows
      ? `one class number per sample; of one-hot rows F.argmax(labels, { axes: 1 })`
      : `class numbers, int32: Tensor.from(Int32Array.from(${hint}))`;
    throw new ShapeError(`${op}: labels are ${said}; expected ${advice}`);
  }
  if (x.shape.length < 2) {
    const one = x.shape.length === 1 ? `; F.reshape(${what}, [1, ${x.size}]) is one row` : '';
    throw new ShapeError(`${op}: ${what} of shape ${show(x.shape)}; expected [N,C,…]${one}`);
  }
  const { weight, ignoreIndex, labelSmoothing = 0, reduction = 'mean' } = options;
  if (weight !== undefined) expectTensors(op, { weight });
  if (ignoreIndex !== undefined) expectNumber(op, 'ignoreIndex', ignoreIndex);
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1))
    throw new InkgradError(`${op}: labelSmoothing ${labelSmoothing}; expected a number from 0 to 1`);
  expectWord(op, 'reduction', reduction, ['mean', 'sum', 'none']);
}

/**
 * The cross-entropy of logits and labels, −ln softmax(logits)[label]: softmax and negative log likelihood in
 * one, without overflow.
 *
 * @param logits [N,C,…], numbers of any size per class
 * @param labels [N,…], int32: the numbers of the right classes
 * @returns a scalar, or with the reduction `none` [N,…]
 * @throws ShapeError for labels that are no class numbers, such as one-hot rows; InkgradError for a
 * labelSmoothing outside of [0,1]
 * @function
 * @category Losses
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const logits = Tensor.from([[2, 0], [0, 0]]);
 * const labels = Tensor.from(Int32Array.from([0, 1]));
 * const losses = await F.crossEntropy(logits, labels, { reduction: 'none' }).read();
 * console.log([...losses].map((loss) => loss.toFixed(3)));
 * // [ '0.127', '0.693' ]
 */
export const crossEntropy = named(
  'crossEntropy',
  (logits: Tensor, labels: Tensor, options: LossOptions = {}) => {
    expectLoss('crossEntropy', 'logits', logits, labels, options);
    const { weight, ignoreIndex, labelSmoothing = 0, reduction = 'mean' } = options;
    const isPlain = logits.shape.length === 2 && weight === undefined && ignoreIndex === undefined;
    if (!isPlain) return nllLoss(logSoftmax(logits, 1), labels, options);
    const rows = apply(ops.crossEntropy, [logits, labels], { labelSmoothing })[0];
    if (reduction === 'none') return rows;
    return reduction === 'mean' ? mean(rows) : sum(rows);
  },
);

/**
 * The negative log likelihood of labels: −logProbabilities[label].
 *
 * @param logProbabilities [N,C,…], as logSoftmax(logits, 1) gives them
 * @param labels [N,…], int32: the numbers of the right classes
 * @returns a scalar, or with the reduction `none` [N,…]; NaN for the mean of no places that count
 * @throws ShapeError for labels that are no class numbers or of another shape
 * @category Losses
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const logProbabilities = F.log(Tensor.from([[0.25, 0.75], [0.5, 0.5]]));
 * const labels = Tensor.from(Int32Array.from([1, 0]));
 * console.log((await F.nllLoss(logProbabilities, labels).item()).toFixed(3));
 * // 0.490
 */
export function nllLoss(logProbabilities: Tensor, labels: Tensor, options: LossOptions = {}): Tensor {
  expectLoss('nllLoss', 'logProbabilities', logProbabilities, labels, options);
  const { weight, ignoreIndex, labelSmoothing = 0, reduction = 'mean' } = options;
  const [n, classes, ...places] = logProbabilities.shape;
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
    const weighed = mul(reshape(logProbabilities, [n, classes, inner]), perClass);
    const all = broadcastTo(sum(weighed, { axes: [1], keepDims: true }), [n, classes, inner]);
    // Looked up like their own, places that do not count are 0 also where a probability is: −∞ times 0 would be NaN.
    const counted = gatherClass(all, flat, ignore);
    return add(affine(own, 1 - labelSmoothing, 0), affine(counted, labelSmoothing / classes, 0));
  };
  const losses = neg(labelSmoothing === 0 ? own : smoothed());
  if (reduction === 'none') return reshape(losses, labels.shape);
  return reduction === 'sum' ? sum(losses) : div(sum(losses), sum(weights));
}

/**
 * x [N,C,M] at the labels [N,M]: [N,M]; 0 where the label is `ignore`.
 *
 * @internal
 */
export const gatherClass = (x: Tensor, labels: Tensor, ignore: number | null = null): Tensor =>
  apply(ops.gatherClass, [x, labels], { ignore })[0];

/**
 * g [N,M] put at the labels [N,M], zeros elsewhere: [N,classes,M].
 *
 * @internal
 */
export const scatterClass = (
  g: Tensor,
  labels: Tensor,
  classes: number,
  ignore: number | null = null,
): Tensor => apply(ops.scatterClass, [g, labels], { classes, ignore })[0];

/**
 * g·(softmax(x) − onehot(labels)) for each row of x [N,C]; the labels smoothed, where that is not 0.
 *
 * @internal
 */
export const crossEntropyGrad = (x: Tensor, labels: Tensor, g: Tensor, labelSmoothing = 0): Tensor =>
  apply(ops.crossEntropyGrad, [x, labels, g], { labelSmoothing })[0];
