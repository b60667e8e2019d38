/** A convolution and its gradients as contractions. */

import type {
  Conv2dAttrs,
  ConvInputGradAttrs,
  ConvReluAttrs,
  ConvWeightGradAttrs,
} from '../../../ops/convolution.ts';
import { planeOf, windowOutput } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import type { Frame } from '../../frames.ts';
import { isWhole, paddedFrame } from '../../frames.ts';
import type { GpuKernel, Launch, Spec } from '../../launch.ts';
import { phasedAxis } from '../../phases.ts';
import type { Traits } from '../traits.ts';
import { contract, contractAll } from './contraction.ts';
import type { Contraction } from './contractionSpec.ts';
import { convolve } from './convolve.ts';
import { depthwise, depthwiseWeightGrad, isDepthwise } from './depthwise.ts';
import { inFours, sumsFours } from './fours.ts';
import { framed } from './frame.ts';

export const conv2d: GpuKernel<Conv2dAttrs> = ([x, w, bias], [y], attrs, traits) =>
  forEachChannel([x, w, y], attrs, { bias: bias !== undefined, relu: false }, traits) ??
  convolve(x, w, y, attrs, { bias: bias !== undefined, relu: false }, planeOf(y.shape), traits);

export const convRelu: GpuKernel<ConvReluAttrs> = ([x, w], [y], attrs, traits) => {
  const output = windowOutput('convRelu', planeOf(x.shape), planeOf(w.shape), attrs);
  const ending = { bias: true, relu: true };
  const alone = attrs.pool ? null : forEachChannel([x, w, y], attrs, ending, traits);
  return alone ?? convolve(x, w, y, attrs, { ...ending, pool: attrs.pool }, output, traits);
};

/** A convolution of each channel alone; null for any other. */
function forEachChannel(
  [x, w, y]: readonly [Spec, Spec, Spec],
  attrs: Conv2dAttrs,
  { bias, relu }: { bias: boolean; relu: boolean },
  traits: Traits,
): Launch[] | null {
  if (!isDepthwise(x.shape[1], w)) return null;
  const ending = { relu, ...(bias && { bias: 2 }) };
  return depthwise([x, w, y], bias ? 3 : 2, attrs, 'forward', ending, traits);
}

/**
 * One contraction for each phase of the stride: rows are channels, columns are the phase's pixels of all images, and the sum
 * runs over the filters and the phase's taps. Without taps it is empty, and zeros are written.
 */
export const conv2dInputGrad: GpuKernel<ConvInputGradAttrs> = ([g, w], [dx], attrs, traits) => {
  const { stride, padding, dilation, groups, image } = attrs;
  const [n, filters] = g.shape;
  const alone = isDepthwise(dx.shape[1], w) ? depthwise([g, w, dx], 2, attrs, 'backward', {}, traits) : null;
  if (alone !== null) return alone;
  const [, depth, kh, kw] = w.shape;
  const output = planeOf(g.shape);
  const [down, across] = [0, 1].map((axis) =>
    phasedAxis({
      ...{ taps: [kh, kw][axis], stride: stride[axis], dilation: dilation[axis], before: padding[axis] },
      ...{ image: image[axis], output: output[axis] },
    }),
  );
  const frame: Frame = {
    size: [down.size, across.size],
    first: [down.first, across.first],
    spread: [1, 1],
  };
  const isFramed = !isWhole(output, frame);
  const fours = isFramed && inFours(n, depth, false, traits);
  const [, frameWidth] = frame.size;
  const plane = sizeOf(frame.size);
  const perGroup = filters / groups;
  const taps = kh * kw;
  const pixels = sizeOf(image);
  const phases = down.phases.flatMap((v) =>
    across.phases.map((h): Contraction => {
      const isEmpty = v.count * h.count === 0;
      return {
        rows: depth,
        columns: n * v.pixels * h.pixels,
        sum: isEmpty ? [0, 1, 1] : [perGroup, v.count, h.count],
        columnAxes: [v.pixels, h.pixels],
        batch: { shape: [groups], a: [perGroup * depth * taps], b: [perGroup * plane] },
        a: {
          row: taps,
          sum: [depth * taps, -v.tapStep * kw, -h.tapStep],
          start: v.tap * kw + h.tap,
        },
        b: {
          columns: [filters * plane, frameWidth, 1],
          sum: [plane, v.step * frameWidth, h.step],
          start: v.start * frameWidth + h.start,
        },
        y: {
          row: pixels,
          columns: [depth * groups * pixels, stride[0] * image[1], stride[1]],
          batch: depth * pixels,
          start: v.first * image[1] + h.first,
        },
        ...(fours && { images: n }),
      };
    }),
  );
  const at = { a: 1, b: isFramed ? 3 : 0, y: 2, scratch: isFramed ? 4 : 3 };
  const work = contractAll(phases, at, sizeOf(dx.shape), traits);
  return isFramed ? framed(work, { from: 0, to: 3, images: g.shape, frame, fours }) : work;
};

/** Rows are filters, columns the taps of one, and the sum runs over the pixels of all images. */
export const conv2dWeightGrad: GpuKernel<ConvWeightGradAttrs> = ([x, g], [dw], attrs, traits) => {
  const { stride, dilation, groups, kernel } = attrs;
  const [n, channels] = x.shape;
  const [filters, depth] = dw.shape;
  const alone = isDepthwise(channels, dw) ? depthwiseWeightGrad(x, g, kernel, attrs, traits) : null;
  if (alone !== null) return alone;
  const frame = paddedFrame(planeOf(x.shape), attrs);
  const isPadded = !isWhole(planeOf(x.shape), frame);
  // Four images side by side are four steps of the sum here.
  const fours = (isPadded || 8 * channels <= filters) && sumsFours(n, filters / groups, traits);
  const isFramed = isPadded || fours;
  const side = fours ? 4 : 1;
  const [, frameWidth] = frame.size;
  const plane = sizeOf(frame.size);
  const output = planeOf(g.shape);
  const pixels = sizeOf(output);
  const perGroup = filters / groups;
  const taps = sizeOf(kernel);
  const work = contract(
    {
      rows: perGroup,
      columns: depth * taps,
      sum: [n / side, ...output],
      columnAxes: kernel,
      batch: { shape: [groups], a: [perGroup * pixels], b: [side * depth * plane] },
      a: { row: pixels, sum: [side * filters * pixels, output[1], 1] },
      b: {
        columns: [side * plane, side * dilation[0] * frameWidth, side * dilation[1]],
        sum: [side * channels * plane, side * stride[0] * frameWidth, side * stride[1]],
      },
      y: { row: depth * taps, columns: [taps, kernel[1], 1], batch: perGroup * depth * taps },
      ...(fours && { inner: filters * pixels, fours: 'steps' }),
    },
    { a: 1, b: isFramed ? 3 : 0, y: 2, scratch: isFramed ? 4 : 3 },
    sizeOf(dw.shape),
    traits,
  );
  return isFramed ? framed(work, { from: 0, to: 3, images: x.shape, frame, fours }) : work;
};
