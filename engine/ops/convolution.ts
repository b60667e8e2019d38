/** What a convolution and both of its gradients take, and the shape rule of the first. */

import type { Spec } from '../devices/launch.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat, expectRank } from '../expect.ts';
import { show } from '../shape.ts';
import type { Pair, Window } from './window.ts';
import { planeOf, windowOutput } from './window.ts';

export interface Conv2dAttrs extends Window {
  /** Channels and filters are cut into this many groups that do not see each other. */
  readonly groups: number;
}

export interface ConvInputGradAttrs extends Conv2dAttrs {
  /** Height and width of x: a stride leaves more than one possibility. */
  readonly image: Pair;
}

export interface ConvWeightGradAttrs extends Conv2dAttrs {
  /** Height and width of w. */
  readonly kernel: Pair;
}

export interface ConvReluAttrs extends Conv2dAttrs {
  /** Whether the maximum of each 2×2 window is taken. */
  readonly pool: boolean;
}

/** Whether channels and filters, as many as these, can be cut into groups. */
export const divides = (groups: number, ...counts: readonly number[]): boolean =>
  Number.isInteger(groups) && groups >= 1 && counts.every((n) => n % groups === 0);

/** The shape rule of a convolution; returns the shape of y. */
export function inferConv(op: string, x: Spec, w: Spec, attrs: Conv2dAttrs): number[] {
  expectFloat(op, x, w);
  expectRank(op, 'an input', x, 4, '[N,C,H,W]');
  expectRank(op, 'a weight', w, 4, '[O,C/groups,kh,kw]');
  const { groups } = attrs;
  const [n, channels] = x.shape;
  const [filters, depth] = w.shape;
  if (!divides(groups, filters) || channels !== depth * groups) {
    throw new ShapeError(
      `${op}: input ${show(x.shape)}, weight ${show(w.shape)}, groups ${groups}; ` +
        `expected ${depth * groups} channels and filters that ${groups} divides`,
    );
  }
  return [n, filters, ...windowOutput(op, planeOf(x.shape), planeOf(w.shape), attrs)];
}
