/** Windows that move along one axis are windows over images of height 1. */

import type { Tensor } from '../tensor.ts';
import type { WindowOptions } from '../windowOptions.ts';
import { reshape } from './shapes.ts';

/** One axis as two: [N,C,L] → [N,C,1,L]. */
export const withHeight = (x: Tensor): Tensor => reshape(x, [...x.shape.slice(0, 2), 1, ...x.shape.slice(2)]);
export const withoutHeight = (x: Tensor): Tensor => reshape(x, [...x.shape.slice(0, 2), ...x.shape.slice(3)]);

/** How a window moves along one axis; padding is one number, [left, right] or 'same'. */
export interface Window1dOptions {
  /** How far it moves; 1 when left out, in pooling the window's size. */
  readonly stride?: number;
  /** Places of 0 before and after; 0 when left out. */
  readonly padding?: number | readonly [number, number] | 'same';
  /** The distance between the elements of the window; 1 when left out. */
  readonly dilation?: number;
}

/** The same for two axes, the first of which has length 1; other options stay as they are. */
export function flatWindow<T extends Window1dOptions>({ stride, padding = 0, dilation = 1, ...others }: T) {
  const [left, right] = typeof padding === 'number' || padding === 'same' ? [padding, padding] : padding;
  const sides = left === 'same' || right === 'same' ? 'same' : [0, left, 0, right];
  const window: WindowOptions = { padding: sides, dilation: [1, dilation] };
  return { ...others, ...window, ...(stride !== undefined && { stride: [1, stride] }) };
}
