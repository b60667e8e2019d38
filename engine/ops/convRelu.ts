/**
 * convRelu: relu(conv2d(x, w, bias)), and with `pool` the maximum of each 2×2 window of that, in one launch: what lies
 * between is never written (x: [N,C,H,W], w: [O,C/groups,kh,kw], bias: [O] → y: [N,O,H',W']; with pool y: [N,O,⌊H'/2⌋,
 * ⌊W'/2⌋] and, int32, the place of each maximum in the H'×W' plane, as in maxPool2d).
 *
 * y = max(conv2d(x, w, bias), 0)
 *
 * With g = dL/dy, gated by y > 0 and with pool sent back to the places of the maxima:
 * dL/dx = conv2dInputGrad(g, w), dL/dw = conv2dWeightGrad(x, g), dL/dbias = Σ_{n,i,j} g
 */

import { convSamples } from '../check/windowSamples.ts';
import { convRelu as cpu } from '../devices/cpu/kernels/convolutions.ts';
import { ShapeError } from '../errors.ts';
import type { ListedOp, Sample } from '../op.ts';
import { show, sizeOf } from '../shape.ts';
import { conv2d } from './conv2d.ts';
import type { ConvReluAttrs } from './convolution.ts';
import { maxPool2d } from './maxPool2d.ts';
import type { Pair, Window } from './window.ts';
import { plain, planeOf, windowOutput } from './window.ts';

/** The windows of the pooling: 2×2, side by side. */
const halves: Window & { readonly kernel: Pair } = { ...plain, stride: [2, 2], kernel: [2, 2] };

export const convRelu: ListedOp<ConvReluAttrs, 'conv2dInputGrad' | 'conv2dWeightGrad' | 'maxPool2dGrad'> = {
  name: 'convRelu',
  infer([x, w, bias], attrs) {
    if (bias === undefined)
      throw new ShapeError('convRelu: no bias; expected one, or conv2d and relu instead');
    const [{ shape, dtype }] = conv2d.infer([x, w, bias], attrs);
    if (!attrs.pool) return [{ shape, dtype }];
    const [n, filters, height, width] = shape;
    if (height < 2 || width < 2) {
      throw new ShapeError(`convRelu: planes ${show([height, width])} to be pooled; expected at least [2,2]`);
    }
    const pooled = [n, filters, Math.floor(height / 2), Math.floor(width / 2)];
    return [
      { shape: pooled, dtype },
      { shape: pooled, dtype: 'int32' },
    ];
  },
  define([x, w, bias], [y, place], attrs) {
    const [{ shape, dtype }] = conv2d.infer([x, w, bias], attrs);
    const whole = attrs.pool ? { shape, dtype, data: new Float64Array(sizeOf(shape)) } : y;
    conv2d.define([x, w, bias], [whole], attrs);
    for (let i = 0; i < whole.data.length; i++) whole.data[i] = Math.max(whole.data[i], 0);
    if (attrs.pool) maxPool2d.define([whole], [y, place], halves);
  },
  composition: ({ F, inputs: [x, w, bias], attrs: { pool, ...window } }) => {
    const y = F.relu(F.conv2d(x, w, bias, window));
    return pool ? F.maxPool2dWithPlaces(y, 2) : [y];
  },
  grad({ F, g, inputs: [x, w], outputs: [y, place], attrs, needs }) {
    const gated = F.gate(g, y);
    const image = windowOutput('convRelu', planeOf(x.shape), planeOf(w.shape), attrs);
    const through = attrs.pool ? F.maxPool2dGrad(gated, place, { ...halves, image }) : gated;
    return [
      needs[0] ? F.conv2dInputGrad(through, w, { ...attrs, image: planeOf(x.shape) }) : null,
      needs[1] ? F.conv2dWeightGrad(x, through, { ...attrs, kernel: planeOf(w.shape) }) : null,
      // What pooling sends back is the gated gradient and zeros.
      needs[2] ? F.sum(gated, { axes: [0, 2, 3] }) : null,
    ];
  },
  cpu,
  gpu: 'convRelu',
  wasm: 'convRelu',
  samples: convSamples.flatMap(({ x, w, attrs }): Sample<ConvReluAttrs>[] => {
    const [height, width] = windowOutput('sample', planeOf(x), planeOf(w), attrs);
    const sample = (pool: boolean) => ({ inputs: [x, w, [w[0]]], attrs: { ...attrs, pool } });
    return height < 2 || width < 2 ? [sample(false)] : [sample(false), sample(true)];
  }),
};
