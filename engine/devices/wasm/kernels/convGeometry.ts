import type { Pair, Window } from '../../../ops/window.ts';
import type { Block } from './convBlocks.ts';

/** A convolution as wasm/frame.ts reads images: `enum Conv` there has the same fields in the same order. */
export interface Geometry {
  readonly images: number;
  /** Channels that a filter sees. */
  readonly depth: number;
  readonly groups: number;
  /** Height and width of a source plane. */
  readonly source: Pair;
  readonly output: Pair;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** How many rows and columns before the source the first window starts; fewer than none where it starts inside. */
  readonly before: Pair;
  /** Results of a group: filters, or channels of a gradient. */
  readonly rows: number;
}

/** The geometry of a convolution of x with filters w. */
export function forwardGeometry(
  x: readonly number[],
  w: readonly number[],
  output: Pair,
  { stride, dilation, padding, groups }: Window & { readonly groups: number },
): Geometry {
  return {
    images: x[0],
    depth: w[1],
    groups,
    source: [x[2], x[3]],
    output,
    kernel: [w[2], w[3]],
    stride,
    dilation,
    before: [padding[0], padding[1]],
    rows: w[0] / groups,
  };
}

/** The same convolution, with stride 1, from g = dL/dy to dL/dx: windows of flipped filters move over g. */
export function backwardGeometry(forward: Geometry): Geometry {
  const { source, output, kernel, dilation, before, depth, rows } = forward;
  const [top, left] = [0, 1].map((axis) => (kernel[axis] - 1) * dilation[axis] - before[axis]);
  return { ...forward, source: output, output: source, before: [top, left], depth: rows, rows: depth };
}

/** The length of the sums of a convolution. */
export const tapsOf = ({ depth, kernel }: Geometry): number => depth * kernel[0] * kernel[1];

/** Whole cache lines. */
export const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;

/** Bytes of one copy in a frame, an odd number of cache lines. */
export const copyBytes = (rows: number, columns: number): number =>
  (Math.ceil((rows * columns) / 16) | 1) * 64;

/** What vectors may write and read past the end of a frame. */
export const SLACK = 256;

/** Bytes of the frame of `band` rows and `strip` columns. */
export function frameBytes({ depth, kernel, stride, dilation }: Geometry, [band, strip]: Pair): number {
  const rows = band + Math.floor(((kernel[0] - 1) * dilation[0]) / stride[0]);
  return depth * kernel[1] * copyBytes(rows * stride[0], strip) + SLACK;
}

/** The parameters of `enum Conv`. */
export const geometryParams = (g: Geometry, { band, strip }: Block, perPart: number): number[] => [
  ...[g.images, g.depth, g.groups, ...g.source, ...g.output, ...g.kernel, ...g.stride, ...g.dilation],
  ...[...g.before, g.rows, band, strip, perPart],
];
