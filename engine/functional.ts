/**
 * The functions that models and gradients are written in. Names and arguments follow torch.nn.functional;
 * shapes, formulas and gradients stand in engine/ops.
 */
export * from './functional/activations.ts';
export * from './functional/comparisons.ts';
export * from './functional/constants.ts';
export * from './functional/convolution.ts';
export * from './functional/elementwise.ts';
export * from './functional/losses.ts';
export * from './functional/normalisation.ts';
export type { Window1dOptions } from './functional/oneAxis.ts';
export type { Operand } from './functional/operands.ts';
export * from './functional/pooling.ts';
export * from './functional/products.ts';
export * from './functional/reductions.ts';
export * from './functional/resizing.ts';
export * from './functional/shapes.ts';
export type { PaddingOption, PairOption, WindowOptions } from './windowOptions.ts';
