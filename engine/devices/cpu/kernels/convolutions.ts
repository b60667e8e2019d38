/**
 * A convolution and its gradients as one matrix product per image and group, whose windows are read out of the padded
 * image in place (implicit GEMM: Chellapilla, Puri and Simard, 2006).
 */

import type {
  Conv2dAttrs,
  ConvInputGradAttrs,
  ConvReluAttrs,
  ConvWeightGradAttrs,
} from '../../../ops/convolution.ts';
import { plain, planeOf, windowOutput } from '../../../ops/window.ts';
import { sizeOf } from '../../../shape.ts';
import { firstWindow, paddedFrame, spreadFrame } from '../../frames.ts';
import type { CpuKernel } from '../../launch.ts';
import { multiply, panelsOf, ramp, scratchFor } from './gemm.ts';
import { maxPool2d } from './pooling.ts';
import { padPlanes, windowStarts, windowTerms } from './windows.ts';

/** Filters × windows: a column is a pixel of y. */
export const conv2d: CpuKernel<Conv2dAttrs> = ([x, w, bias], [y], attrs) => {
  const { stride, dilation, groups } = attrs;
  const [n, channels, height, width] = x.shape;
  const [filters, depth, ...kernel] = w.shape;
  const output = planeOf(y.shape);
  const pixels = sizeOf(output);
  for (let plane = 0; plane < n * filters; plane++) {
    y.data.fill(bias?.data[plane % filters] ?? 0, plane * pixels, (plane + 1) * pixels);
  }
  const frame = paddedFrame([height, width], attrs);
  const starts = windowStarts(output, stride, frame.size[1]);
  const terms = windowTerms(depth, planeOf(w.shape), dilation, frame.size);
  const weights = depth * sizeOf(kernel);
  const perGroup = filters / groups;
  const filterRows = { data: w.data, rows: ramp(perGroup, weights), terms: ramp(weights, 1) };
  for (let group = 0; group < groups; group++) {
    const left = panelsOf('filters', filterRows, group * perGroup * weights);
    for (let i = 0; i < n; i++) {
      const from = (i * channels + group * depth) * height * width;
      const framed = padPlanes(x.data, from, depth, [height, width], frame);
      const windows = panelsOf('windows', { data: framed, rows: starts, terms });
      multiply(left, windows, y.data, (i * filters + group * perGroup) * pixels, pixels);
    }
  }
};

export const convRelu: CpuKernel<ConvReluAttrs> = ([x, w, bias], [y, place], attrs) => {
  const output = windowOutput('convRelu', planeOf(x.shape), planeOf(w.shape), attrs);
  const shape = [x.shape[0], w.shape[0], ...output];
  const data = attrs.pool ? scratchFor('convRelu', x.data, sizeOf(shape)).subarray(0, sizeOf(shape)) : y.data;
  const whole = { shape, dtype: y.dtype, data };
  conv2d([x, w, bias], [whole], attrs);
  for (let i = 0; i < data.length; i++) data[i] = Math.max(data[i], 0);
  if (attrs.pool) maxPool2d([whole], [y, place], { ...plain, stride: [2, 2], kernel: [2, 2] });
};

/** g is spread out by the stride with zeros between, then correlated with the flipped filters. */
export const conv2dInputGrad: CpuKernel<ConvInputGradAttrs> = ([g, w], [dx], attrs) => {
  const { dilation, groups, image } = attrs;
  const [n, filters] = g.shape;
  const [, depth, kh, kw] = w.shape;
  const perGroup = filters / groups;
  const frame = spreadFrame([kh, kw], attrs);
  const starts = windowStarts(image, [1, 1], frame.size[1], firstWindow([kh, kw], attrs));
  const terms = windowTerms(perGroup, [kh, kw], dilation, frame.size);
  const taps = kh * kw;
  const flipped = new Int32Array(perGroup * taps);
  for (let o = 0, i = 0; o < perGroup; o++) {
    for (let tap = taps - 1; tap >= 0; tap--) flipped[i++] = o * depth * taps + tap;
  }
  const channelRows = { data: w.data, rows: ramp(depth, taps), terms: flipped };
  const pixels = sizeOf(image);
  dx.data.fill(0);
  for (let group = 0; group < groups; group++) {
    const left = panelsOf('filters', channelRows, group * perGroup * depth * taps);
    for (let i = 0; i < n; i++) {
      const from = (i * filters + group * perGroup) * sizeOf(planeOf(g.shape));
      const framed = padPlanes(g.data, from, perGroup, planeOf(g.shape), frame);
      const windows = panelsOf('windows', { data: framed, rows: starts, terms });
      multiply(left, windows, dx.data, (i * groups + group) * depth * pixels, pixels);
    }
  }
};

/** The windows of conv2d with rows and terms exchanged: here the sum runs over the pixels. */
export const conv2dWeightGrad: CpuKernel<ConvWeightGradAttrs> = ([x, g], [dw], attrs) => {
  const { stride, dilation, groups, kernel } = attrs;
  const [n, channels, height, width] = x.shape;
  const [filters, depth] = dw.shape;
  const output = planeOf(g.shape);
  const pixels = sizeOf(output);
  const perGroup = filters / groups;
  const frame = paddedFrame([height, width], attrs);
  const terms = windowStarts(output, stride, frame.size[1]);
  const rows = windowTerms(depth, kernel, dilation, frame.size);
  const weights = rows.length;
  const gradientRows = { data: g.data, rows: ramp(perGroup, pixels), terms: ramp(pixels, 1) };
  dw.data.fill(0);
  for (let i = 0; i < n; i++) {
    for (let group = 0; group < groups; group++) {
      const from = (i * channels + group * depth) * height * width;
      const framed = padPlanes(x.data, from, depth, [height, width], frame);
      const windows = panelsOf('windows', { data: framed, rows, terms });
      const left = panelsOf('filters', gradientRows, (i * filters + group * perGroup) * pixels);
      multiply(left, windows, dw.data, group * perGroup * weights, weights);
    }
  }
};
