/** Convolutions, the ops they are differentiated with, and their transpose. */

import { named, ShapeError } from '../errors.ts';
import { expectRank, expectShape, expectTensors } from '../expect.ts';
import { applyWith } from '../graph.ts';
import type { Conv2dAttrs, ConvInputGradAttrs, ConvWeightGradAttrs } from '../ops/convolution.ts';
import * as ops from '../ops/pages.ts';
import type { Known } from '../options.ts';
import { checkOptions } from '../options.ts';
import { show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { WindowOptions } from '../windowOptions.ts';
import { pairOf, windowOf } from '../windowOptions.ts';
import { add } from './elementwise.ts';
import type { Window1dOptions } from './oneAxis.ts';
import { flatWindow, withHeight, withoutHeight } from './oneAxis.ts';
import { maxPool2dGrad } from './pooling.ts';
import { pad, reshape } from './shapes.ts';

/** With what their gradients take beside the functions that all do. */
const apply = applyWith(() => ({ conv2d, conv2dInputGrad, conv2dWeightGrad }));
const applyPooled = applyWith(() => ({ conv2dInputGrad, conv2dWeightGrad, maxPool2dGrad }));

/** How filters move over images. */
export interface Conv2dOptions extends WindowOptions {
  /** Parts that the channels are split into, each with filters of its own; 1 when left out. */
  readonly groups?: number;
}

const convOptions = {
  stride: true,
  padding: true,
  dilation: true,
  groups: true,
} as const satisfies Known<Conv2dOptions>;
const conv1dOptions: Known<Conv1dOptions> = convOptions;
const convReluOptions: Known<ConvReluOptions> = { ...convOptions, pool: true };
const transposeOptions: Known<ConvTransposeOptions> = { ...convOptions, outputPadding: true };

/**
 * The convolution of images with filters, a cross-correlation as everywhere in the field:
 * y[n,o,i,j] = bias[o] + Σ x[n,c,i·stride + u·dilation − padding,…]·weight[o,c,u,v].
 *
 * @param x [N,C,H,W]
 * @param weight [O,C/groups,kh,kw]
 * @param bias [O], or null for none
 * @returns [N,O,H',W'], H' = ⌊(H + padding − dilation·(kh − 1) − 1)/stride⌋ + 1 with the padding of both sides
 * @throws ShapeError for shapes that do not fit, and a window that is larger than the image
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[[[1, 2, 3], [4, 5, 6], [7, 8, 9]]]]);
 * const edges = Tensor.from([[[[-1, 1]]]]);
 * console.log(await F.reshape(F.conv2d(x, edges), [3, 2]).toArray());
 * // [ [ 1, 1 ], [ 1, 1 ], [ 1, 1 ] ]
 */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: Conv2dOptions = {},
): Tensor {
  expectTensors('conv2d', { x, weight }, { bias });
  checkOptions('conv2d', options, convOptions);
  const kernel = pairOf(weight.shape.slice(2));
  const attrs: Conv2dAttrs = { ...windowOf(options, kernel), groups: options.groups ?? 1 };
  return apply(ops.conv2d, bias === null ? [x, weight] : [x, weight, bias], attrs)[0];
}

/** The options of a convolution, and what follows it. */
export interface ConvReluOptions extends Conv2dOptions {
  /** Whether the maxima of 2×2 windows are taken; false when left out. */
  readonly pool?: boolean;
}

/**
 * relu(conv2d(…)), and with `pool` the maxima of its 2×2 windows: in one launch, without what lies between.
 *
 * @param x [N,C,H,W]
 * @param weight [O,C/groups,kh,kw]
 * @param bias [O]
 * @returns [N,O,H',W'] as conv2d has it, with `pool` [N,O,⌊H'/2⌋,⌊W'/2⌋]
 * @throws ShapeError for what conv2d refuses
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[[[1, -2], [3, 4]]]]);
 * const y = F.convRelu(x, F.ones([1, 1, 1, 1]), F.zeros([1]), { pool: true });
 * console.log(y.shape, await y.item());
 * // [ 1, 1, 1, 1 ] 4
 */
export function convRelu(x: Tensor, weight: Tensor, bias: Tensor, options: ConvReluOptions = {}): Tensor {
  expectTensors('convRelu', { x, weight, bias });
  checkOptions('convRelu', options, convReluOptions);
  const { pool = false, groups = 1, ...window } = options;
  const kernel = pairOf(weight.shape.slice(2));
  const attrs = { ...windowOf(window, kernel), groups, pool };
  return applyPooled(ops.convRelu, [x, weight, bias], attrs)[0];
}

/** How filters move along an axis. */
export interface Conv1dOptions extends Window1dOptions {
  /** Parts that the channels are split into, each with filters of its own; 1 when left out. */
  readonly groups?: number;
}

