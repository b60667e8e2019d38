import type { SampleInput } from '../../../engine/op.ts';
import type { Tensor } from '../../../engine/tensor.ts';
import type { Values } from '../../support/naive.ts';

export type Functions = typeof import('../../../engine/functional.ts');

/** A sample of a function that is made of ops, with its definition in plain loops: that shares nothing with the engine. */
export interface FunctionCase {
  readonly inputs: readonly SampleInput[];
  readonly call: (F: Functions, ...inputs: Tensor[]) => Tensor | readonly Tensor[];
  readonly define: (...inputs: Values[]) => Values | readonly Values[];
}

export type FunctionCases = Readonly<Record<string, readonly FunctionCase[]>>;
