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

import { ShapeError } from '../errors.ts';
import { convolve, paddedFrame } from '../kernels/convolve.ts';
import { padPlanes, windowStarts, windowSteps } from '../kernels/correlate.ts';
import { multiply, pack, ramp } from '../kernels/gemm.ts';
import type { Window } from '../kernels/window.ts';
import { plain, planeOf, windowOutput } from '../kernels/window.ts';
import type { Op, Sample, Spec } from '../op.ts';
import { expectFloat, expectRank, expectShape } from '../op.ts';
import type { Shape } from '../shape.ts';
import { show, sizeOf } from '../shape.ts';

export interface Conv2dAttrs extends Window {
  /** Channels and filters are cut into this many groups that do not see each other. */
  readonly groups: number;
}

/** The shape rule that the three kernels of a convolution share; returns the shape of y. */
export function inferConv(op: string, x: Spec, w: Spec, attrs: Conv2dAttrs): number[] {
  expectFloat(op, x, w);
  expectRank(op, 'an input', x, 4, '[N,C,H,W]');
  expectRank(op, 'a weight', w, 4, '[O,C/groups,kh,kw]');
  const { groups } = attrs;
  const [n, channels] = x.shape;
  const [filters, depth] = w.shape;
  if (!Number.isInteger(groups) || groups < 1 || channels !== depth * groups || filters % groups !== 0) {
    throw new ShapeError(
      `${op}: input ${show(x.shape)}, weight ${show(w.shape)}, groups ${groups}; ` +
        `expected ${depth * groups} channels and filters that ${groups} divides`,
    );
  }
  return [n, filters, ...windowOutput(op, planeOf(x.shape), planeOf(w.shape), attrs)];
}

interface ConvSample {
  readonly x: Shape;
  readonly w: Shape;
  readonly attrs: Conv2dAttrs;
}

/** One of each kind of convolution, on sizes that no tile divides. */
export const convSamples: readonly ConvSample[] = [
  { x: [2, 1, 5, 5], w: [3, 1, 3, 3], attrs: { ...plain, groups: 1 } },
  { x: [2, 3, 6, 5], w: [5, 3, 3, 2], attrs: { ...plain, padding: [1, 1, 1, 1], groups: 1 } },
  { x: [1, 2, 7, 9], w: [3, 2, 3, 3], attrs: { ...plain, stride: [2, 3], padding: [2, 1, 0, 2], groups: 1 } },
  {
    x: [1, 2, 9, 8],
    w: [2, 2, 3, 2],
    attrs: { ...plain, dilation: [2, 3], padding: [1, 2, 3, 0], groups: 1 },
  },
  { x: [2, 4, 5, 4], w: [6, 2, 2, 3], attrs: { ...plain, padding: [0, 1, 0, 1], groups: 2 } },
  { x: [1, 3, 4, 5], w: [3, 1, 3, 3], attrs: { ...plain, stride: [2, 2], padding: [1, 1, 1, 1], groups: 3 } },
  { x: [3, 5, 1, 1], w: [7, 5, 1, 1], attrs: { ...plain, groups: 1 } },
  { x: [1, 1, 3, 3], w: [1, 1, 2, 2], attrs: { ...plain, padding: [3, 3, 3, 3], groups: 1 } },
  { x: [0, 2, 4, 4], w: [3, 2, 3, 3], attrs: { ...plain, groups: 1 } },
  { x: [2, 2, 14, 13], w: [4, 2, 5, 5], attrs: { ...plain, padding: [2, 2, 2, 2], groups: 1 } },
];

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
