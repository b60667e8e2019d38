/** Convolutions and pooling of kinds that the measured models do not have: strided, depthwise, with windows that overlap. */

import { ops } from '../../engine/ops/index.ts';
import type { AvgPoolAttrs } from '../../engine/ops/pooling.ts';
import type { Pair } from '../../engine/ops/window.ts';
import { planeOf, windowOutput } from '../../engine/ops/window.ts';
import { sizeOf } from '../../engine/shape.ts';
import { windowOf } from '../../engine/windowOptions.ts';
import type { Case } from './case.ts';
import { caseOf } from './case.ts';
import { places } from './fill.ts';

/** A square window. */
interface Square {
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** A convolution of square images. */
interface Conv extends Square {
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  readonly side: number;
}

const one = { groups: 1 };
/** What resnet shrinks by, at the sizes of its first such block; both of its shortcuts; MobileNet's windows. */
const convs: Readonly<Record<string, Conv>> = {
  strided: { ...one, channels: 16, filters: 32, side: 28, kernel: 3, stride: 2, padding: 1 },
  shortcut: { ...one, channels: 16, filters: 32, side: 28, kernel: 1, stride: 2, padding: 0 },
  depthwise: { groups: 64, channels: 64, filters: 64, side: 28, kernel: 3, stride: 1, padding: 1 },
  'depthwise strided': { groups: 64, channels: 64, filters: 64, side: 28, kernel: 3, stride: 2, padding: 1 },
};

/** Pooling of 64 channels of 28×28: as ImageNet's networks begin, the same at stride 1, halves, and all of an image. */
const pools: Readonly<Record<string, Square>> = {
  shrinking: { kernel: 3, stride: 2, padding: 1 },
  sliding: { kernel: 3, stride: 1, padding: 1 },
  halving: { kernel: 2, stride: 2, padding: 0 },
  global: { kernel: 28, stride: 28, padding: 0 },
};
const POOLED = { channels: 64, side: 28 };

export const windowCases = (batch: number): Case[] => [
  ...Object.entries(convs).flatMap(([name, conv]) => convCases(name, conv, batch)),
  ...Object.entries(pools).flatMap(([name, pool]) => poolCases(name, pool, batch)),
];

const pair = (n: number): Pair => [n, n];

function convCases(name: string, conv: Conv, batch: number): Case[] {
  const { channels, filters, groups, side, stride, padding } = conv;
  const kernel = pair(conv.kernel);
  const attrs = { ...windowOf({ stride, padding }, kernel), groups };
  const x = [batch, channels, side, side];
  const w = [filters, channels / groups, ...kernel];
  const y = [batch, filters, ...windowOutput('bench', planeOf(x), kernel, attrs)];
  const flops = 2 * sizeOf(y) * sizeOf(w.slice(1));
  const about = (what: string) => ({
    ...{ name: `${name} ${batch} ${what}`, group: `convolutions of other kinds, batch ${batch}`, flops },
  });
  return [
    caseOf(about('forward'), ops.conv2d, [x, w], attrs),
    caseOf(about('input grad'), ops.conv2dInputGrad, [y, w], { ...attrs, image: planeOf(x) }),
    caseOf(about('weight grad'), ops.conv2dWeightGrad, [x, y], { ...attrs, kernel }),
  ];
}

function poolCases(name: string, square: Square, batch: number): Case[] {
  const kernel = pair(square.kernel);
  const window = windowOf(square, kernel);
  const x = [batch, POOLED.channels, POOLED.side, POOLED.side];
  const image = planeOf(x);
  const output = windowOutput('bench', image, kernel, window);
  const y = [...x.slice(0, 2), ...output];
  const attrs: AvgPoolAttrs = { ...window, kernel, countPadding: true };
  const about = (what: string, flops: number) => ({
    ...{ name: `${name} ${batch} ${what}`, group: `pooling of other kinds, batch ${batch}`, flops },
  });
  const fill = places(image, output, kernel, window);
  const from = { shape: y, dtype: 'int32', fill } as const;
  // A comparison or an addition for each element of a window.
  const [pooled, all] = [sizeOf(y), sizeOf(y) * sizeOf(kernel)];
  return [
    caseOf(about('max forward', all), ops.maxPool2d, [x], attrs),
    caseOf(about('max grad', pooled), ops.maxPool2dGrad, [y, from], { ...attrs, image }),
    caseOf(about('average forward', all), ops.avgPool2d, [x], attrs),
    caseOf(about('average grad', all), ops.avgPool2dGrad, [y], { ...attrs, image }),
  ];
}
