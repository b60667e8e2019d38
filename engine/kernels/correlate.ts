import type { TypedArray } from '../device.ts';
import { scratchFor } from './gemm.ts';
import type { Pair } from './window.ts';

/** A stack of planes with zeros around each, so that windows need no bounds checks. */
export interface Padded {
  readonly data: Float32Array | Float64Array;
  readonly height: number;
  readonly width: number;
}

/**
 * Copies `planes` planes of height×width from data[at…] into a larger frame, the first element at (top, left)
 * and the elements `spread` apart, with zeros everywhere else.
 */
export function padPlanes(
  use: string,
  data: TypedArray,
  at: number,
  planes: number,
  [height, width]: Pair,
  [top, left]: Pair,
  spread: Pair,
  frame: Pair,
): Padded {
  const out = scratchFor(use, data, planes * frame[0] * frame[1]);
  out.fill(0, 0, planes * frame[0] * frame[1]);
  let from = at;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < height; y++) {
      let to = (plane * frame[0] + top + y * spread[0]) * frame[1] + left;
      for (let x = 0; x < width; x++, to += spread[1]) out[to] = data[from++];
    }
  }
  return { data: out, height: frame[0], width: frame[1] };
}

/** Where each output pixel's window starts in a frame of the given width. */
export function windowStarts(
  [height, width]: Pair,
  stride: Pair,
  frameWidth: number,
  first: Pair = [0, 0],
): Int32Array {
  const starts = new Int32Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      starts[i++] = (first[0] + y * stride[0]) * frameWidth + first[1] + x * stride[1];
  }
  return starts;
}

/** Where each element of a window lies from its start, over `planes` planes of a frame: plane, row, column. */
export function windowSteps(planes: number, kernel: Pair, dilation: Pair, frame: Pair): Int32Array {
  const steps = new Int32Array(planes * kernel[0] * kernel[1]);
  for (let plane = 0, i = 0; plane < planes; plane++) {
    for (let y = 0; y < kernel[0]; y++) {
      for (let x = 0; x < kernel[1]; x++) {
        steps[i++] = (plane * frame[0] + y * dilation[0]) * frame[1] + x * dilation[1];
      }
    }
  }
  return steps;
}
