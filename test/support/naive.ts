import type { TypedArray } from '../../engine/dtype.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';

/** Numbers under a shape, row-major. */
export interface Values {
  readonly shape: Shape;
  readonly data: readonly number[] | TypedArray;
}

/** A window in full: height and width, and padding at the top, left, bottom and right. */
export interface NaiveWindow {
  readonly stride: readonly [number, number];
  readonly padding: readonly [number, number, number, number];
  readonly dilation: readonly [number, number];
}

export const plainWindow: NaiveWindow = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1] };

/** x at [n,c,row,column], undefined outside of the image. */
function pixel(
  { shape: [, channels, height, width], data }: Values,
  n: number,
  c: number,
  row: number,
  column: number,
) {
  const inside = row >= 0 && row < height && column >= 0 && column < width;
  return inside ? data[((n * channels + c) * height + row) * width + column] : undefined;
}

/** Calls `one` for each output, with the values under its window (undefined in padding). */
function slide(
  x: Values,
  channels: number,
  [kh, kw]: readonly [number, number],
  { stride, padding, dilation }: NaiveWindow,
  one: (n: number, channel: number, at: (c: number, u: number, v: number) => number | undefined) => number,
): Float64Array & { shape: number[] } {
  const [n, , height, width] = x.shape;
  const rows = Math.floor((height + padding[0] + padding[2] - dilation[0] * (kh - 1) - 1) / stride[0] + 1);
  const columns = Math.floor((width + padding[1] + padding[3] - dilation[1] * (kw - 1) - 1) / stride[1] + 1);
  const shape = [n, channels, rows, columns];
  const out = new Float64Array(sizeOf(shape));
  for (let i = 0; i < out.length; i++) {
    const column = i % columns;
    const row = Math.floor(i / columns) % rows;
    const channel = Math.floor(i / (columns * rows)) % channels;
    const image = Math.floor(i / (columns * rows * channels));
    out[i] = one(image, channel, (c, u, v) =>
      pixel(
        x,
        image,
        c,
        row * stride[0] - padding[0] + u * dilation[0],
        column * stride[1] - padding[1] + v * dilation[1],
      ),
    );
  }
  return Object.assign(out, { shape });
}

/** The sum of the definition, in float64. */
export function naiveConv2d(
  x: Values,
  w: Values,
  bias: ArrayLike<number> | null,
  window: NaiveWindow,
  groups = 1,
) {
  const [filters, depth, kh, kw] = w.shape;
  return slide(x, filters, [kh, kw], window, (_n, o, at) => {
    let sum = bias?.[o] ?? 0;
    const first = Math.floor(o / (filters / groups)) * depth;
    for (let c = 0; c < depth; c++) {
      for (let u = 0; u < kh; u++) {
        for (let v = 0; v < kw; v++) {
          sum += (at(first + c, u, v) ?? 0) * w.data[((o * depth + c) * kh + u) * kw + v];
        }
      }
    }
    return sum;
  });
}

/** What `one` makes of the values under each window that lie inside the image, and of the window's size. */
export function naivePool(
  x: Values,
  [kh, kw]: readonly [number, number],
  window: NaiveWindow,
  one: (inside: number[], size: number) => number,
) {
  return slide(x, x.shape[1], [kh, kw], window, (_n, channel, at) => {
    const inside: number[] = [];
    for (let u = 0; u < kh; u++) {
      for (let v = 0; v < kw; v++) {
        const value = at(channel, u, v);
        if (value !== undefined) inside.push(value);
      }
    }
    return one(inside, kh * kw);
  });
}
