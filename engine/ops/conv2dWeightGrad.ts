/**
 * conv2dWeightGrad: dL/dw of y = conv2d(x, w) from g = dL/dy (x: [N,C,H,W], g: [N,O,H',W'], result:
 * [O,C/groups,kh,kw]). It is linear in both.
 *
 * dw[o,c,u,v] = Σ_{n,i,j} g[n,o,i,j] · x[n,c, i·sh + u·dh − top, j·sw + v·dw − left]
 *
 * dL/dx = conv2dInputGrad(g, h) and dL/dg = conv2d(x, h) from h = dL/d(dw)
 */

import { convSamples } from '../check/windowSamples.ts';
import { multiply, pack, ramp } from '../devices/cpu/kernels/gemm.ts';
import { padPlanes, windowStarts, windowSteps } from '../devices/cpu/kernels/windows.ts';
import { isWhole, paddedFrame } from '../devices/frames.ts';
import { contract } from '../devices/webgpu/kernels/contraction.ts';
import { frameLaunch } from '../devices/webgpu/kernels/frame.ts';
import { ShapeError } from '../errors.ts';
import type { Op, Sample } from '../op.ts';
import { expectFloat, expectRank } from '../op.ts';
import { sameShape, show, sizeOf } from '../shape.ts';
import type { ConvWeightGradAttrs } from './convolution.ts';
import { planeOf, windowOutput } from './window.ts';

export const conv2dWeightGrad: Op<ConvWeightGradAttrs> = {
  name: 'conv2dWeightGrad',
  infer([x, g], attrs) {
    expectFloat('conv2dWeightGrad', x, g);
    expectRank('conv2dWeightGrad', 'an input', x, 4, '[N,C,H,W]');
    expectRank('conv2dWeightGrad', 'a gradient', g, 4, '[N,O,H,W]');
    const { kernel, groups } = attrs;
    const output = windowOutput('conv2dWeightGrad', planeOf(x.shape), kernel, attrs);
    const [n, channels] = x.shape;
    const filters = g.shape[1];
    const fits = g.shape[0] === n && sameShape(output, planeOf(g.shape));
    const divides =
      Number.isInteger(groups) && groups >= 1 && channels % groups === 0 && filters % groups === 0;
    if (!fits || !divides) {
      throw new ShapeError(
        `conv2dWeightGrad: input ${show(x.shape)}, gradient ${show(g.shape)}, groups ${groups}; ` +
          `expected a gradient ${show([n, filters, ...output])} and channels that ${groups} divides`,
      );
    }
    return [{ shape: [filters, channels / groups, ...kernel], dtype: x.dtype }];
  },
  cpu([x, g], [dw], { stride, padding, dilation, groups, kernel }) {
    const [n, channels, height, width] = x.shape;
    const [filters, depth] = dw.shape;
    const output = planeOf(g.shape);
    const pixels = sizeOf(output);
    const perGroup = filters / groups;
    const frame = paddedFrame([height, width], { stride, padding, dilation });
    // The windows of conv2d with rows and steps exchanged: here the sum runs over the pixels.
    const steps = windowStarts(output, stride, frame.size[1]);
    const rows = windowSteps(depth, kernel, dilation, frame.size);
    const weights = rows.length;
    const gradientRows = { data: g.data, rows: ramp(perGroup, pixels), steps: ramp(pixels, 1) };
    dw.data.fill(0);
    for (let i = 0; i < n; i++) {
      for (let group = 0; group < groups; group++) {
        const from = (i * channels + group * depth) * height * width;
        const framed = padPlanes(x.data, from, depth, [height, width], frame);
        const windows = pack('windows', { data: framed, rows, steps });
        const left = pack('filters', gradientRows, (i * filters + group * perGroup) * pixels);
        multiply(left, windows, dw.data, group * perGroup * weights, weights);
      }
    }
  },
  gpu([x, g], [dw], attrs, traits) {
    const { stride, dilation, groups, kernel } = attrs;
    const [n, channels] = x.shape;
    const [filters, depth] = dw.shape;
    const frame = paddedFrame(planeOf(x.shape), attrs);
    const framed = !isWhole(planeOf(x.shape), frame);
    const [, frameWidth] = frame.size;
    const plane = sizeOf(frame.size);
    const output = planeOf(g.shape);
    const pixels = sizeOf(output);
    const perGroup = filters / groups;
    const taps = sizeOf(kernel);
    // Rows are filters, columns the taps of one, and the sum runs over the pixels of all images.
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
      { a: 1, b: framed ? 3 : 0, y: 2, scratch: framed ? 4 : 3 },
      sizeOf(dw.shape),
      traits,
    );
    if (!framed) return work;
    return {
      launches: [frameLaunch(0, 3, n * channels, planeOf(x.shape), frame), ...work.launches],
      scratch: [n * channels * plane, ...work.scratch],
    };
  },
  grad({ F, g: h, inputs: [x, g], attrs, needs }) {
    return [
      needs[0] ? F.conv2dInputGrad(g, h, { ...attrs, image: planeOf(x.shape) }) : null,
      needs[1] ? F.conv2d(x, h, null, attrs) : null,
    ];
  },
  samples: convSamples.map(({ x, w, attrs }): Sample<ConvWeightGradAttrs> => {
    const output = windowOutput('sample', planeOf(x), planeOf(w), attrs);
    return { inputs: [x, [x[0], w[0], ...output]], attrs: { ...attrs, kernel: planeOf(w) } };
  }),
};
