import type { Pair, Window } from '../../../ops/window.ts';

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
  /** The distance to which neighbours of the source are spread, with zeros between. */
  readonly spread: Pair;
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
    spread: [1, 1],
    rows: w[0] / groups,
  };
}

/**
 * The same convolution from g = dL/dy to dL/dx: g is spread out by the stride, and windows of flipped filters move over
 * it one by one.
 */
export function backwardGeometry(forward: Geometry): Geometry {
  const { source, output, kernel, stride, dilation, before, depth, rows } = forward;
  const [top, left] = [0, 1].map((axis) => (kernel[axis] - 1) * dilation[axis] - before[axis]);
  const turned: Pick<Geometry, 'source' | 'output' | 'stride' | 'spread'> = {
    source: output,
    output: source,
    stride: [1, 1],
    spread: stride,
  };
  return { ...forward, ...turned, before: [top, left], depth: rows, rows: depth };
}

/** Results of one image: rows, columns and pixels of the product that a convolution is. */
export const tapsOf = ({ depth, kernel }: Geometry): number => depth * kernel[0] * kernel[1];

/** Bytes of the frame of `band` rows, with what vectors may write and read past its end. */
export function frameBytes({ depth, output, kernel, stride, dilation }: Geometry, band: number): number {
  const rows = band + Math.floor(((kernel[0] - 1) * dilation[0]) / stride[0]);
  const lines = Math.ceil((rows * stride[0] * output[1]) / 16) | 1;
  return depth * kernel[1] * lines * 64 + 128;
}

/** Rows of the output whose frame fits into that part of the L2 cache, of which a core has a MiB, that others leave. */
const FRAME = 384 * 1024;

/** The largest band of equal ones, `parts` or more, whose frame fits: in whole times `multiple` rows. */
export function fittingBand(geometry: Geometry, parts: number, multiple: number): number {
  for (; ; parts++) {
    const band = Math.ceil(geometry.output[0] / parts / multiple) * multiple;
    if (band === multiple || frameBytes(geometry, band) <= FRAME) return band;
  }
}

/** The parameters of `enum Conv`. */
export const geometryParams = (g: Geometry, band: number, perPart: number): number[] => [
  ...[g.images, g.depth, g.groups, ...g.source, ...g.output, ...g.kernel, ...g.stride, ...g.dilation],
  ...[...g.before, ...g.spread, g.rows, band, perPart],
];
