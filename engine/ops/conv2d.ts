/**
 * conv2d: the cross-correlation that neural networks call convolution, with stride, padding, dilation and
 * groups (x: [N,C,H,W], w: [O,C/groups,kh,kw], optional bias: [O], y: [N,O,H',W']).
 *
 * y[n,o,i,j] = bias[o] + Σ_{c,u,v} x[n,c, i·sh + u·dh − top, j·sw + v·dw − left] · w[o,c,u,v]
 *
 * dL/dx = conv2dInputGrad(g, w), dL/dw = conv2dWeightGrad(x, g), dL/dbias = Σ_{n,i,j} g
 */

import { convSamples } from '../check/windowSamples.ts';
import { conv2d as cpu } from '../devices/cpu/kernels/convolutions.ts';
import { expectFloat, expectShape } from '../expect.ts';
import type { ListedOp, Sample } from '../op.ts';
import type { Shape } from '../shape.ts';
import type { Conv2dAttrs } from './convolution.ts';
import { inferConv } from './convolution.ts';
import { planeOf } from './window.ts';

/**
 * Every product of a convolution: y[toY] has the term x[toX]·w[toW]. Its gradients are sums of the same products, gathered
 * at x and at w.
 */
export function forEachProduct(
  x: Shape,
  w: Shape,
  y: Shape,
  { stride, padding, dilation, groups }: Conv2dAttrs,
  visit: (toY: number, toX: number, toW: number) => void,
): void {
  const [images, filters, rows, columns] = y;
  const [, channels, height, width] = x;
  const [, depth, kh, kw] = w;
  for (let n = 0; n < images; n++) {
    for (let o = 0; o < filters; o++) {
      // The first channel that this filter's group sees.
      const first = Math.floor((o * groups) / filters) * depth;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          for (let c = 0; c < depth; c++) {
            for (let u = 0; u < kh; u++) {
              for (let v = 0; v < kw; v++) {
                const p = i * stride[0] + u * dilation[0] - padding[0];
                const q = j * stride[1] + v * dilation[1] - padding[1];
                if (p < 0 || p >= height || q < 0 || q >= width) continue;
                const toY = ((n * filters + o) * rows + i) * columns + j;
                const toX = ((n * channels + first + c) * height + p) * width + q;
                visit(toY, toX, ((o * depth + c) * kh + u) * kw + v);
              }
            }
          }
        }
      }
    }
  }
}

export const conv2d: ListedOp<Conv2dAttrs, 'conv2dInputGrad' | 'conv2dWeightGrad'> = {
  name: 'conv2d',
  sums: true,
  infer([x, w, bias], attrs) {
    const shape = inferConv('conv2d', x, w, attrs);
    if (bias !== undefined) {
      expectFloat('conv2d', bias);
      expectShape('conv2d', 'a bias', bias, [w.shape[0]]);
    }
    return [{ shape, dtype: x.dtype }];
  },
  define([x, w, bias], [y], attrs) {
    const [, filters, rows, columns] = y.shape;
    for (let i = 0; i < y.data.length; i++) {
      y.data[i] = bias?.data[Math.floor(i / (rows * columns)) % filters] ?? 0;
    }
    forEachProduct(x.shape, w.shape, y.shape, attrs, (toY, toX, toW) => {
      y.data[toY] += x.data[toX] * w.data[toW];
    });
  },
  grad({ F, g, inputs: [x, w, bias], attrs, needs }) {
    const gradients = [
      needs[0] ? F.conv2dInputGrad(g, w, { ...attrs, image: planeOf(x.shape) }) : null,
      needs[1] ? F.conv2dWeightGrad(x, g, { ...attrs, kernel: planeOf(w.shape) }) : null,
    ];
    return bias === undefined ? gradients : [...gradients, needs[2] ? F.sum(g, { axes: [0, 2, 3] }) : null];
  },
  cpu,
  gpu: 'conv2d',
  wasm: 'conv2d',
  samples: convSamples.map(({ x, w, attrs }, i): Sample<Conv2dAttrs> => {
    const bias = i % 2 === 0 ? [[w[0]]] : [];
    return { inputs: [x, w, ...bias], attrs };
  }),
};
