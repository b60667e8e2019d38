import type { Shape } from '../../engine/shape.ts';

/** The place of an element along each axis: 7 of [2,4] is [1,3]. */
export function unravel(shape: Shape, index: number): number[] {
  const place = new Array<number>(shape.length);
  let left = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place[axis] = left % shape[axis];
    left = Math.floor(left / shape[axis]);
  }
  return place;
}

/** `y[0,3,12,7]`, and of a scalar its name alone. */
export const nameOf = (name: string, shape: Shape, index: number): string =>
  shape.length === 0 ? name : `${name}[${unravel(shape, index).join(',')}]`;
