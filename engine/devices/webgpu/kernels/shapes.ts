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
import { expand } from './unroll.ts';
import { SMALL, walkOf } from './walks.ts';

/** y, a thread for four neighbours where the last axis divides by four. */
function strided(shape: Shape, { offset, strides }: Strided): Launch[] {
  const { isFours, reaches, items, constants, params } = walkOf(shape, [strides], offset);
  const isVector = isFours && reaches[0] === 'four';
  const apart = ['place', 'place + p.step', 'place + 2u * p.step', 'place + 3u * p.step'];
  const parts = isFours && reaches[0] === 'apart' ? apart : ['place'];
  const head = [
    `alias Item = ${isFours ? 'vec4<u32>' : 'u32'};`,
    `alias From = ${isVector ? 'Item' : 'u32'};`,
    `fn itemAt(place: u32) -> Item { return Item(${parts.map((part) => `x[${part}]`).join(', ')}); }`,
  ];
  const code = [...head, expand(stridedShader, constants)].join('\n');
  return [{ shader: code, entry: 'main', params, grid: elementGrid(items) }];
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
  // Where a chunk of any input does not divide by four, those behind it do not begin with a vector.
  const isFours = inputs.every(({ shape }) => sizeOf(shape.slice(axis)) % 4 === 0);
  const unit = isFours ? 4 : 1;
  let offset = 0;
  return inputs.flatMap(({ shape }, i): Launch[] => {
    const items = sizeOf(shape) / unit;
    const chunk = sizeOf(shape.slice(axis)) / unit;
    const params = { items, chunk, row: row / unit, offset, inverse: 1 / chunk };
    offset += chunk;
    if (items === 0) return [];
    const head = `alias Item = ${isFours ? 'vec4<u32>' : 'u32'};\nconst SMALL = ${items < SMALL};\n`;
    return [{ shader: head + concatShader, entry: 'main', params, grid: elementGrid(items), reads: [i] }];
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
  // Neighbours that are whole in both tensors are one axis with the one before them, which then goes in their steps.
  const axes: [length: number, inner: number, start: number, step: number][] = [];
  let whole = 1;
  for (let axis = y.shape.length - 1; axis >= 0; axis--) {
    const [length, inner] = [y.shape[axis], x.shape[axis]];
    const isWhole = length === inner && start[axis] === 0 && steps[axis] === 1;
    if (isWhole && axis > 0) {
      whole *= length;
      continue;
    }
    if (steps[axis] === 1) axes.push([whole * length, whole * inner, whole * start[axis], 1]);
    else {
      if (whole > 1) axes.push([whole, whole, 0, 1]);
      axes.push([length, inner, start[axis], steps[axis]]);
    }
    whole = 1;
  }
  const params = { count, value, axes: axes.flat(), inverses: axes.map(([length]) => 1 / length) };
  const constants = { RANK: axes.length, STEPS: steps.some((step) => step !== 1), SMALL: count < SMALL };
  return [{ shader: expand(padShader, constants), entry: 'main', params, grid: elementGrid(count) }];
};

export const fill: GpuKernel<{ readonly value: number }> = (_inputs, [y], { value }) => {
  const count = sizeOf(y.shape);
  const params = { count, value: bitsOf(value, y.dtype) };
  return [{ shader: fillShader, entry: 'main', params, grid: elementGrid(count) }];
};
