/** Sums and maxima over axes. */

import type { ReduceAttrs } from '../../engine/ops/reduce.ts';
import { indicesOf, offsetOf, reducedShape, resolveAxes, stridesOf } from '../../engine/shape.ts';
import type { Explainer, Ran, Term } from './explanation.ts';
import { unravel } from './names.ts';
import { largestOf } from './windows.ts';
import { digits, single, sumOf } from './written.ts';

/** The elements that are reduced to y[index], row-major. */
function reducedTerms(ran: Ran, index: number): Term[] {
  const { shape } = ran.inputs[0];
  const axes = resolveAxes(ran.op, (ran.attrs as ReduceAttrs).axes, shape.length);
  const strides = stridesOf(shape);
  const start = offsetOf(unravel(reducedShape(shape, axes, true), index), strides);
  const along = axes.map((axis) => strides[axis]);
  const terms: Term[] = [];
  for (const at of indicesOf(axes.map((axis) => shape[axis]))) {
    terms.push(single(ran, 0, start + offsetOf(at, along)));
  }
  return terms;
}

export const sum: Explainer = (ran, _output, index) => sumOf(reducedTerms(ran, index));

export const max: Explainer = (ran, _output, index) => {
  const terms = reducedTerms(ran, index);
  const { result } = largestOf(terms);
  return { how: 'largest', terms, written: `the largest of ${terms.length} = ${digits(result)}`, result };
};

export const argmax: Explainer = (ran, _output, index) => {
  const terms = reducedTerms(ran, index);
  const { result, first } = largestOf(terms);
  const written = `${digits(result)} is the largest of ${terms.length}, at ${first}`;
  return { how: 'formula', terms, written, result: first };
};
