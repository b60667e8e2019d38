import { broadcastStrides, packLayout, resolveAxis, sizeOf, stridesOf } from '../../../shape.ts';
import type { Stepped } from '../../indexSpaces.ts';
import { sliced } from '../../indexSpaces.ts';
import { bitsOf } from '../../launch.ts';
import type { Walk } from '../axes.ts';
import { ODOMETER, rowsOf } from '../axes.ts';
import type { WasmKernel, WasmLaunch } from '../launch.ts';
import { cut, workOf } from '../parts.ts';

/** Copies x to y over an index space, each with its strides and from its offset on: wasm/strided.ts. */
function copy(walk: Walk, { x = 0, y = 0 }: { x?: number; y?: number }, input = 0): WasmLaunch {
  const length = sizeOf(walk.shape);
  const { parts, piece } = cut(length);
  const params = [x, y, length, piece, ...rowsOf(walk)];
  return { kernel: 'strided', parts, params, reads: [input], ownBytes: ODOMETER };
}

/** Writes the same 32 bits `length` times, from `offset` on: wasm/fill.ts. */
function repeat(bits: number, offset: number, length: number): WasmLaunch {
  const { parts, piece } = cut(length);
  return { kernel: 'fill', parts, params: [offset, length, piece, bits], reads: [] };
}

export const fill: WasmKernel<{ readonly value: number }> = (_inputs, [y], { value }) =>
  workOf(repeat(bitsOf(value, y.dtype), 0, sizeOf(y.shape)));

export const slice: WasmKernel<Stepped> = ([x], [y], attrs) => {
  const { offset, strides } = sliced(x.shape, attrs);
  return workOf(copy({ shape: y.shape, a: strides, b: stridesOf(y.shape) }, { x: offset }));
};

export const permute: WasmKernel<{ readonly axes: readonly number[] }> = ([x], [y], { axes }) => {
  const strides = stridesOf(x.shape);
  return workOf(copy({ shape: y.shape, a: axes.map((axis) => strides[axis]), b: stridesOf(y.shape) }, {}));
};

export const broadcastTo: WasmKernel<object> = ([x], [y]) =>
  workOf(copy({ shape: y.shape, a: broadcastStrides(x.shape, y.shape), b: stridesOf(y.shape) }, {}));

export const pad: WasmKernel<Stepped & { readonly value: number }> = ([x], [y], attrs) => {
  const { offset, strides } = sliced(y.shape, attrs);
  const inside = copy({ shape: x.shape, a: stridesOf(x.shape), b: strides }, { y: offset });
  return workOf(repeat(bitsOf(attrs.value, y.dtype), 0, sizeOf(y.shape)), inside);
};

export const concat: WasmKernel<{ readonly axis: number }> = (inputs, [y], attrs) => {
  const axis = resolveAxis('concat', attrs.axis, y.shape.length);
  const row = sizeOf(y.shape.slice(axis));
  let offset = 0;
  return workOf(
    ...inputs.map(({ shape }, i) => {
      const chunk = sizeOf(shape.slice(axis));
      const walk = { shape: [sizeOf(shape.slice(0, axis)), chunk], a: [chunk, 1], b: [row, 1] };
      const launch = copy(walk, { y: offset }, i);
      offset += chunk;
      return launch;
    }),
  );
};

/** A launch for each input, so that those that a captured step makes in their places need none. */
export const pack: WasmKernel<object> = (inputs) => {
  const { starts, length } = packLayout(inputs);
  return workOf(
    ...inputs.map(({ shape }, i) => {
      const padded = (starts[i + 1] ?? length) - starts[i];
      const { parts, piece } = cut(padded);
      return { kernel: 'pack', parts, params: [starts[i], sizeOf(shape), padded, piece], reads: [i] };
    }),
  );
};
