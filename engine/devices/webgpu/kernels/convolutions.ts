/** A convolution and its gradients as contractions. */

import type {
  Conv2dAttrs,
  ConvInputGradAttrs,
  ConvReluAttrs,
  ConvWeightGradAttrs,
} from '../../../ops/convolution.ts';
import { planeOf, windowOutput } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import { firstWindow, isWhole, paddedFrame, spreadFrame } from '../../frames.ts';
import type { GpuKernel } from '../../launch.ts';
import { contract } from './contraction.ts';
import { convolve } from './convolve.ts';
import { inFours } from './fours.ts';
import { framed } from './frame.ts';

export const conv2d: GpuKernel<Conv2dAttrs> = ([x, w, bias], [y], attrs, traits) =>
  convolve(x, w, y, attrs, { bias: bias !== undefined, relu: false }, planeOf(y.shape), traits);

export const convRelu: GpuKernel<ConvReluAttrs> = ([x, w], [y], attrs, traits) => {
  const output = windowOutput('convRelu', planeOf(x.shape), planeOf(w.shape), attrs);
  return convolve(x, w, y, attrs, { bias: true, relu: true, pool: attrs.pool }, output, traits);
};

/** Rows are channels, columns are pixels of all images, and the sum runs over the filters and their taps. */
export const conv2dInputGrad: GpuKernel<ConvInputGradAttrs> = ([g, w], [dx], attrs, traits) => {
  const { dilation, groups, image } = attrs;
  const [n, filters] = g.shape;
  const [, depth, kh, kw] = w.shape;
  const start = firstWindow([kh, kw], attrs);
  const frame = spreadFrame([kh, kw], attrs);
  const isFramed = !isWhole(planeOf(g.shape), frame);
  const fours = isFramed && inFours(n, depth, false, traits);
  const [, frameWidth] = frame.size;
  const plane = sizeOf(frame.size);
  const perGroup = filters / groups;
  const taps = kh * kw;
  const pixels = sizeOf(image);
  const work = contract(
    {
      rows: depth,
      columns: n * pixels,
      sum: [perGroup, kh, kw],
      columnAxes: image,
      batch: { shape: [groups], a: [perGroup * depth * taps], b: [perGroup * plane] },
      // The taps from the last to the first.
      a: { row: taps, sum: [depth * taps, -kw, -1], start: taps - 1 },
      b: {
        columns: [filters * plane, frameWidth, 1],
        sum: [plane, dilation[0] * frameWidth, dilation[1]],
        start: start[0] * frameWidth + start[1],
      },
      y: { row: pixels, columns: [depth * groups * pixels, image[1], 1], batch: depth * pixels },
      ...(fours && { images: n }),
    },
    { a: 1, b: isFramed ? 3 : 0, y: 2, scratch: isFramed ? 4 : 3 },
    sizeOf(dx.shape),
    traits,
  );
  return isFramed ? framed(work, { from: 0, to: 3, images: g.shape, frame, fours }) : work;
};

/** Rows are filters, columns the taps of one, and the sum runs over the pixels of all images. */
export const conv2dWeightGrad: GpuKernel<ConvWeightGradAttrs> = ([x, g], [dw], attrs, traits) => {
  const { stride, dilation, groups, kernel } = attrs;
  const [n, channels] = x.shape;
  const [filters, depth] = dw.shape;
  const frame = paddedFrame(planeOf(x.shape), attrs);
  const isFramed = !isWhole(planeOf(x.shape), frame);
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
      sum: [n, ...output],
      columnAxes: kernel,
      batch: { shape: [groups], a: [perGroup * pixels], b: [depth * plane] },
      a: { row: pixels, sum: [filters * pixels, output[1], 1] },
      b: {
        columns: [plane, dilation[0] * frameWidth, dilation[1]],
        sum: [channels * plane, stride[0] * frameWidth, stride[1]],
      },
      y: { row: depth * taps, columns: [taps, kernel[1], 1], batch: perGroup * depth * taps },
    },
    { a: 1, b: isFramed ? 3 : 0, y: 2, scratch: isFramed ? 4 : 3 },
    sizeOf(dw.shape),
    traits,
  );
  return isFramed ? framed(work, { from: 0, to: 3, images: x.shape, frame, fours: false }) : work;
};
