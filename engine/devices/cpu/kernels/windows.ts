import type { TypedArray } from '../../../dtype.ts';
import type { Pair } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import type { Frame } from '../../frames.ts';
import { scratchFor } from './gemm.ts';

/** Copies `planes` planes of height×width from data[at…] into frames, with zeros everywhere else. */
export function padPlanes(
  data: TypedArray,
  at: number,
  planes: number,
  [height, width]: Pair,
  { size, first, spread }: Frame,
): Float32Array | Float64Array {
  const out = scratchFor('frame', data, planes * sizeOf(size));
  out.fill(0, 0, planes * sizeOf(size));
  let from = at;
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < height; y++) {
      let to = (plane * size[0] + first[0] + y * spread[0]) * size[1] + first[1];
      for (let x = 0; x < width; x++, to += spread[1]) out[to] = data[from++];
    }
  }
  return out;
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
export function windowTerms(planes: number, kernel: Pair, dilation: Pair, frame: Pair): Int32Array {
  const terms = new Int32Array(planes * kernel[0] * kernel[1]);
  for (let plane = 0, i = 0; plane < planes; plane++) {
    for (let y = 0; y < kernel[0]; y++) {
      for (let x = 0; x < kernel[1]; x++) {
        terms[i++] = (plane * frame[0] + y * dilation[0]) * frame[1] + x * dilation[1];
      }
    }
  }
  return terms;
}
