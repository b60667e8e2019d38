/**
 * The engine: tensors, gradients and devices, and below their own names the functions `F`, the layers `nn` and the optimisers
 * `optim`.
 *
 * @module inkgrad
 */

import type { Op } from '../engine/op.ts';
import { ops as all } from '../engine/ops/index.ts';

export * from '../engine/index.ts';
// By these modules, so that bundlers which follow a function through a namespace take no more than that.
export * as F from './functional.ts';
export * as nn from './nn.ts';
export * as optim from './optim.ts';

/** The name of an op of the engine. */
export type OpName = keyof typeof all;

/** Every op that the functions of `F` are made of: its shape rule, its definition, its gradient, and its kernels. */
export const ops: { readonly [Name in OpName]: Op } = all;
