import type { AvgPoolAttrs, PoolAttrs } from '../../../ops/pooling.ts';
import { planeOf } from '../../../ops/window.ts';
import type { Shape } from '../../../shape.ts';
import { sameShape, sizeOf } from '../../../shape.ts';
import { poolParams } from '../../poolParams.ts';
import type { WasmKernel } from '../launch.ts';
import { cutRows, workOf } from '../parts.ts';

/** 2×2 windows side by side, all inside the image, and enough of them in a row for a vector. */
function isHalving(image: Shape, pooled: Shape, { kernel, stride, padding, dilation }: PoolAttrs): boolean {
  const [[height, width], [rows, columns]] = [planeOf(image), planeOf(pooled)];
  return (
    sameShape(kernel, [2, 2]) &&
    sameShape(stride, [2, 2]) &&
    sameShape(dilation, [1, 1]) &&
    padding[0] === 0 &&
    padding[1] === 0 &&
    columns >= 4 &&
    2 * columns <= width &&
    2 * rows <= height
  );
}

/** What a thread keeps of a strip of windows of 3×3: wasm/maxPool3x3.ts, wasm/avgPool3x3.ts. */
const STRIP_BYTES = 128;

/** The parameters of the pooling kernels, and how the planes are cut. */
function planesOf(image: Shape, pooled: Shape, attrs: PoolAttrs, weight: number) {
  const { planes, ...params } = poolParams(image, pooled, attrs);
  const { parts, piece } = cutRows(sizeOf(pooled) === 0 ? 0 : planes, sizeOf(planeOf(image)), weight);
  return { parts, params: [planes, piece, ...Object.values(params)] };
}

export const maxPool2d: WasmKernel<PoolAttrs> = ([x], [y], attrs) => {
  const halves = isHalving(x.shape, y.shape, attrs);
  const kernel = halves ? 'maxPool2x2' : 'maxPool2d';
  return workOf({ kernel, ...planesOf(x.shape, y.shape, attrs, halves ? 1 : 8), ownBytes: STRIP_BYTES });
};

/** Sums of a band of rows in double precision, as many as stay in the first cache: 48 KiB on Zen 5. */
const MOST_SUMS = 4096;

/** The rows of a band, and the memory that a thread needs for their sums, which are stored in fours. */
function bandOf([, , height, width]: Shape): { rows: number; ownBytes: number } {
  const rows = Math.min(height, Math.max(1, Math.floor(MOST_SUMS / width)));
  return { rows, ownBytes: 8 * (rows * width + 3) };
}

export const maxPool2dGrad: WasmKernel<PoolAttrs> = ([g], [dx], attrs) => {
  if (isHalving(dx.shape, g.shape, attrs)) {
    return workOf({ kernel: 'maxPool2x2Grad', ...planesOf(dx.shape, g.shape, attrs, 1) });
  }
  const { parts, params } = planesOf(dx.shape, g.shape, attrs, 2);
  const { rows, ownBytes } = bandOf(dx.shape);
  return workOf({ kernel: 'maxPool2dGrad', parts, params: [...params, rows], ownBytes });
};

export const maxPool2dPick: WasmKernel<object> = ([x], [y]) => {
  const [pixels, pooled] = [sizeOf(planeOf(x.shape)), sizeOf(planeOf(y.shape))];
  const planes = y.shape[0] * y.shape[1];
  const { parts, piece } = cutRows(planes, pooled, 2);
  return workOf({ kernel: 'maxPool2dPick', parts, params: [planes, piece, pixels, pooled] });
};

/** What the kernels of averages need besides: the other two sides of the padding, and whether it counts. */
const countParams = ({ padding, countPadding }: AvgPoolAttrs): number[] => [
  padding[2],
  padding[3],
  countPadding ? 1 : 0,
];

export const avgPool2d: WasmKernel<AvgPoolAttrs> = ([x], [y], attrs) => {
  const { parts, params } = planesOf(x.shape, y.shape, attrs, 8);
  const all = [...params, ...countParams(attrs)];
  return workOf({ kernel: 'avgPool2d', parts, params: all, ownBytes: STRIP_BYTES });
};

/** What a thread needs for the way back from means, as wasm/avgPoolGrad.ts lays it out: a few rows. */
function meanBytes([, , , width]: Shape, [, , , outWidth]: Shape, attrs: PoolAttrs): number {
  const { kernel, stride, dilation, padding } = attrs;
  const phases = stride[1] === 2 ? 2 : 1;
  const pixels = Math.ceil(Math.ceil(width / phases) / 4) * 4;
  const ring = Math.floor(((kernel[0] - 1) * dilation[0]) / stride[0]) + 1;
  const before = Math.floor(((kernel[1] - 1) * dilation[1]) / phases) + 1;
  const shares = before + Math.max(outWidth, pixels + padding[1] + 1) + 4;
  return 8 * (outWidth + ring + shares) + phases * pixels * (8 * ring + 4);
}

/** Windows of 3×3 that slide over an image as large as their output, and of which all count nine pixels. */
const isSmoothing = ({ kernel, stride, padding, dilation, countPadding }: AvgPoolAttrs): boolean =>
  countPadding && sameShape(kernel, [3, 3]) && [...stride, ...padding, ...dilation].every((n) => n === 1);

export const avgPool2dGrad: WasmKernel<AvgPoolAttrs> = ([g], [dx], attrs, traits) => {
  // A pixel gets from the windows around it what a window takes of the pixels around it.
  if (isSmoothing(attrs)) return avgPool2d([g], [dx], attrs, traits);
  const { parts, params } = planesOf(dx.shape, g.shape, attrs, 4);
  return workOf({
    kernel: 'avgPool2dGrad',
    parts,
    params: [...params, ...countParams(attrs)],
    ownBytes: meanBytes(dx.shape, g.shape, attrs),
  });
};
