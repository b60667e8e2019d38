import { ShapeError } from './errors.ts';
import type { Pair, Window } from './ops/window.ts';
import { show } from './shape.ts';

/** One number for both axes, or height and width. */
export type PairOption = number | readonly number[];

/** Padding: one number, [height, width], [top, left, bottom, right], or 'same' for an output as large as the input. */
export type PaddingOption = PairOption | 'same';

/** How a window moves, as users write it. */
export interface WindowOptions {
  /** How far it moves, in pixels; 1 when left out. */
  readonly stride?: PairOption;
  /** Pixels of 0 around the image; 0 when left out. */
  readonly padding?: PaddingOption;
  /** The distance between the elements of the window; 1 when left out. */
  readonly dilation?: PairOption;
}

export function pairOf(option: PairOption): Pair {
  if (typeof option === 'number') return [option, option];
  if (option.length === 1) return [option[0], option[0]];
  if (option.length !== 2) throw new ShapeError(`window: ${show(option)}; expected one number or two`);
  return [option[0], option[1]];
}

/** Fills in the defaults. 'same' pads as PyTorch does: an odd row or column goes to the bottom or right. */
export function windowOf({ stride = 1, padding = 0, dilation = 1 }: WindowOptions, kernel: Pair): Window {
  const strides = pairOf(stride);
  const holes = pairOf(dilation);
  if (padding !== 'same') return { stride: strides, padding: sidesOf(padding), dilation: holes };
  if (strides[0] !== 1 || strides[1] !== 1) {
    throw new ShapeError(
      `window: padding 'same' with stride ${show(strides)}; expected stride 1, or padding in numbers`,
    );
  }
  const total = [holes[0] * (kernel[0] - 1), holes[1] * (kernel[1] - 1)];
  const low = total.map((n) => Math.floor(n / 2));
  return {
    stride: strides,
    padding: [low[0], low[1], total[0] - low[0], total[1] - low[1]],
    dilation: holes,
  };
}

function sidesOf(padding: PairOption): Window['padding'] {
  if (typeof padding !== 'number' && padding.length === 4)
    return [padding[0], padding[1], padding[2], padding[3]];
  const [height, width] = pairOf(padding);
  return [height, width, height, width];
}
