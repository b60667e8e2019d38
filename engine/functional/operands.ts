/**
 * How functions of each element are made of rows of engine/ops/unary.ts and binary.ts. Of two or three operands, which
 * broadcast by NumPy's rule, all but one may be numbers.
 */

import { ShapeError } from '../errors.ts';
import { expectNumber, expectTensor, isTensor } from '../expect.ts';
import { apply } from '../graph.ts';
import type { binaryRows } from '../ops/binary.ts';
import { binary as ops } from '../ops/binary.ts';
import type { UnaryName } from '../ops/unary.ts';
import { unary as unaryOps } from '../ops/unary.ts';
import type { Tensor } from '../tensor.ts';
import { full } from './constants.ts';

/** A tensor, or one number for all of its elements. */
export type Operand = Tensor | number;

export type BinaryName = keyof typeof binaryRows;

export const unary = (name: UnaryName, x: Tensor, a = 0, b = 0): Tensor =>
  apply(unaryOps[name], [x], { a, b })[0];

/** The same with constants, which must be numbers. */
export function withConstants(
  name: UnaryName,
  x: Tensor,
  constants: Readonly<Record<string, number>>,
): Tensor {
  for (const each in constants) expectNumber(name, each, constants[each]);
  return unary(name, x, ...Object.values(constants));
}

/** The operands as tensors, the numbers among them as scalars on the device of the others. */
export function operandsOf(op: string, given: Readonly<Record<string, Operand>>): Tensor[] {
  const names = Object.keys(given);
  for (const name of names)
    if (typeof given[name] !== 'number')
      expectTensor(op, `operand ${name}`, given[name], 'a tensor or a number');
  const all = Object.values(given);
  const tensor = all.find((operand) => typeof operand !== 'number');
  if (tensor === undefined) throw new ShapeError(`${op}: numbers alone; expected a tensor among them`);
  return all.map((operand) => (typeof operand === 'number' ? full(tensor.device, [], operand) : operand));
}

export const binary = (name: BinaryName, a: Operand, b: Operand): Tensor =>
  apply(ops[name], isTensor(a) && isTensor(b) ? [a, b] : operandsOf(name, { a, b }), {})[0];
