/**
 * conv2dWeightGrad: dL/dw of y = conv2d(x, w) from g = dL/dy (x: [N,C,H,W], g: [N,O,H',W'], result:
 * [O,C/groups,kh,kw]). It is linear in both.
 *
 * dw[o,c,u,v] = Σ_{n,i,j} g[n,o,i,j] · x[n,c, i·sh + u·dh − top, j·sw + v·dw − left]
 *
 * dL/dx = conv2dInputGrad(g, h) and dL/dg = conv2d(x, h) from h = dL/d(dw)
 */

import { convSamples } from '../check/windowSamples.ts';
import { conv2dWeightGrad as cpu } from '../devices/cpu/kernels/convolutions.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat, expectRank } from '../expect.ts';
import type { ListedOp, Sample } from '../op.ts';
import { sameShape, show } from '../shape.ts';
import { forEachProduct } from './conv2d.ts';
import type { ConvWeightGradAttrs } from './convolution.ts';
import { divides } from './convolution.ts';
import { planeOf, windowOutput } from './window.ts';

export const conv2dWeightGrad: ListedOp<ConvWeightGradAttrs, 'conv2d' | 'conv2dInputGrad'> = {
  name: 'conv2dWeightGrad',
  sums: true,
  infer([x, g], attrs) {
    expectFloat('conv2dWeightGrad', x, g);
    expectRank('conv2dWeightGrad', 'an input', x, 4, '[N,C,H,W]');
    expectRank('conv2dWeightGrad', 'a gradient', g, 4, '[N,O,H,W]');
    const { kernel, groups } = attrs;
    const output = windowOutput('conv2dWeightGrad', planeOf(x.shape), kernel, attrs);
    const [n, channels] = x.shape;
    const filters = g.shape[1];
    const fits = g.shape[0] === n && sameShape(output, planeOf(g.shape));
    if (!fits || !divides(groups, channels, filters)) {
      throw new ShapeError(
        `conv2dWeightGrad: input ${show(x.shape)}, gradient ${show(g.shape)}, groups ${groups}; ` +
          `expected a gradient ${show([n, filters, ...output])} and channels that ${groups} divides`,
      );
    }
    return [{ shape: [filters, channels / groups, ...kernel], dtype: x.dtype }];
  },
  define([x, g], [dw], attrs) {
    dw.data.fill(0);
    forEachProduct(x.shape, dw.shape, g.shape, attrs, (toY, toX, toW) => {
      dw.data[toW] += g.data[toY] * x.data[toX];
    });
  },
  grad({ F, g: h, inputs: [x, g], attrs, needs }) {
    const { stride, padding, dilation, groups } = attrs;
    return [
      needs[0] ? F.conv2dInputGrad(g, h, { ...attrs, image: planeOf(x.shape) }) : null,
      needs[1] ? F.conv2d(x, h, null, { stride, padding, dilation, groups }) : null,
    ];
  },
  cpu,
  gpu: 'conv2dWeightGrad',
  wasm: 'conv2dWeightGrad',
  samples: convSamples.map(({ x, w, attrs }): Sample<ConvWeightGradAttrs> => {
    const output = windowOutput('sample', planeOf(x), planeOf(w), attrs);
    return { inputs: [x, [x[0], w[0], ...output]], attrs: { ...attrs, kernel: planeOf(w) } };
  }),
};
