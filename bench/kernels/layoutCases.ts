/** Elements in other places, or in several: what moves numbers and hardly reckons. */
import { ops } from '../../engine/ops/index.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';
import type { Case, FilledSpec } from './case.ts';
import { caseOf } from './case.ts';
import { below } from './fill.ts';

const group = 'layout';
const IMAGES = [64, 32, 28, 28];
const about = (name: string, elements: number) => ({ name: `layout ${name}`, group, flops: elements });
const indices = (shape: Shape, n: number): FilledSpec => ({ shape, dtype: 'int32', fill: below(n) });

export const layoutCases = (): Case[] => {
  const count = sizeOf(IMAGES);
  const resized = (mode: 'bilinear' | 'nearest', size: readonly [number, number]) =>
    caseOf(about(`resize ${mode} to ${size[0]}`, 8 * 64 * 32 * size[0] * size[1]), ops.resize2d, [IMAGES], {
      size,
      mode,
      alignCorners: false,
    });
  return [
    caseOf(about('add', count), ops.add, [IMAGES, IMAGES], {}),
    caseOf(about('add channels', count), ops.add, [IMAGES, [32, 1, 1]], {}),
    caseOf(about('add columns', count), ops.add, [[64 * 28, 896], [896]], {}),
    caseOf(
      about('add rows', count),
      ops.add,
      [
        [64 * 28, 896],
        [64 * 28, 1],
      ],
      {},
    ),
    caseOf(about('add outer', count), ops.add, [[64 * 28, 1], [896]], {}),
    caseOf(about('broadcast channels', count), ops.broadcastTo, [[64, 32, 1, 1]], { shape: IMAGES }),
    caseOf(about('broadcast last of 10', 1e6), ops.broadcastTo, [[100_000, 1]], { shape: [100_000, 10] }),
    caseOf(about('transpose', 4e6), ops.permute, [[2000, 2000]], { axes: [1, 0] }),
    caseOf(about('transpose NCHW to NHWC', count), ops.permute, [IMAGES], { axes: [0, 2, 3, 1] }),
    caseOf(about('transpose heads', count), ops.permute, [[8, 196, 16, 64]], { axes: [0, 2, 1, 3] }),
    caseOf(about('slice columns', count / 2), ops.slice, [[64 * 28, 896]], {
      start: [0, 100],
      steps: [1, 1],
      size: [64 * 28, 448],
    }),
    caseOf(about('concat channels', 2 * count), ops.concat, [IMAGES, IMAGES], { axis: 1 }),
    caseOf(
      about('concat last of 10', 2e6),
      ops.concat,
      [
        [100_000, 10],
        [100_000, 10],
      ],
      { axis: 1 },
    ),
    caseOf(about('pad images', 64 * 32 * 900), ops.pad, [IMAGES], {
      start: [0, 0, 1, 1],
      steps: [1, 1, 1, 1],
      shape: [64, 32, 30, 30],
      value: 0,
    }),
    caseOf(about('gather rows of 64', 64 * 20_000), ops.gather, [[20_000, 64], indices([20_000], 20_000)], {
      axis: 0,
    }),
    caseOf(about('gather numbers', 1e6), ops.gather, [[1_000_000], indices([1_000_000], 1_000_000)], {
      axis: 0,
    }),
    caseOf(
      about('scatterAdd rows of 64', 64 * 20_000),
      ops.scatterAdd,
      [[20_000, 64], indices([20_000], 20_000)],
      {
        axis: 0,
        length: 20_000,
      },
    ),
    resized('bilinear', [56, 56]),
    resized('nearest', [56, 56]),
    resized('bilinear', [14, 14]),
  ];
};
