// Numbers under a shape in plain loops: what definitions are written in that share nothing with the engine.
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';
import type { Values } from './naive.ts';

type Index = readonly number[];

/** Every index of a shape, row-major. */
export function* indices(shape: Shape): Generator<number[]> {
  for (let i = 0; i < sizeOf(shape); i++) {
    let rest = i;
    const index = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    yield index;
  }
}

/** The element at an index. */
export const at = ({ shape, data }: Values, ...index: Index): number =>
  data[index.reduce((place, i, axis) => place * shape[axis] + i, 0)];

/** The values of a function at each index. */
export const tabulate = (shape: Shape, f: (...index: number[]) => number): Values => ({
  shape,
  data: Float64Array.from(indices(shape), (index) => f(...index)),
});

/** Σ f(i) for i below a count. */
export function sumOf(count: number, f: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += f(i);
  return sum;
}

/** The same numbers under another shape. */
export const shaped = ({ data }: Values, ...shape: number[]): Values => ({ shape, data });

export const each = (x: Values, f: (value: number) => number): Values =>
  tabulate(x.shape, (...index) => f(at(x, ...index)));

/** Sums over axes, which stay as 1. */
export function sumOver(x: Values, axes: readonly number[]): Values {
  const shape = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  return tabulate(shape, (...kept) => {
    let sum = 0;
    for (const index of indices(x.shape)) {
      if (index.every((i, axis) => axes.includes(axis) || i === kept[axis])) sum += at(x, ...index);
    }
    return sum;
  });
}

export function meanOver(x: Values, axes: readonly number[]): Values {
  const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
  return each(sumOver(x, axes), (sum) => sum / count);
}
