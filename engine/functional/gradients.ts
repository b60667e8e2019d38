/**
 * The functions that all gradients of ops are written in. A program that differentiates has them, whatever its network, and so
 * they are what most gradients need. What others take beside is handed along with the op: see `applyWith`.
 */
export { geluSlope, sigmoid } from './activations.ts';
export { equal, gate, isZero, less, lessEqual, step, within } from './comparisons.ts';
export { full, zeros } from './constants.ts';
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
export { matmul } from './products.ts';
export { sum, sumTo } from './reductions.ts';
export { broadcastTo, permute, reshape, slice, spread } from './shapes.ts';
