/**
 * conv2dInputGrad: dL/dx of y = conv2d(x, w) from g = dL/dy (g: [N,O,H',W'], w: [O,C/groups,kh,kw],
 * result: [N,C,H,W]). It is linear in both, and is the transposed convolution.
 *
 * dx[n,c,p,q] = Σ_{o,u,v} g[n,o,i,j]·w[o,c,u,v] over all (i,u), (j,v) with i·sh + u·dh − top = p, j·sw + v·dw − left = q
 *
 * dL/dg = conv2d(h, w) and dL/dw = conv2dWeightGrad(h, g) from h = dL/d(dx)
 */

import { convSamples } from '../check/windowSamples.ts';
import { conv2dInputGrad as cpu } from '../devices/cpu/kernels/convolutions.ts';
import { ShapeError } from '../errors.ts';
import { expectFloat, expectRank } from '../expect.ts';
import type { ListedOp, Sample } from '../op.ts';
import { sameShape, show } from '../shape.ts';
import { forEachProduct } from './conv2d.ts';
import type { ConvInputGradAttrs } from './convolution.ts';
import { divides } from './convolution.ts';
import { planeOf, windowOutput } from './window.ts';

export const conv2dInputGrad: ListedOp<ConvInputGradAttrs, 'conv2d' | 'conv2dWeightGrad'> = {
  name: 'conv2dInputGrad',
  sums: true,
  infer([g, w], attrs) {
    expectFloat('conv2dInputGrad', g, w);
    expectRank('conv2dInputGrad', 'a gradient', g, 4, '[N,O,H,W]');
    expectRank('conv2dInputGrad', 'a weight', w, 4, '[O,C/groups,kh,kw]');
    const output = windowOutput('conv2dInputGrad', attrs.image, planeOf(w.shape), attrs);
    const fits = g.shape[1] === w.shape[0] && sameShape(output, planeOf(g.shape));
    if (!fits || !divides(attrs.groups, w.shape[0])) {
      throw new ShapeError(
        `conv2dInputGrad: gradient ${show(g.shape)} and weight ${show(w.shape)} for an image ${show(attrs.image)}; ` +
          `expected a gradient ${show([g.shape[0], w.shape[0], ...output])} and filters that ${attrs.groups} divides`,
      );
    }
    return [{ shape: [g.shape[0], w.shape[1] * attrs.groups, ...attrs.image], dtype: g.dtype }];
  },
  define([g, w], [dx], attrs) {
    dx.data.fill(0);
    forEachProduct(dx.shape, w.shape, g.shape, attrs, (toY, toX, toW) => {
      dx.data[toX] += g.data[toY] * w.data[toW];
    });
  },
  grad({ F, g: h, inputs: [g, w], attrs, needs }) {
    const { stride, padding, dilation, groups } = attrs;
    return [
      needs[0] ? F.conv2d(h, w, null, { stride, padding, dilation, groups }) : null,
      needs[1] ? F.conv2dWeightGrad(h, g, { ...attrs, kernel: planeOf(w.shape) }) : null,
    ];
  },
  cpu,
  gpu: 'conv2dInputGrad',
  wasm: 'conv2dInputGrad',
  samples: convSamples.map(({ x, w, attrs }): Sample<ConvInputGradAttrs> => {
    const output = windowOutput('sample', planeOf(x), planeOf(w), attrs);
    return { inputs: [[x[0], w[0], ...output], w], attrs: { ...attrs, image: planeOf(x) } };
  }),
};
