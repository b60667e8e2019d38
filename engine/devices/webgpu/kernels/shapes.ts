/** The same elements in other places, and elements of one value. */

import concatShader from '../../../../shaders/concat.wgsl';
import fillShader from '../../../../shaders/fill.wgsl';
import packShader from '../../../../shaders/pack.wgsl';
import padShader from '../../../../shaders/pad.wgsl';
import stridedShader from '../../../../shaders/strided.wgsl';
import type { Shape } from '../../../shape.ts';
import { broadcastStrides, packLayout, resolveAxis, sizeOf } from '../../../shape.ts';
import type { Stepped, Strided } from '../../indexSpaces.ts';
import { permuted, sliced } from '../../indexSpaces.ts';
import type { GpuKernel, Launch } from '../../launch.ts';
import { bitsOf, elementGrid } from '../../launch.ts';

function strided(shape: Shape, { offset, strides }: Strided): Launch[] {
  const count = sizeOf(shape);
  const params = { count, rank: shape.length, offset, shape, strides };
  return [{ shader: stridedShader, entry: 'main', params, grid: elementGrid(count) }];
}

export const permute: GpuKernel<{ readonly axes: readonly number[] }> = ([x], [y], { axes }) =>
  strided(y.shape, permuted(x.shape, axes));

export const slice: GpuKernel<Stepped> = ([x], [y], attrs) => strided(y.shape, sliced(x.shape, attrs));

export const broadcastTo: GpuKernel<object> = ([x], [y]) =>
  strided(y.shape, { offset: 0, strides: broadcastStrides(x.shape, y.shape) });

/** One launch per input: an adapter may bind no more than eight buffers at once. */
export const concat: GpuKernel<{ readonly axis: number }> = (inputs, [y], attrs) => {
  const axis = resolveAxis('concat', attrs.axis, y.shape.length);
  const row = sizeOf(y.shape.slice(axis));
  let offset = 0;
  return inputs.flatMap(({ shape }, i): Launch[] => {
    const count = sizeOf(shape);
    const chunk = sizeOf(shape.slice(axis));
    const params = { count, chunk, row, offset };
    offset += chunk;
    if (count === 0) return [];
    return [{ shader: concatShader, entry: 'main', params, grid: elementGrid(count), reads: [i] }];
  });
};

/** One launch per input, for the same reason, and so that those that a captured step makes in their places need none. */
export const pack: GpuKernel<object> = (inputs) => {
  const { starts, length } = packLayout(inputs);
  return inputs.flatMap(({ shape }, i): Launch[] => {
    const count = sizeOf(shape);
    if (count === 0) return [];
    const end = starts[i + 1] ?? length;
    const params = { count, start: starts[i], end };
    return [{ shader: packShader, entry: 'main', params, grid: elementGrid(end - starts[i]), reads: [i] }];
  });
};

export const pad: GpuKernel<Stepped & { readonly value: number }> = ([x], [y], { start, steps, value }) => {
  const count = sizeOf(y.shape);
  const params = { count, rank: y.shape.length, value, shape: y.shape, inner: x.shape, start, steps };
  return [{ shader: padShader, entry: 'main', params, grid: elementGrid(count) }];
};

export const fill: GpuKernel<{ readonly value: number }> = (_inputs, [y], { value }) => {
  const count = sizeOf(y.shape);
  const params = { count, value: bitsOf(value, y.dtype) };
  return [{ shader: fillShader, entry: 'main', params, grid: elementGrid(count) }];
};
