import type { TypedArray } from '../../../dtype.ts';
import { broadcastStrides, sameShape } from '../../../shape.ts';
import type { CpuKernel } from '../../launch.ts';

type Loop = (a: TypedArray, b: TypedArray, y: TypedArray) => void;

/**
 * y[i] = f(a[i], b[i]), broadcast by an odometer over the output: each step of an axis moves both inputs by that axis'
 * stride.
 *
 * @param loop the whole loop over equal shapes, for a function that is called so often that the call per element shows
 */
export const mapped =
  (f: (a: number, b: number) => number, loop?: Loop): CpuKernel<object> =>
  ([a, b], [y]) => {
    const to = y.data;
    if (sameShape(a.shape, b.shape)) {
      const [left, right] = [a.data, b.data];
      if (loop !== undefined) return loop(left, right, to);
      for (let i = 0; i < to.length; i++) to[i] = f(left[i], right[i]);
      return;
    }
    const aStrides = broadcastStrides(a.shape, y.shape);
    const bStrides = broadcastStrides(b.shape, y.shape);
    const index = new Array<number>(y.shape.length).fill(0);
    for (let i = 0, ia = 0, ib = 0; i < to.length; i++) {
      to[i] = f(a.data[ia], b.data[ib]);
      for (let axis = y.shape.length - 1; axis >= 0; axis--) {
        ia += aStrides[axis];
        ib += bStrides[axis];
        if (++index[axis] < y.shape[axis]) break;
        ia -= aStrides[axis] * y.shape[axis];
        ib -= bStrides[axis] * y.shape[axis];
        index[axis] = 0;
      }
    }
  };

/** The same for one tensor: a loop of its own, for a function that is called so often that the call per element shows. */
export const looped =
  (loop: (x: TypedArray, y: TypedArray) => void): CpuKernel<object> =>
  ([x], [y]) =>
    loop(x.data, y.data);
