import { binaries, dropout, lerp, unaries } from './elementwise.ts';
import type { Explainer, Explanation, Ran } from './explanation.ts';
import { movers, oneHot } from './moves.ts';
import { batchNorm, batchNormGrad, normalise, runningStatistics } from './normalisation.ts';
import { adamStep, sgdStep } from './optimisers.ts';
import { conv2d, conv2dInputGrad, conv2dWeightGrad, convRelu, linear, matmul } from './products.ts';
import { argmax, max, sum } from './reductions.ts';
import { crossEntropy, crossEntropyGrad, logSoftmax, softmax } from './rows.ts';
import { watched } from './watch.ts';
import { avgPool2d, avgPool2dGrad, maxPool2d, maxPool2dGrad } from './windows.ts';

/** How the numbers of each op are explained. */
export const explainers: Readonly<Record<string, Explainer>> = {
  ...unaries,
  ...binaries,
  ...movers,
  matmul,
  linear,
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  convRelu,
  maxPool2d,
  maxPool2dGrad,
  avgPool2d,
  avgPool2dGrad,
  batchNorm,
  batchNormGrad,
  normalise,
  runningStatistics,
  sum,
  max,
  argmax,
  softmax,
  logSoftmax,
  crossEntropy,
  crossEntropyGrad,
  oneHot,
  dropout,
  sgdStep,
  adamStep,
  lerp,
};

/**
 * How one number came to be; an op that is not in the table is watched.
 *
 * @param output which of the op's outputs
 * @param index where in it, row-major
 */
export function explain(ran: Ran, output: number, index: number): Explanation {
  const explainer = explainers[ran.op] ?? watched;
  return { ...explainer(ran, output, index), value: ran.outputs[output].data[index] };
}
