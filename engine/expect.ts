/** What shape rules refuse, in the same words for all ops. */

import type { Spec } from './devices/launch.ts';
import { ShapeError, whatIs } from './errors.ts';
import type { Shape } from './shape.ts';
import { sameShape, show } from './shape.ts';

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
  throw new ShapeError(`${op}: ${what} is ${whatIs(value)}; expected a number by itself`);
}
