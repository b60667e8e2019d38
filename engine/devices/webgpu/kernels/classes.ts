/** Probabilities, losses and labels. */

import crossEntropyShader from '../../../../shaders/crossEntropy.wgsl';
import crossEntropyGradShader from '../../../../shaders/crossEntropyGrad.wgsl';
import gatherShader from '../../../../shaders/gatherClass.wgsl';
import oneHotShader from '../../../../shaders/oneHot.wgsl';
import scatterShader from '../../../../shaders/scatterClass.wgsl';
import softmaxShader from '../../../../shaders/softmax.wgsl';
import { resolveAxis, sizeOf } from '../../../shape.ts';
import type { GpuKernel } from '../../launch.ts';
import { elementGrid } from '../../launch.ts';

/** A thread for each row along the axis. */
const alongAxis =
  (entry: 'softmax' | 'logSoftmax'): GpuKernel<{ readonly axis: number }> =>
  ([{ shape }], _outputs, { axis }) => {
    const at = resolveAxis(entry, axis, shape.length);
    const inner = sizeOf(shape.slice(at + 1));
    const rows = sizeOf(shape.slice(0, at)) * inner;
    return [
      { shader: softmaxShader, entry, params: { rows, length: shape[at], inner }, grid: elementGrid(rows) },
    ];
  };

export const softmax = alongAxis('softmax');
export const logSoftmax = alongAxis('logSoftmax');

export const crossEntropy: GpuKernel<object> = ([x]) => {
  const [rows, classes] = x.shape;
  return [{ shader: crossEntropyShader, entry: 'main', params: { rows, classes }, grid: elementGrid(rows) }];
};

export const crossEntropyGrad: GpuKernel<object> = ([x]) => {
  const [rows, classes] = x.shape;
  return [
    {
      shader: crossEntropyGradShader,
      entry: 'main',
      params: { rows, classes },
      grid: elementGrid(rows),
      flops: 5 * rows * classes,
    },
  ];
};

export const oneHot: GpuKernel<{ readonly classes: number }> = ([labels], _outputs, { classes }) => {
  const count = labels.shape[0] * classes;
  return [{ shader: oneHotShader, entry: 'main', params: { count, classes }, grid: elementGrid(count) }];
};

/** The label of places that do not count; null when all do. */
export interface Ignore {
  readonly ignore: number | null;
}

const classParams = (places: number, classes: number, inner: number, { ignore }: Ignore) => ({
  ...{ places, classes, inner },
  ...{ ignoring: ignore === null ? 0 : 1, ignored: ignore ?? 0 },
});

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
