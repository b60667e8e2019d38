/** Convolutions, the ops they are differentiated with, and their transpose. */

import { expectRank } from '../expect.ts';
import { apply } from '../graph.ts';
import type { Conv2dAttrs, ConvInputGradAttrs, ConvWeightGradAttrs } from '../ops/convolution.ts';
import { ops } from '../ops/index.ts';
import type { Tensor } from '../tensor.ts';
import type { WindowOptions } from '../windowOptions.ts';
import { pairOf, windowOf } from '../windowOptions.ts';
import { add } from './elementwise.ts';
import type { Window1dOptions } from './oneAxis.ts';
import { flatWindow, withHeight, withoutHeight } from './oneAxis.ts';
import { reshape } from './shapes.ts';

export interface Conv2dOptions extends WindowOptions {
  readonly groups?: number;
}

/** x [N,C,H,W] with filters [O,C/groups,kh,kw] and bias [O] → [N,O,H',W']. */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: Conv2dOptions = {},
): Tensor {
  const kernel = pairOf(weight.shape.slice(2));
  const attrs: Conv2dAttrs = { ...windowOf(options, kernel), groups: options.groups ?? 1 };
  return apply(ops.conv2d, bias === null ? [x, weight] : [x, weight, bias], attrs)[0];
}

/**
 * relu(conv2d(…)), and with `pool` the maxima of its 2×2 windows: in one launch, without what lies between. See
 * engine/ops/convRelu.ts.
 */
export function convRelu(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { pool = false, ...options }: Conv2dOptions & { readonly pool?: boolean } = {},
): Tensor {
  const kernel = pairOf(weight.shape.slice(2));
  const attrs = { ...windowOf(options, kernel), groups: options.groups ?? 1, pool };
  return apply(ops.convRelu, [x, weight, bias], attrs)[0];
}

/** x [N,C,L] with filters [O,C/groups,k] and bias [O] → [N,O,L']. */
export function conv1d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  { groups = 1, ...window }: Window1dOptions & { readonly groups?: number } = {},
): Tensor {
  expectRank('conv1d', 'an input', x, 3, '[N,C,L]');
  expectRank('conv1d', 'a weight', weight, 3, '[O,C/groups,k]');
  return withoutHeight(conv2d(withHeight(x), withHeight(weight), bias, { ...flatWindow(window), groups }));
}

export interface ConvTransposeOptions extends Conv2dOptions {
  /** Rows and columns added to the output at the bottom and right: a stride leaves more than one possible size. */
  readonly outputPadding?: number | readonly [number, number];
}

/**
 * The transpose of conv2d, which makes images larger: x [N,C,H,W], filters [C,O/groups,kh,kw], bias [O] →
 * [N,O,(H−1)·stride − padding + dilation·(kh−1) + outputPadding + 1,…].
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTransposeOptions = {},
): Tensor {
  const kernel = pairOf(weight.shape.slice(2));
  const window = windowOf(options, kernel);
  const extra = pairOf(options.outputPadding ?? 0);
  const [height, width] = [0, 1].map((axis) => {
    const padding = window.padding[axis] + window.padding[axis + 2];
    const reach = window.dilation[axis] * (kernel[axis] - 1);
    return (x.shape[2 + axis] - 1) * window.stride[axis] - padding + reach + extra[axis] + 1;
  });
  const y = conv2dInputGrad(x, weight, { ...window, groups: options.groups ?? 1, image: [height, width] });
  return bias === null ? y : add(y, reshape(bias, [1, bias.size, 1, 1]));
}

export const conv2dInputGrad = (g: Tensor, weight: Tensor, attrs: ConvInputGradAttrs): Tensor =>
  apply(ops.conv2dInputGrad, [g, weight], attrs)[0];

export const conv2dWeightGrad = (x: Tensor, g: Tensor, attrs: ConvWeightGradAttrs): Tensor =>
  apply(ops.conv2dWeightGrad, [x, g], attrs)[0];
