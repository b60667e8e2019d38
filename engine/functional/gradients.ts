/**
 * The functions that all gradients of ops are written in. A program that differentiates has them, whatever its network, and so
 * they are what most gradients need. What others take beside is handed along with the op: see `applyWith`.
 */
export { full, zeros } from './constants.ts';
export {
  abs,
  add,
  affine,
  clamp,
  cos,
  div,
  equal,
  exp,
  gate,
  geluSlope,
  isZero,
  less,
  lessEqual,
  log,
  mul,
  neg,
  pow,
  power,
  sigmoid,
  sign,
  sin,
  step,
  sub,
  within,
} from './elementwise.ts';
export { matmul } from './products.ts';
export { sum, sumTo } from './reductions.ts';
export { broadcastTo, permute, reshape, slice, spread } from './shapes.ts';
