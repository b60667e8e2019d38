/**
 * conv2dInputGrad: dL/dx of y = conv2d(x, w) from g = dL/dy (g: [N,O,H',W'], w: [O,C/groups,kh,kw],
 * result: [N,C,H,W]). It is linear in both, and is the transposed convolution.
 *
 * dx[n,c,p,q] = Σ_{o,u,v} g[n,o,i,j]·w[o,c,u,v] over all (i,u), (j,v) with i·sh + u·dh − top = p, j·sw + v·dw − left = q
 *
 * dL/dg = conv2d(h, w) and dL/dw = conv2dWeightGrad(h, g) from h = dL/d(dx)
 *
 * On the CPU: spread g out by the stride with zeros between, then correlate with the flipped filters.
 */

import { convSamples } from '../check/windowSamples.ts';
import { multiply, pack, ramp } from '../devices/cpu/kernels/gemm.ts';
import { padPlanes, windowStarts, windowSteps } from '../devices/cpu/kernels/windows.ts';
import { firstWindow, isWhole, spreadFrame } from '../devices/frames.ts';
import { contract } from '../devices/webgpu/kernels/contraction.ts';
import { frameLaunch } from '../devices/webgpu/kernels/frame.ts';
import { ShapeError } from '../errors.ts';
import type { Op, Sample } from '../op.ts';
import { expectFloat, expectRank } from '../op.ts';
import { sameShape, show, sizeOf } from '../shape.ts';
import type { ConvInputGradAttrs } from './convolution.ts';
import { planeOf, windowOutput } from './window.ts';

export const conv2dInputGrad: Op<ConvInputGradAttrs> = {
  name: 'conv2dInputGrad',
  infer([g, w], attrs) {
    expectFloat('conv2dInputGrad', g, w);
    expectRank('conv2dInputGrad', 'a gradient', g, 4, '[N,O,H,W]');
    expectRank('conv2dInputGrad', 'a weight', w, 4, '[O,C/groups,kh,kw]');
    const output = windowOutput('conv2dInputGrad', attrs.image, planeOf(w.shape), attrs);
    const divides = Number.isInteger(attrs.groups) && attrs.groups >= 1 && w.shape[0] % attrs.groups === 0;
    if (!divides || g.shape[1] !== w.shape[0] || !sameShape(output, planeOf(g.shape))) {
      throw new ShapeError(
        `conv2dInputGrad: gradient ${show(g.shape)} and weight ${show(w.shape)} for an image ${show(attrs.image)}; ` +
          `expected a gradient ${show([g.shape[0], w.shape[0], ...output])} and filters that ${attrs.groups} divides`,
      );
    }
    return [{ shape: [g.shape[0], w.shape[1] * attrs.groups, ...attrs.image], dtype: g.dtype }];
  },
  cpu([g, w], [dx], { stride, padding, dilation, groups, image }) {
    const [n, filters] = g.shape;
    const [, depth, kh, kw] = w.shape;
    const perGroup = filters / groups;
    const frame = spreadFrame([kh, kw], { stride, padding, dilation, image });
    const start = firstWindow([kh, kw], { stride, padding, dilation, image });
    const starts = windowStarts(image, [1, 1], frame.size[1], start);
    const steps = windowSteps(perGroup, [kh, kw], dilation, frame.size);
    const taps = kh * kw;
    const flipped = new Int32Array(perGroup * taps);
    for (let o = 0, i = 0; o < perGroup; o++) {
      for (let tap = taps - 1; tap >= 0; tap--) flipped[i++] = o * depth * taps + tap;
    }
    const channelRows = { data: w.data, rows: ramp(depth, taps), steps: flipped };
    const pixels = sizeOf(image);
    dx.data.fill(0);
    for (let group = 0; group < groups; group++) {
      const left = pack('filters', channelRows, group * perGroup * depth * taps);
      for (let i = 0; i < n; i++) {
        const from = (i * filters + group * perGroup) * sizeOf(planeOf(g.shape));
        const framed = padPlanes(g.data, from, perGroup, planeOf(g.shape), frame);
        const windows = pack('windows', { data: framed, rows: starts, steps });
        multiply(left, windows, dx.data, (i * groups + group) * depth * pixels, pixels);
      }
    }
  },
  gpu([g, w], [dx], attrs, traits) {
    const { dilation, groups, image } = attrs;
    const start = firstWindow([w.shape[2], w.shape[3]], attrs);
    const [n, filters] = g.shape;
    const [, depth, kh, kw] = w.shape;
    const frame = spreadFrame([kh, kw], attrs);
    const framed = !isWhole(planeOf(g.shape), frame);
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
      },
      { a: 1, b: framed ? 3 : 0, y: 2, scratch: framed ? 4 : 3 },
      sizeOf(dx.shape),
      traits,
    );
    if (!framed) return work;
    return {
      launches: [frameLaunch(0, 3, n * filters, planeOf(g.shape), frame), ...work.launches],
      scratch: [n * filters * plane, ...work.scratch],
    };
  },
  grad({ F, g: h, inputs: [g, w], attrs, needs }) {
    return [
      needs[0] ? F.conv2d(h, w, null, attrs) : null,
      needs[1] ? F.conv2dWeightGrad(h, g, { ...attrs, kernel: planeOf(w.shape) }) : null,
    ];
  },
  samples: convSamples.map(({ x, w, attrs }): Sample<ConvInputGradAttrs> => {
    const output = windowOutput('sample', planeOf(x), planeOf(w), attrs);
    return { inputs: [[x[0], w[0], ...output], w], attrs: { ...attrs, image: planeOf(x) } };
  }),
};
