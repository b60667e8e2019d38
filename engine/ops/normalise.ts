/**
 * normalise: each channel normalised by a mean and a variance that are given, as batch normalisation does it in evaluation
 * (x: [N,C,H,W], mean, variance, weight and bias: [C] → y of the shape of x), and with `relu` the larger of that and 0
 * (Ioffe and Szegedy, 2015).
 *
 * y[n,c,i,j] = (x[n,c,i,j] − mean[c])/√(variance[c] + eps)·weight[c] + bias[c]
 *
 * With g = dL/dy, for relu where y > 0, r = 1/√(variance + eps), z = (x − mean)·r and sums over all but c:
 * dL/dx = g·weight·r, dL/dmean = −weight·r·Σ g, dL/dvariance = −weight·r²·Σ g·z/2, dL/dweight = Σ g·z, dL/dbias = Σ g
 */

import type { ListedOp } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import type { BatchNormAttrs } from './normalisation.ts';
import { expectChannels, normSamples } from './normalisation.ts';

export const normalise: ListedOp<BatchNormAttrs> = {
  name: 'normalise',
  infer([x, mean, variance, weight, bias]) {
    expectChannels('normalise', x, {
      ...{ 'a mean': mean, 'a variance': variance },
      ...{ 'a weight': weight, 'a bias': bias },
    });
    return [{ shape: x.shape, dtype: x.dtype }];
  },
  define([x, mean, variance, weight, bias], [y], { eps, relu }) {
    const [images, channels, height, width] = x.shape;
    const pixels = height * width;
    for (let plane = 0; plane < images * channels; plane++) {
      const c = plane % channels;
      const scale = weight.data[c] / Math.sqrt(variance.data[c] + eps);
      for (let at = plane * pixels; at < (plane + 1) * pixels; at++) {
        const value = (x.data[at] - mean.data[c]) * scale + bias.data[c];
        y.data[at] = relu ? Math.max(value, 0) : value;
      }
    }
  },
  composition: ({ F, inputs: [x, mean, variance, weight, bias], attrs: { eps, relu } }) => {
    const channel = (t: Tensor) => F.reshape(t, [1, x.shape[1], 1, 1]);
    const scale = F.div(weight, F.sqrt(F.add(variance, eps)));
    const y = F.add(F.mul(F.sub(x, channel(mean)), channel(scale)), channel(bias));
    return [relu ? F.relu(y) : y];
  },
  grad({ F, g, inputs: [x, mean, variance, weight], outputs: [y], attrs: { eps, relu }, needs }) {
    const channel = (t: Tensor) => F.reshape(t, [1, x.shape[1], 1, 1]);
    const total = (t: Tensor) => F.sum(t, { axes: [0, 2, 3] });
    const through = relu ? F.gate(g, y) : g;
    const r = F.power(F.affine(variance, 1, eps), -0.5);
    const scale = F.mul(weight, r);
    const sum = needs[1] || needs[4] ? total(through) : null;
    const weighed = needs[2] || needs[3] ? F.mul(total(F.mul(through, F.sub(x, channel(mean)))), r) : null;
    return [
      needs[0] ? F.mul(through, channel(scale)) : null,
      sum && F.mul(F.neg(scale), sum),
      weighed && F.affine(F.mul(F.mul(scale, r), weighed), -0.5, 0),
      weighed,
      sum,
    ];
  },
  gpu: 'normalise',
  wasm: 'normalise',
  samples: normSamples.map(([shape, channels, attrs]) => ({
    inputs: [shape, `${channels}`, `${channels} positive`, `${channels} positive`, `${channels}`],
    attrs,
  })),
};
