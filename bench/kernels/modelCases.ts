/** The kernels that training a model runs for a batch, layer by layer: each one alone, and those that are fused. */

import { ops } from '../../engine/ops/index.ts';
import { planeOf } from '../../engine/ops/window.ts';
import { sizeOf } from '../../engine/shape.ts';
import type { PaddingOption, PairOption } from '../../engine/windowOptions.ts';
import { pairOf, windowOf } from '../../engine/windowOptions.ts';
import type { ModelSpec } from '../../pipeline/model/model.ts';
import { place } from '../../pipeline/model/model.ts';
import type { PlacedLayer } from '../../pipeline/model/place.ts';
import type { Case } from './case.ts';
import { caseOf, product } from './case.ts';
import { below, places } from './fill.ts';

const CLASSES = 10;

/** A layer in its place, and what follows it. */
interface Place {
  readonly layer: PlacedLayer;
  readonly next: readonly PlacedLayer[];
  readonly batch: number;
  /** What its cases are called. */
  name(what: string): Pick<Case, 'name' | 'group'>;
}

export function modelCases(model: ModelSpec, batch: number): Case[] {
  const group = `${model.name}, batch ${batch}`;
  const layers = place(model, CLASSES);
  const cases = layers.flatMap((layer, i) => {
    const { type } = layer.spec;
    const makers = Object.hasOwn(kinds, type) ? kinds[type as keyof typeof kinds] : null;
    if (makers === null) return [];
    const number = layers.slice(0, i + 1).filter(({ spec }) => spec.type === type).length;
    const name = (what: string) => ({
      name: `${model.name} ${batch} ${makers.short}${number} ${what}`,
      group,
    });
    return makers.cases({ layer, next: layers.slice(i + 1), batch, name });
  });
  return [...cases, ...lossCases(batch, (what) => ({ name: `${model.name} ${batch} ${what}`, group }))];
}

/** Types of layers with kernels of their own, and what they are called for short. */
const kinds = {
  conv2d: { short: 'conv', cases: convCases },
  maxPool2d: { short: 'pool', cases: poolCases },
  linear: { short: 'linear', cases: linearCases },
  relu: { short: 'relu', cases: reluCases },
} satisfies Record<string, { short: string; cases: (place: Place) => Case[] }>;

function convCases({ layer: { spec, input, output }, next, batch, name }: Place): Case[] {
  const kernel = pairOf(spec.kernelSize as PairOption);
  const window = windowOf('padding' in spec ? { padding: spec.padding as PaddingOption } : {}, kernel);
  const attrs = { ...window, groups: 1 };
  const x = [batch, ...input];
  const w = [output[0], input[0], ...kernel];
  const bias = [output[0]];
  const y = [batch, ...output];
  // As a product: filters × windows, each of channels × taps.
  const flops = 2 * sizeOf(y) * sizeOf(w.slice(1));
  const about = (what: string) => ({ ...name(what), flops });
  return [
    caseOf(about('forward'), ops.conv2d, [x, w, bias], attrs),
    ...fusedConv(next, (pool) => {
      const what = pool ? 'relu pool forward' : 'relu forward';
      return caseOf(about(what), ops.convRelu, [x, w, bias], { ...attrs, pool });
    }),
    caseOf(about('input grad'), ops.conv2dInputGrad, [y, w], { ...attrs, image: planeOf(x) }),
    caseOf(about('weight grad'), ops.conv2dWeightGrad, [x, y], { ...attrs, kernel }),
    sumCase({ ...name('bias grad'), flops: sizeOf(y) }, y, [0, 2, 3]),
  ];
}

/** The kernel that stands for a convolution with the relu after it, and with the pooling after that. */
function fusedConv([relu, pool]: readonly PlacedLayer[], make: (pool: boolean) => Case): Case[] {
  if (relu?.spec.type !== 'relu') return [];
  return [make(pool?.spec.type === 'maxPool2d' && pool.spec.kernelSize === 2)];
}

function poolCases({ layer: { spec, input, output }, batch, name }: Place): Case[] {
  const kernel = pairOf(spec.kernelSize as PairOption);
  const attrs = { ...windowOf({ stride: kernel }, kernel), kernel };
  const image = planeOf(input);
  const x = [batch, ...input];
  const y = [batch, ...output];
  const from = { shape: y, dtype: 'int32', fill: places(image, planeOf(output), kernel) } as const;
  // A comparison per element of a window, and an addition per element of the pooled image.
  const [compared, added] = [sizeOf(y) * sizeOf(kernel), sizeOf(y)];
  return [
    caseOf({ ...name('forward'), flops: compared }, ops.maxPool2d, [x], attrs),
    caseOf({ ...name('grad'), flops: added }, ops.maxPool2dGrad, [y, from], { ...attrs, image }),
  ];
}

function linearCases({ layer: { input, output }, next, batch, name }: Place): Case[] {
  const [features] = input;
  const [units] = output;
  const [x, w, bias, y] = [[batch, features], [units, features], [units], [batch, units]];
  const relu = next[0]?.spec.type === 'relu';
  const fused = { ...name(relu ? 'bias relu forward' : 'bias forward'), flops: 2 * batch * units * features };
  return [
    product(name('forward'), [batch, units, features], 'A·Bᵀ'),
    caseOf(fused, ops.linear, [x, w, bias], { relu }),
    caseOf({ ...name('bias add'), flops: sizeOf(y) }, ops.add, [y, bias], {}),
    product(name('input grad'), [batch, features, units], 'A·B'),
    product(name('weight grad'), [units, features, batch], 'Aᵀ·B'),
    sumCase({ ...name('bias grad'), flops: sizeOf(y) }, y, [0]),
  ];
}

function reluCases({ layer: { output }, batch, name }: Place): Case[] {
  const y = [batch, ...output];
  return [
    caseOf({ ...name('forward'), flops: sizeOf(y) }, ops.relu, [y], { a: 0, b: 0 }),
    caseOf({ ...name('grad'), flops: sizeOf(y) }, ops.gate, [y, y], {}),
  ];
}

function lossCases(batch: number, name: Place['name']): Case[] {
  const logits = [batch, CLASSES];
  const labels = { shape: [batch], dtype: 'int32', fill: below(CLASSES) } as const;
  const plain = { labelSmoothing: 0 };
  // Maximum, difference, exponential, sum, and a quotient or logarithm.
  const about = (what: string) => ({ ...name(what), flops: 5 * sizeOf(logits) });
  return [
    caseOf(about('softmax'), ops.softmax, [logits], { axis: 1 }),
    caseOf(about('crossEntropy'), ops.crossEntropy, [logits, labels], plain),
    caseOf(about('crossEntropy grad'), ops.crossEntropyGrad, [logits, labels, [batch]], plain),
  ];
}

const sumCase = (
  about: Parameters<typeof caseOf>[0],
  shape: readonly number[],
  axes: readonly number[],
): Case => caseOf(about, ops.sum, [shape], { axes, keepDims: false });
