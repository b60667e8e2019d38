/** What a training step runs besides its layers. */

import allFiniteShader from '../../../../shaders/allFinite.wgsl';
import dropoutShader from '../../../../shaders/dropout.wgsl';
import lerpShader from '../../../../shaders/lerp.wgsl';
import optimizerShader from '../../../../shaders/optimizer.wgsl';
import scaleStepShader from '../../../../shaders/scaleStep.wgsl';
import { sizeOf } from '../../../shape.ts';
import type { GpuKernel } from '../../launch.ts';
import { elementGrid } from '../../launch.ts';
import { itemGrid, itemsOf } from './items.ts';

export const dropout: GpuKernel<{ readonly p: number; readonly stream: number }> = (
  [x],
  _outputs,
  { p, stream },
) => {
  const count = sizeOf(x.shape);
  const params = { count, stream, probability: p, scale: 1 / (1 - p) };
  return [{ shader: dropoutShader, entry: 'main', params, grid: elementGrid(Math.ceil(count / 4)) }];
};

/** Operations for each weight, for the profile. */
const FLOPS = { sgd: 6, adam: 14 };

const step =
  (entry: keyof typeof FLOPS): GpuKernel<object> =>
  (_inputs, [p]) => {
    const count = sizeOf(p.shape);
    const { head, items } = itemsOf(count);
    const flops = FLOPS[entry] * count;
    return [
      {
        shader: head + optimizerShader,
        entry,
        params: { items },
        grid: itemGrid(count),
        reads: [0, 1],
        flops,
      },
    ];
  };

export const sgdStep = step('sgd');
export const adamStep = step('adam');

export const lerp: GpuKernel<{ readonly weight: number }> = (_inputs, [target], { weight }) => {
  const count = sizeOf(target.shape);
  return [{ shader: lerpShader, entry: 'main', params: { count, weight }, grid: elementGrid(count) }];
};

/** Workgroups that share the work of allFinite; the last launch reads a word from each. */
const PARTS = 64;

export const allFinite: GpuKernel<object> = ([x]) => {
  const params = { count: sizeOf(x.shape), parts: PARTS };
  return {
    launches: [
      { shader: allFiniteShader, entry: 'scan', params, grid: [PARTS, 1, 1], reads: [0], writes: [2] },
      { shader: allFiniteShader, entry: 'join', params, grid: [1, 1, 1], reads: [2], writes: [1] },
    ],
    scratch: [PARTS],
  };
};

export const scaleStep: GpuKernel<{ readonly interval: number }> = (_inputs, _outputs, { interval }) => [
  { shader: scaleStepShader, entry: 'main', params: { interval }, grid: [1, 1, 1], reads: [0] },
];
