/** What shape rules refuse, in the same words for all ops. */

import type { Spec } from './devices/launch.ts';
import { ShapeError, whatIs } from './errors.ts';
import { isPlain } from './options.ts';
import type { Shape } from './shape.ts';
import { sameShape, show } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** Refuses int32 where numbers are computed with. */
export function expectFloat(op: string, ...specs: readonly Spec[]): void {
  for (const spec of specs) {
    if (spec.dtype === 'int32') {
      throw new ShapeError(`${op}: an int32 tensor of shape ${show(spec.shape)}; expected float`);
    }
  }
}

export function expectInt(op: string, spec: Spec): void {
  if (spec.dtype !== 'int32') {
    throw new ShapeError(`${op}: a ${spec.dtype} tensor of shape ${show(spec.shape)}; expected int32`);
  }
}

export function expectRank(op: string, what: string, spec: Spec, rank: number, layout: string): void {
  if (spec.shape.length !== rank) {
    throw new ShapeError(`${op}: ${what} of shape ${show(spec.shape)}; expected rank ${rank}, ${layout}`);
  }
}

export function expectShape(op: string, what: string, spec: Spec, shape: Shape): void {
  if (!sameShape(spec.shape, shape)) {
    throw new ShapeError(`${op}: ${what} of shape ${show(spec.shape)}; expected ${show(shape)}`);
  }
}

/** Refuses what is no number, where one is expected by itself. Returns it. */
export function expectNumber(op: string, what: string, value: unknown): number {
  if (typeof value === 'number') return value;
  const inside = isPlain(value) ? Object.values(value).find((each) => typeof each === 'number') : undefined;
  const written = inside === undefined ? '' : `: ${op}(…, ${inside})`;
  throw new ShapeError(`${op}: ${what} is ${whatIs(value)}; expected a number by itself${written}`);
}

/** Whether it has a shape and a type: a tensor, of this copy of the engine or another. */
export const isTensor = (value: unknown): value is Tensor =>
  typeof value === 'object' && value !== null && 'shape' in value && 'dtype' in value;

/** Refuses what is no tensor where one belongs. */
export function expectTensor(op: string, what: string, value: unknown, belongs = 'a tensor'): void {
  if (isTensor(value)) return;
  const isNumeric = typeof value === 'number' || Array.isArray(value) || ArrayBuffer.isView(value);
  const advice = isNumeric ? 'make it a tensor: Tensor.from(…)' : `expected ${belongs}`;
  throw new ShapeError(
    `${op}: ${what} is ${whatIs(value)}; ${value instanceof Promise ? 'await it' : advice}`,
  );
}

/** Refuses arguments that are no tensors; those that may be left out may be null too. */
export function expectTensors(
  op: string,
  needed: Readonly<Record<string, unknown>>,
  optional: Readonly<Record<string, unknown>> = {},
): void {
  for (const name in needed) expectTensor(op, name, needed[name]);
  for (const name in optional) {
    const value = optional[name];
    if (value === null || value === undefined || isTensor(value)) continue;
    if (!isPlain(value)) expectTensor(op, name, value);
    const options = Object.keys(value as object).join(', ');
    throw new ShapeError(`${op}: options where a ${name} belongs; write ${op}(…, null, { ${options} })`);
  }
}

/** Refuses what is no array of numbers: a shape, axes, places. */
export function expectList(op: string, what: string, value: unknown): void {
  if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return;
  const said = Array.isArray(value) ? 'an array of other things' : whatIs(value);
  throw new ShapeError(`${op}: ${what} is ${said}; expected an array of numbers, such as [0, 1]`);
}

/** Refuses a word that is none of these. */
export function expectWord(op: string, what: string, value: unknown, words: readonly string[]): void {
  if (words.includes(value as string)) return;
  const said = typeof value === 'string' ? JSON.stringify(value) : whatIs(value);
  throw new ShapeError(`${op}: ${what} is ${said}; expected ${words.join(', ')}`);
}
