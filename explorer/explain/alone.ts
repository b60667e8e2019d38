import type { Op } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';
import type { Numbers } from './explanation.ts';

/** A single number, in double precision. */
export const scalar = (value: number): Numbers => ({
  shape: [],
  dtype: 'float32',
  data: Float64Array.of(value),
});

export const row = (shape: Shape, values: ArrayLike<number>): Numbers => ({
  shape,
  dtype: 'float32',
  data: Float64Array.from(values),
});

/**
 * What an op's own definition makes of these inputs, in double precision: its outputs one after the other. What is
 * updated in place is copied first.
 */
export function defined(name: string, inputs: readonly Numbers[], attrs: object): Float64Array[] {
  const op = (ops as Readonly<Record<string, Op>>)[name];
  const given = inputs.length - (op.inPlace ?? 0);
  const outputs = op.infer(inputs, attrs).map(({ shape, dtype }, i) => ({
    shape,
    dtype,
    data: op.inPlace ? Float64Array.from(inputs[given + i].data) : new Float64Array(sizeOf(shape)),
  }));
  op.define(inputs.slice(0, given), outputs, attrs);
  return outputs.map(({ data }) => data);
}
