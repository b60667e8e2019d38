import { augmentBatch } from '../data/augmentBatch.ts';
import { gatherBatch } from '../data/gatherBatch.ts';
import { recordRows } from '../data/recordRows.ts';
import type { Op } from '../op.ts';
import { allFinite } from './allFinite.ts';
import { avgPool2d } from './avgPool2d.ts';
import { avgPool2dGrad } from './avgPool2dGrad.ts';
import { binary } from './binary.ts';
import { broadcastTo } from './broadcastTo.ts';
import { concat } from './concat.ts';
import { conv2d } from './conv2d.ts';
import { conv2dInputGrad } from './conv2dInputGrad.ts';
import { conv2dWeightGrad } from './conv2dWeightGrad.ts';
import { convRelu } from './convRelu.ts';
import { crossEntropy } from './crossEntropy.ts';
import { crossEntropyGrad } from './crossEntropyGrad.ts';
import { dropout } from './dropout.ts';
import { fill } from './fill.ts';
import { gather, scatterAdd } from './gather.ts';
import { gatherClass } from './gatherClass.ts';
import { lerp } from './lerp.ts';
import { linear } from './linear.ts';
import { matmul } from './matmul.ts';
import { maxPool2d } from './maxPool2d.ts';
import { maxPool2dGrad } from './maxPool2dGrad.ts';
import { maxPool2dPick } from './maxPool2dPick.ts';
import { oneHot } from './oneHot.ts';
import { adamStep, sgdStep } from './optimizer.ts';
import { pack } from './pack.ts';
import { pad } from './pad.ts';
import { permute } from './permute.ts';
import { argmax, max, sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { resize2d, resize2dGrad } from './resize2d.ts';
import { scaleStep } from './scaleStep.ts';
import { scatterClass } from './scatterClass.ts';
import { slice } from './slice.ts';
import { logSoftmax, softmax } from './softmax.ts';
import { unary } from './unary.ts';

/** Every op there is. Tests, `inkgrad gradcheck` and docs/ops.md walk this list. */
export const ops = {
  ...unary,
  ...binary,
  matmul,
  linear,
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  convRelu,
  maxPool2d,
  maxPool2dGrad,
  maxPool2dPick,
  avgPool2d,
  avgPool2dGrad,
  resize2d,
  resize2dGrad,
  sum,
  max,
  argmax,
  softmax,
  logSoftmax,
  crossEntropy,
  crossEntropyGrad,
  oneHot,
  gather,
  scatterAdd,
  gatherClass,
  scatterClass,
  reshape,
  permute,
  slice,
  broadcastTo,
  concat,
  pack,
  pad,
  fill,
  dropout,
  sgdStep,
  adamStep,
  lerp,
  allFinite,
  scaleStep,
  gatherBatch,
  augmentBatch,
  recordRows,
} satisfies Record<string, Op>;
