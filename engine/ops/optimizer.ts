/**
 * Optimiser steps: they update a parameter p and its moments in place from g = dL/dp. What changes from step
 * to step (learning rate, bias corrections) is in the tensor `hyper`, so that the same launch serves them all.
 * Formulas and order of operations are PyTorch's.
 *
 * sgdStep, hyper = [rate, momentum, decay, nesterov] (Sutskever et al., 2013):
 *   d = g + decay·p;  v ← momentum·v + d;  p ← p − rate·(d + momentum·v if nesterov, else v)
 *
 * adamStep, hyper = [rate/(1−β₁ᵗ), β₁, β₂, ε, √(1−β₂ᵗ), decay, 1 − rate·(AdamW's decay), 1−β₁, 1−β₂] (Kingma and
 * Ba, 2015; Loshchilov and Hutter, 2019):
 *   p ← p·hyper₆;  d = g + decay·p;  m ← β₁·m + (1−β₁)·d;  v ← β₂·v + (1−β₂)·d²
 *   p ← p − hyper₀·m / (√v / hyper₄ + ε)
 * 1−β is given beside β, since a float32 β near 1 leaves few digits of the difference.
 */

import type { Spec } from '../devices/launch.ts';
import { expectFloat, expectShape } from '../expect.ts';
import type { ListedOp, NoAttrs, Sample } from '../op.ts';

const none = { none: 'it updates parameters, outside of the graph' };
const shapes = ['3,5', '131', '', '2,3,67', '0,3'];

function inferStep(name: string, inputs: readonly Spec[], hypers: number): Spec[] {
  const [g, hyper, p, ...moments] = inputs;
  expectFloat(name, ...inputs);
  expectShape(name, 'hyper', hyper, [hypers]);
  expectShape(name, 'a parameter', p, g.shape);
  for (const moment of moments) expectShape(name, 'a moment', moment, p.shape);
  return [p, ...moments];
}

export const sgdStep: ListedOp<NoAttrs> = {
  name: 'sgdStep',
  inPlace: 2,
  infer: (inputs) => inferStep('sgdStep', inputs, 4),
  define([g, hyper], [p, velocity]) {
    const [rate, momentum, decay, nesterov] = hyper.data;
    for (let i = 0; i < p.data.length; i++) {
      const d = g.data[i] + decay * p.data[i];
      const v = momentum * velocity.data[i] + d;
      velocity.data[i] = v;
      p.data[i] -= rate * (nesterov === 0 ? v : d + momentum * v);
    }
  },
  grad: none,
  gpu: 'sgdStep',
  wasm: 'sgdStep',
  samples: shapes.map((shape): Sample<NoAttrs> => ({ inputs: [shape, '4', shape, shape], attrs: {} })),
};

export const adamStep: ListedOp<NoAttrs> = {
  name: 'adamStep',
  inPlace: 3,
  infer: (inputs) => inferStep('adamStep', inputs, 9),
  define([g, hyper], [p, first, second]) {
    const [rate, beta1, beta2, epsilon, correction, decay, shrink, rest1, rest2] = hyper.data;
    for (let i = 0; i < p.data.length; i++) {
      const before = p.data[i] * shrink;
      const d = g.data[i] + decay * before;
      const m = beta1 * first.data[i] + rest1 * d;
      const v = beta2 * second.data[i] + rest2 * d * d;
      first.data[i] = m;
      second.data[i] = v;
      p.data[i] = before - (rate * m) / (Math.sqrt(v) / correction + epsilon);
    }
  },
  grad: none,
  gpu: 'adamStep',
  wasm: 'adamStep',
  samples: shapes.map(
    (shape): Sample<NoAttrs> => ({ inputs: [shape, '9 unit', shape, shape, `${shape} positive`], attrs: {} }),
  ),
};
