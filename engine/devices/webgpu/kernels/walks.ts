/** Tensors that are walked at once, each with strides of its own: shaders/walk.wgsl. */

import type { Shape } from '../../../shape.ts';
import { mergedAxes } from '../../indexSpaces.ts';
import type { Params } from '../../launch.ts';

/** Below this ⌊n/d⌋ is one multiplication: shaders/quotient.wgsl. */
export const SMALL = 1 << 21;

/** What a thread reads of a tensor for four neighbours of y: four neighbours, one for all, or numbers that lie apart. */
export type Reach = 'four' | 'same' | 'apart';

/** How a walk is done by threads. */
export interface Walk {
  /** Whether each thread has four neighbours of y. */
  readonly isFours: boolean;
  /** What it reads of each tensor for them; all are 'four' where it has one. */
  readonly reaches: readonly Reach[];
  readonly items: number;
  /** What stands in front of the shader. */
  readonly constants: Readonly<Record<string, number | boolean>>;
  readonly params: Params;
}

/**
 * The walk of one or two tensors through the shape of y. Four at a time are walked where the last axis divides by four: one
 * place is then worked out for all of them.
 *
 * @param strides of each tensor
 * @param offset where the first one begins
 */
export function walkOf(shape: Shape, strides: readonly (readonly number[])[], offset = 0): Walk {
  const merged = mergedAxes(shape, strides);
  const [[width, ...steps], ...outer] = merged;
  const isFours = width % 4 === 0;
  const reaches = steps.map((step, k): Reach => {
    if (!isFours || step === 0) return isFours ? 'same' : 'four';
    const starts = [...outer.map((axis) => axis[1 + k]), k === 0 ? offset : 0];
    return step === 1 && starts.every((start) => start % 4 === 0) ? 'four' : 'apart';
  });
  // Lengths count Items of y, and strides what is read of each tensor.
  const unit = (k: number) => (isFours && reaches[k] === 'four' ? 4 : 1);
  const axes = merged.map(([length, ...by], axis) => [
    ...[axis === 0 && isFours ? length / 4 : length],
    ...[0, 1].map((k) => (axis === 0 && isFours ? 4 : 1) * ((by[k] ?? 0) / unit(k))),
    0,
  ]);
  const items = axes.reduce((product, [length]) => product * length, 1);
  return {
    ...{ isFours, reaches, items },
    constants: { OUTER: outer.length, SMALL: items < SMALL },
    params: {
      ...{ items, offset: offset / unit(0), step: steps[0] },
      ...{ axes: axes.flat(), inverses: axes.map(([length]) => 1 / length) },
    },
  };
}
