import avgPoolShader from '../../../../shaders/avgPool2d.wgsl';
import avgPoolGradShader from '../../../../shaders/avgPool2dGrad.wgsl';
import maxPoolShader from '../../../../shaders/maxPool2d.wgsl';
import apartShader from '../../../../shaders/maxPool2dApart.wgsl';
import maxPoolGradShader from '../../../../shaders/maxPool2dGrad.wgsl';
import pickShader from '../../../../shaders/maxPool2dPick.wgsl';
import type { AvgPoolAttrs, PoolAttrs } from '../../../ops/pooling.ts';
import { planeOf } from '../../../ops/window.ts';
import { sameShape, sizeOf } from '../../../shape.ts';
import type { GpuKernel } from '../../launch.ts';
import { elementGrid, planeGrid } from '../../launch.ts';
import { poolParams } from '../../poolParams.ts';
import { planeShader } from './planeShader.ts';
import { avgPoolTiles, maxPoolGradTiles, maxPoolTiles } from './poolTiles.ts';

export const maxPool2d: GpuKernel<PoolAttrs> = ([x], [y], attrs, traits) =>
  maxPoolTiles([x, y], attrs, traits) ?? [
    {
      shader: maxPoolShader,
      entry: 'main',
      params: poolParams(x.shape, y.shape, attrs),
      grid: elementGrid(sizeOf(y.shape)),
    },
  ];

const apartFor = planeShader(apartShader);

/** Windows that lie side by side need no search for those that reach a pixel. */
export const maxPool2dGrad: GpuKernel<PoolAttrs> = ([g], [dx], attrs, traits) => {
  const { kernel, stride, dilation } = attrs;
  const tiles = maxPoolGradTiles([g, dx], attrs, traits);
  if (tiles !== null) return tiles;
  const image = planeOf(dx.shape);
  const params = poolParams(dx.shape, g.shape, attrs);
  const [planes, pixels] = [g.shape[0] * g.shape[1], sizeOf(image)];
  if (!sameShape(kernel, stride) || !sameShape(dilation, [1, 1]))
    return [{ shader: maxPoolGradShader, entry: 'main', params, grid: elementGrid(planes * pixels) }];
  // Four neighbours of a row are a thread's.
  const fours = Math.ceil(image[1] / 4);
  const quads = fours * image[0];
  const { grid, params: layers } = planeGrid(planes, quads);
  return [
    {
      shader: apartFor(image[1], Math.max(quads, image[0] + kernel[0], image[1] + kernel[1] + 3)),
      entry: 'main',
      params: {
        ...params,
        ...layers,
        fours,
        inverseFours: 1 / fours,
        inverseKernelHeight: 1 / kernel[0],
        inverseKernelWidth: 1 / kernel[1],
      },
      grid,
    },
  ];
};

export const maxPool2dPick: GpuKernel<object> = ([x], [y]) => {
  const count = sizeOf(y.shape);
  const params = { count, pixels: sizeOf(planeOf(x.shape)), pooled: sizeOf(planeOf(y.shape)) };
  return [{ shader: pickShader, entry: 'main', params, grid: elementGrid(count) }];
};

/** What the shaders of averages need besides, to know which taps count. */
const countParams = ({ countPadding, padding }: AvgPoolAttrs) => ({
  countPadding: countPadding ? 1 : 0,
  bottom: padding[2],
  right: padding[3],
});

export const avgPool2d: GpuKernel<AvgPoolAttrs> = ([x], [y], attrs, traits) =>
  avgPoolTiles([x, y], attrs, 'forward', traits) ?? [
    {
      shader: avgPoolShader,
      entry: 'main',
      params: { ...poolParams(x.shape, y.shape, attrs), ...countParams(attrs) },
      grid: elementGrid(sizeOf(y.shape)),
    },
  ];

export const avgPool2dGrad: GpuKernel<AvgPoolAttrs> = ([g], [dx], attrs, traits) =>
  avgPoolTiles([g, dx], attrs, 'backward', traits) ?? [
    {
      shader: avgPoolGradShader,
      entry: 'main',
      params: { ...poolParams(dx.shape, g.shape, attrs), ...countParams(attrs) },
      grid: elementGrid(sizeOf(dx.shape)),
    },
  ];
