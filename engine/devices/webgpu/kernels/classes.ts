/** Losses and labels. */

import crossEntropyShader from '../../../../shaders/crossEntropy.wgsl';
import crossEntropyGradShader from '../../../../shaders/crossEntropyGrad.wgsl';
import gatherShader from '../../../../shaders/gatherClass.wgsl';
import oneHotShader from '../../../../shaders/oneHot.wgsl';
import real from '../../../../shaders/real.wgsl';
import scatterShader from '../../../../shaders/scatterClass.wgsl';
import { sizeOf } from '../../../shape.ts';
import type { GpuKernel } from '../../launch.ts';
import { elementGrid } from '../../launch.ts';

const crossEntropyCode = `${real}\n${crossEntropyShader}`;
const crossEntropyGradCode = `${real}\n${crossEntropyGradShader}`;

export const crossEntropy: GpuKernel<object> = ([x]) => {
  const [n, classes] = x.shape;
  return [{ shader: crossEntropyCode, entry: 'main', params: [n, classes], grid: elementGrid(n) }];
};

export const crossEntropyGrad: GpuKernel<object> = ([x]) => {
  const [n, classes] = x.shape;
  return [
    {
      shader: crossEntropyGradCode,
      entry: 'main',
      params: [n, classes],
      grid: elementGrid(n),
      flops: 5 * n * classes,
    },
  ];
};

export const oneHot: GpuKernel<{ readonly classes: number }> = ([labels], _outputs, { classes }) => {
  const count = labels.shape[0] * classes;
  return [{ shader: oneHotShader, entry: 'main', params: [count, classes], grid: elementGrid(count) }];
};

/** The label of places that do not count; null when all do. */
interface Ignore {
  readonly ignore: number | null;
}

/** The uniform block of both class shaders. */
const classParams = (places: number, classes: number, inner: number, { ignore }: Ignore): number[] => [
  ...[places, classes, inner, ignore === null ? 0 : 1, (ignore ?? 0) >>> 0],
];

export const gatherClass: GpuKernel<Ignore> = ([x], [y], attrs) => {
  const count = sizeOf(y.shape);
  const params = classParams(count, x.shape[1], x.shape[2], attrs);
  return [{ shader: gatherShader, entry: 'main', params, grid: elementGrid(count) }];
};

export const scatterClass: GpuKernel<Ignore> = ([g], [y], attrs) => {
  const count = sizeOf(y.shape);
  const params = classParams(count, y.shape[1], g.shape[1], attrs);
  return [{ shader: scatterShader, entry: 'main', params, grid: elementGrid(count) }];
};
