import type { DType, TypedArray } from '../../engine/dtype.ts';
import type { Shape } from '../../engine/shape.ts';

/** Numbers under a shape. */
export interface Numbers {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly data: TypedArray;
}

/** An op that ran, with its numbers. */
export interface Ran {
  readonly op: string;
  readonly attrs: object;
  readonly inputs: readonly Numbers[];
  readonly outputs: readonly Numbers[];
}

/** A number that goes into another: which input it is of, where in it, and what it is. */
export interface Part {
  readonly input: number;
  readonly index: number;
  readonly value: number;
}

/** What is added to others: one number, or the product of some. */
export interface Term {
  readonly parts: readonly Part[];
  /** a factor that is no input: the share of a window, the scale of a dropout; 1 when left out */
  readonly weight?: number;
  /** all parts and the weight, multiplied */
  readonly value: number;
}

/**
 * How one number came to be.
 *
 * `sum`: the terms are added; `mean`: added and divided by `over`; `largest`: the largest of them; `formula`: what
 * `written` says, in which the terms' numbers stand.
 */
export interface Explanation {
  readonly how: 'sum' | 'mean' | 'largest' | 'formula';
  /** in the order in which the definition visits them; a padding of zeros is not among them */
  readonly terms: readonly Term[];
  /** for a mean */
  readonly over?: number;
  /** that the larger of the sum and 0 was taken in the end */
  readonly then?: 'relu';
  /** what else it depends on: labels, places, the windows that lost */
  readonly beside?: readonly Part[];
  /** one line with numbers in it, `0.42 · 0.31 + … = 1.07`; short, the page lists the terms itself */
  readonly written: string;
  /** what this arithmetic comes to, in float64 */
  readonly result: number;
  /** the number itself, as the device has it */
  readonly value: number;
}

/** What an op's way of explaining returns; what the device has is put beside it. */
export type Explained = Omit<Explanation, 'value'>;

/** How one number of an op's output came to be: `index` counts row-major. */
export type Explainer = (ran: Ran, output: number, index: number) => Explained;
