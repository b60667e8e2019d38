/**
 * The functions that gradients of ops are written in. A program that differentiates has all of them, whatever its network,
 * and so these are no more than the gradients need; one that a new gradient takes is added here.
 */
export { geluSlope, relu, sigmoid } from './activations.ts';
export { equal, gate, isZero, less, lessEqual, step, within } from './comparisons.ts';
export { full, oneHot, zeros } from './constants.ts';
export { conv2d, conv2dInputGrad, conv2dWeightGrad } from './convolution.ts';
export {
  abs,
  add,
  affine,
  clamp,
  cos,
  div,
  exp,
  log,
  mul,
  neg,
  pow,
  power,
  sign,
  sin,
  sub,
} from './elementwise.ts';
export { crossEntropyGrad, gatherClass, scatterClass } from './losses.ts';
export { dropout } from './normalisation.ts';
export { avgPool2d, avgPool2dGrad, maxPool2dGrad, maxPool2dPick, maxPool2dWithPlaces } from './pooling.ts';
export { matmul } from './products.ts';
export { softmax, sum, sumTo } from './reductions.ts';
export { resize2d, resize2dGrad } from './resizing.ts';
export { broadcastTo, gather, permute, reshape, scatterAdd, slice, spread } from './shapes.ts';
