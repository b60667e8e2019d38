/**
 * Functions of tensors, each with its gradient: `F` of `inkgrad`. Names and arguments follow torch.nn.functional.
 *
 * @module inkgrad/functional
 */

export * from '../engine/functional.ts';
