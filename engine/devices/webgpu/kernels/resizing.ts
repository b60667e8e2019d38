import resizeShader from '../../../../shaders/resize2d.wgsl';
import resizeGradShader from '../../../../shaders/resize2dGrad.wgsl';
import type { Resampling } from '../../../ops/resampling.ts';
import { planeOf } from '../../../ops/window.ts';
import type { Shape } from '../../../shape.ts';
import { sizeOf } from '../../../shape.ts';
import type { GpuKernel } from '../../launch.ts';
import { elementGrid } from '../../launch.ts';

/** The fields of shaders/resizeTaps.wgsl, for an image and what it was resized to. */
function params(image: Shape, resized: Shape, { mode, alignCorners }: Resampling) {
  const [height, width] = planeOf(image);
  const [outHeight, outWidth] = planeOf(resized);
  return {
    ...{ planes: image[0] * image[1], height, width, outHeight, outWidth },
    ...{ nearest: mode === 'nearest' ? 1 : 0, alignCorners: alignCorners ? 1 : 0 },
  };
}

export const resize2d: GpuKernel<Resampling> = ([x], [y], attrs) => [
  {
    shader: resizeShader,
    entry: 'main',
    params: params(x.shape, y.shape, attrs),
    grid: elementGrid(sizeOf(y.shape)),
  },
];

export const resize2dGrad: GpuKernel<Resampling> = ([g], [dx], attrs) => [
  {
    shader: resizeGradShader,
    entry: 'main',
    params: params(dx.shape, g.shape, attrs),
    grid: elementGrid(sizeOf(dx.shape)),
  },
];
