/**
 * conv2d: the cross-correlation that neural networks call convolution, with stride, padding, dilation and
 * groups (x: [N,C,H,W], w: [O,C/groups,kh,kw], optional bias: [O], y: [N,O,H',W']).
 *
 * y[n,o,i,j] = bias[o] + Σ_{c,u,v} x[n,c, i·sh + u·dh − top, j·sw + v·dw − left] · w[o,c,u,v]
 *
 * dL/dx = conv2dInputGrad(g, w), dL/dw = conv2dWeightGrad(x, g), dL/dbias = Σ_{n,i,j} g
 *
 * On the CPU it is one matrix product per image and group, filters × windows, where the windows are read out
 * of the padded image in place (implicit GEMM: Chellapilla, Puri and Simard, 2006).
 */

import { convSamples } from '../check/windowSamples.ts';
import { multiply, pack, ramp } from '../devices/cpu/kernels/gemm.ts';
import { padPlanes, windowStarts, windowSteps } from '../devices/cpu/kernels/windows.ts';
import { paddedFrame } from '../devices/frames.ts';
import { convolve } from '../devices/webgpu/kernels/convolve.ts';
import type { Op, Sample } from '../op.ts';
import { expectFloat, expectShape } from '../op.ts';
import { sizeOf } from '../shape.ts';
import type { Conv2dAttrs } from './convolution.ts';
import { inferConv } from './convolution.ts';
import { planeOf } from './window.ts';

export const conv2d: Op<Conv2dAttrs> = {
  name: 'conv2d',
  infer([x, w, bias], attrs) {
    const shape = inferConv('conv2d', x, w, attrs);
    if (bias !== undefined) {
      expectFloat('conv2d', bias);
      expectShape('conv2d', 'a bias', bias, [w.shape[0]]);
    }
    return [{ shape, dtype: x.dtype }];
  },
  cpu([x, w, bias], [y], { stride, padding, dilation, groups }) {
    const [n, channels, height, width] = x.shape;
    const [filters, depth, ...kernel] = w.shape;
    const output = planeOf(y.shape);
    const pixels = sizeOf(output);
    for (let plane = 0; plane < n * filters; plane++) {
      y.data.fill(bias?.data[plane % filters] ?? 0, plane * pixels, (plane + 1) * pixels);
    }
    const frame = paddedFrame([height, width], { stride, padding, dilation });
    const starts = windowStarts(output, stride, frame.size[1]);
    const steps = windowSteps(depth, planeOf(w.shape), dilation, frame.size);
    const weights = depth * sizeOf(kernel);
    const perGroup = filters / groups;
    const filterRows = { data: w.data, rows: ramp(perGroup, weights), steps: ramp(weights, 1) };
    for (let group = 0; group < groups; group++) {
      const left = pack('filters', filterRows, group * perGroup * weights);
      for (let i = 0; i < n; i++) {
        const from = (i * channels + group * depth) * height * width;
        const framed = padPlanes(x.data, from, depth, [height, width], frame);
        const windows = pack('windows', { data: framed, rows: starts, steps });
        multiply(left, windows, y.data, (i * filters + group * perGroup) * pixels, pixels);
      }
    }
  },
  gpu([x, w, bias], [y], attrs, traits) {
    return convolve(x, w, y, attrs, { bias: bias !== undefined, relu: false }, planeOf(y.shape), traits);
  },
  grad({ F, g, inputs: [x, w, bias], attrs, needs }) {
    const gradients = [
      needs[0] ? F.conv2dInputGrad(g, w, { ...attrs, image: planeOf(x.shape) }) : null,
      needs[1] ? F.conv2dWeightGrad(x, g, { ...attrs, kernel: planeOf(w.shape) }) : null,
    ];
    return bias === undefined ? gradients : [...gradients, needs[2] ? F.sum(g, { axes: [0, 2, 3] }) : null];
  },
  samples: convSamples.map(({ x, w, attrs }, i): Sample<Conv2dAttrs> => {
    const bias = i % 2 === 0 ? [[w[0]]] : [];
    return { inputs: [x, w, ...bias], attrs };
  }),
};