/**
 * The convolution of sequences with filters: conv2d along one axis.
 *
 * @param x [N,C,L]
 * @param weight [O,C/groups,k]
 * @param bias [O], or null for none
 * @returns [N,O,L']
 * @throws ShapeError for shapes that do not fit
 * @function
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[[1, 2, 4, 8]]]);
 * const y = F.conv1d(x, Tensor.from([[[-1, 1]]]));
 * console.log(await y.read());
 * // Float32Array(3) [ 1, 2, 4 ]
 */
export const conv1d = named(
  'conv1d',
  (x: Tensor, weight: Tensor, bias: Tensor | null = null, options: Conv1dOptions = {}): Tensor => {
    expectTensors('conv1d', { x, weight }, { bias });
    checkOptions('conv1d', options, conv1dOptions);
    expectRank('conv1d', 'an input', x, 3, '[N,C,L]');
    expectRank('conv1d', 'a weight', weight, 3, '[O,C/groups,k]');
    return withoutHeight(conv2d(withHeight(x), withHeight(weight), bias, flatWindow(options)));
  },
);

/** How filters move over the result of a transposed convolution. */
export interface ConvTransposeOptions extends Conv2dOptions {
  /** Rows and columns added to the output at the bottom and right: a stride leaves more than one possible size. */
  readonly outputPadding?: number | readonly [number, number];
}

/**
 * The transpose of conv2d, which makes images larger (Zeiler et al., 2010): each element of x is spread over
 * the window it stands for.
 *
 * @param x [N,C,H,W]
 * @param weight [C,O/groups,kh,kw]
 * @param bias [O], or null for none
 * @returns [N,O,(H − 1)·stride − padding + dilation·(kh − 1) + outputPadding + 1,…], with the padding of both
 * sides
 * @throws ShapeError for shapes that do not fit, and an outputPadding that is neither below the stride nor the
 * dilation
 * @category Convolution and pooling
 * @example
 * import { F, Tensor } from 'inkgrad';
 *
 * const y = F.convTranspose2d(Tensor.from([[[[1, 2]]]]), F.ones([1, 1, 2, 2]), null, { stride: 2 });
 * console.log(await F.reshape(y, [2, 4]).toArray());
 * // [ [ 1, 1, 2, 2 ], [ 1, 1, 2, 2 ] ]
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  given: ConvTransposeOptions = {},
): Tensor {
  expectTensors('convTranspose2d', { x, weight }, { bias });
  checkOptions('convTranspose2d', given, transposeOptions);
  const { groups = 1, outputPadding = 0, ...options } = given;
  expectRank('convTranspose2d', 'an input', x, 4, '[N,C,H,W]');
  expectShape('convTranspose2d', 'a weight', weight, [x.shape[1], ...weight.shape.slice(1, 4)]);
  if (bias !== null) expectShape('convTranspose2d', 'a bias', bias, [weight.shape[1] * groups]);
  const kernel = pairOf(weight.shape.slice(2));
  const window = windowOf(options, kernel);
  const { stride, dilation } = window;
  const extra = pairOf(outputPadding);
  if (extra.some((n, axis) => !(n >= 0 && n < Math.max(stride[axis], dilation[axis])))) {
    const limits = `stride ${show(stride)} or dilation ${show(dilation)}`;
    throw new ShapeError(`convTranspose2d: outputPadding ${show(extra)}; expected less than ${limits}`);
  }
  // Beyond what a stride leaves open, padding at the end is given back first, and zeros follow.
  const [top, left, ...ends] = window.padding;
  const [below, beside] = extra.map((n, axis) => Math.max(0, n + 1 - stride[axis]));
  const padding = [top, left, Math.max(0, ends[0] - below), Math.max(0, ends[1] - beside)] as const;
  const zeros = [0, 0, Math.max(0, below - ends[0]), Math.max(0, beside - ends[1])];
  const [height, width] = [0, 1].map((axis) => {
    const reach = dilation[axis] * (kernel[axis] - 1) + Math.min(extra[axis], stride[axis] - 1);
    return (x.shape[2 + axis] - 1) * stride[axis] - padding[axis] - padding[axis + 2] + reach + 1;
  });
  const inside = conv2dInputGrad(x, weight, { ...window, padding, groups, image: [height, width] });
  const y = zeros.some((n) => n > 0) ? pad(inside, [0, 0, 0, 0], zeros) : inside;
  return bias === null ? y : add(y, reshape(bias, [1, bias.size, 1, 1]));
}

/**
 * conv2d's gradient for its input.
 *
 * @internal
 */
export const conv2dInputGrad = (g: Tensor, weight: Tensor, attrs: ConvInputGradAttrs): Tensor =>
  apply(ops.conv2dInputGrad, [g, weight], attrs)[0];

/**
 * conv2d's gradient for its weight.
 *
 * @internal
 */
export const conv2dWeightGrad = (x: Tensor, g: Tensor, attrs: ConvWeightGradAttrs): Tensor =>
  apply(ops.conv2dWeightGrad, [x, g], attrs)[0];
