/**
 * batchNormGrad: the gradients of batchNorm where y alone matters (g = dL/dy and x: [N,C,H,W], mean and variance of each
 * channel of x, weight, and where relu follows bias: [C] → dL/dx of the shape of x, dL/dweight and dL/dbias, [C]).
 *
 * With r = 1/√(variance + eps), z = (x − mean)·r, and h = g, with `relu` only where z·weight + bias > 0:
 *
 * dbias[c] = Σ_{n,i,j} h[n,c,i,j];  dweight[c] = Σ_{n,i,j} h[n,c,i,j]·z[n,c,i,j]
 * dx[n,c,i,j] = weight[c]·r[c]·(h[n,c,i,j] − (dbias[c] + z[n,c,i,j]·dweight[c])/count)
 *
 * with count = N·H·W (Ioffe and Szegedy, 2015, section 3): what is taken off is what the mean and the variance send back.
 */

import { ShapeError } from '../errors.ts';
import { expectFloat, expectShape } from '../expect.ts';
import type { ListedOp, Sample } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import type { BatchNormAttrs } from './normalisation.ts';
import { expectChannels, normSamples } from './normalisation.ts';

export const batchNormGrad: ListedOp<BatchNormAttrs> = {
  name: 'batchNormGrad',
  sums: true,
  infer([g, x, mean, variance, weight, bias], { relu }) {
    if (relu !== (bias !== undefined)) {
      throw new ShapeError(
        `batchNormGrad: ${relu ? 'no bias with relu' : 'a bias without relu'}; expected one where relu follows`,
      );
    }
    expectChannels('batchNormGrad', x, {
      ...{ 'a mean': mean, 'a variance': variance, 'a weight': weight },
      ...(bias && { 'a bias': bias }),
    });
    expectFloat('batchNormGrad', g);
    expectShape('batchNormGrad', 'a gradient', g, x.shape);
    const perChannel = { shape: weight.shape, dtype: x.dtype };
    return [{ shape: x.shape, dtype: x.dtype }, perChannel, perChannel];
  },
  define([g, x, mean, variance, weight, bias], [dx, dweight, dbias], { eps, relu }) {
    const [images, channels, height, width] = x.shape;
    const pixels = height * width;
    const count = images * pixels;
    for (let c = 0; c < channels; c++) {
      const r = 1 / Math.sqrt(variance.data[c] + eps);
      const standard = (at: number) => (x.data[at] - mean.data[c]) * r;
      const passed = (at: number) =>
        relu && !(standard(at) * weight.data[c] + bias.data[c] > 0) ? 0 : g.data[at];
      let total = 0;
      let weighed = 0;
      for (let n = 0; n < images; n++) {
        const start = (n * channels + c) * pixels;
        for (let at = start; at < start + pixels; at++) {
          total += passed(at);
          weighed += passed(at) * standard(at);
        }
      }
      dbias.data[c] = total;
      dweight.data[c] = weighed;
      for (let n = 0; n < images; n++) {
        const start = (n * channels + c) * pixels;
        for (let at = start; at < start + pixels; at++) {
          const back = (total + standard(at) * weighed) / count;
          dx.data[at] = weight.data[c] * r * (passed(at) - back);
        }
      }
    }
  },
  grad({ F, g: toX, rest: [toWeight, toBias], inputs, outputs: [, dweight, dbias], attrs: { eps, relu } }) {
    const [g, x, mean, variance, weight, bias] = inputs;
    const channels = x.shape[1];
    const share = channels / x.size;
    const spread = (t: Tensor) => F.reshape(t, [1, channels, 1, 1]);
    const total = (t: Tensor) => F.sum(t, { axes: [0, 2, 3] });
    const plus = (t: Tensor | null, more: Tensor) => (t === null ? more : F.add(t, more));
    const r = F.power(F.affine(variance, 1, eps), -0.5);
    const scale = F.mul(weight, r);
    const z = F.mul(F.sub(x, spread(mean)), spread(r));
    const pass = (t: Tensor) => (relu ? F.gate(t, F.add(F.mul(z, spread(weight)), spread(bias))) : t);
    const h = pass(g);
    const [sum, weighed] = [total(toX), total(F.mul(toX, z))];
    // What the two sums get, also by way of dx.
    const ofBias = plus(toBias ?? null, F.affine(F.mul(scale, sum), -share, 0));
    const ofWeight = plus(toWeight ?? null, F.affine(F.mul(scale, weighed), -share, 0));
    const sentBack = F.add(F.mul(dbias, sum), F.mul(dweight, weighed));
    const ofScale = F.sub(total(F.mul(toX, h)), F.affine(sentBack, share, 0));
    const slope = F.affine(F.mul(scale, dweight), share, 0);
    const direct = F.add(F.mul(toX, spread(scale)), spread(ofBias));
    const ofVariance = F.add(F.mul(scale, ofScale), F.sub(F.mul(ofWeight, dweight), F.mul(slope, weighed)));
    return [
      pass(F.add(direct, F.mul(z, spread(ofWeight)))),
      F.mul(F.sub(F.mul(h, spread(ofWeight)), F.mul(toX, spread(slope))), spread(r)),
      F.mul(F.sub(F.mul(slope, sum), F.mul(ofWeight, dbias)), r),
      F.affine(F.mul(F.mul(r, r), ofVariance), -0.5, 0),
      F.mul(r, ofScale),
      null,
    ];
  },
  gpu: 'batchNormGrad',
  wasm: 'batchNormGrad',
  samples: normSamples.map(([shape, channels, attrs]): Sample<BatchNormAttrs> => {
    const [any, positive] = [`${channels}`, `${channels} positive`];
    const inputs = [shape, shape, any, positive, positive];
    return { inputs: attrs.relu ? [...inputs, any] : inputs, attrs };
  }),
};
