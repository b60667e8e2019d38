/**
 * batchNorm: each channel of a batch normalised by its own mean and variance (x: [N,C,H,W], weight and bias: [C] → y of
 * the shape of x, and the mean and the biased variance of each channel, [C]), then scaled, shifted, and with `relu` the
 * larger of that and 0 (Ioffe and Szegedy, 2015).
 *
 * mean[c] = Σ_{n,i,j} x[n,c,i,j] / count;  variance[c] = Σ_{n,i,j} (x[n,c,i,j] − mean[c])² / count
 * y[n,c,i,j] = (x[n,c,i,j] − mean[c])/√(variance[c] + eps)·weight[c] + bias[c]
 *
 * with count = N·H·W. dL/dx, dL/dweight and dL/dbias are those of batchNormGrad; a gradient of the mean adds 1/count of it
 * to each dL/dx, one of the variance 2·(x − mean)/count of it.
 *
 * The variance is that of differences from the mean, in a second pass; in float32 that pass also mends the mean's rounding.
 * Σx²/count − mean² in one pass would cancel where the mean is large (Chan, Golub and LeVeque, 1983).
 */

import type { ListedOp } from '../op.ts';
import type { BatchNormAttrs } from './normalisation.ts';
import { expectChannels, normSamples } from './normalisation.ts';

export const batchNorm: ListedOp<BatchNormAttrs, 'batchNormGrad'> = {
  name: 'batchNorm',
  sums: true,
  infer([x, weight, bias]) {
    expectChannels('batchNorm', x, { 'a weight': weight, 'a bias': bias });
    const perChannel = { shape: weight.shape, dtype: x.dtype };
    return [{ shape: x.shape, dtype: x.dtype }, perChannel, perChannel];
  },
  define([x, weight, bias], [y, mean, variance], { eps, relu }) {
    const [images, channels, height, width] = x.shape;
    const pixels = height * width;
    const count = images * pixels;
    for (let c = 0; c < channels; c++) {
      let total = 0;
      for (let n = 0; n < images; n++) {
        const start = (n * channels + c) * pixels;
        for (let at = start; at < start + pixels; at++) total += x.data[at];
      }
      const average = total / count;
      let squares = 0;
      for (let n = 0; n < images; n++) {
        const start = (n * channels + c) * pixels;
        for (let at = start; at < start + pixels; at++) squares += (x.data[at] - average) ** 2;
      }
      mean.data[c] = average;
      variance.data[c] = squares / count;
      const scale = weight.data[c] / Math.sqrt(squares / count + eps);
      for (let n = 0; n < images; n++) {
        const start = (n * channels + c) * pixels;
        for (let at = start; at < start + pixels; at++) {
          const value = (x.data[at] - average) * scale + bias.data[c];
          y.data[at] = relu ? Math.max(value, 0) : value;
        }
      }
    }
  },
  composition: ({ F, inputs: [x, weight, bias], attrs: { eps, relu } }) => {
    const { mean, variance } = F.batchStatistics(x);
    const y = F.batchNorm2d(x, { mean, variance }, weight, bias, eps);
    return [relu ? F.relu(y) : y, mean, variance];
  },
  grad({ F, g, rest: [toMean, toVariance], inputs: [x, weight, bias], outputs: [, mean, variance], attrs }) {
    const count = x.size / x.shape[1];
    let [dx, ...others] = F.batchNormGrad(g, x, { mean, variance }, weight, bias, attrs);
    const channel = (t: typeof x) => F.reshape(F.affine(t, 1 / count, 0), [1, x.shape[1], 1, 1]);
    if (toMean) dx = F.add(dx, channel(toMean));
    if (toVariance) {
      const centred = F.sub(x, F.reshape(mean, [1, x.shape[1], 1, 1]));
      dx = F.add(dx, F.mul(centred, channel(F.affine(toVariance, 2, 0))));
    }
    return [dx, ...others];
  },
  gpu: 'batchNorm',
  wasm: 'batchNorm',
  samples: normSamples.map(([shape, channels, attrs]) => ({
    inputs: [shape, `${channels} positive`, `${channels}`],
    attrs,
  })),
};
