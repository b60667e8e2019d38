// What indices name along an axis: x [outer, n, inner], y [outer, indices, inner].
import { arg } from './args';

/** The place of index number k: from the end where it is below 0, and held within the axis. */
// @ts-ignore: decorator
@inline
function placeOf(indices: usize, k: i32, n: i32): i32 {
  const index = load<i32>(indices + (<usize>k << 2));
  return min(max(index < 0 ? index + n : index, 0), n - 1);
}

/** y[o,k,i] = x[o, place of k, i]. Arguments: x, indices, y, rows of y, rows of one part, n, indices, inner. */
export function gather(args: usize, part: i32, own: usize): void {
  const rows = arg(args, 3);
  const piece = arg(args, 4);
  const n = arg(args, 5);
  const count = arg(args, 6);
  const inner = arg(args, 7);
  const bytes = <usize>inner << 2;
  const end = min(rows, (part + 1) * piece);
  for (let row = part * piece; row < end; row++) {
    const o = row / count;
    const place = placeOf(arg(args, 1), row - o * count, n);
    const from = <usize>arg(args, 0) + <usize>(o * n + place) * bytes;
    const to = <usize>arg(args, 2) + <usize>row * bytes;
    if (inner == 1) store<i32>(to, load<i32>(from));
    else memory.copy(to, from, bytes);
  }
}

/**
 * Indices in the order of their places, equals as they come: where those of each place end, then their order.
 * Arguments: indices, that, indices, n.
 */
export function sortPlaces(args: usize, part: i32, own: usize): void {
  const indices = <usize>arg(args, 0);
  const ends = <usize>arg(args, 1);
  const count = arg(args, 2);
  const n = arg(args, 3);
  const order = ends + (<usize>n << 2);
  memory.fill(ends, 0, <usize>n << 2);
  for (let k = 0; k < count; k++) {
    const at = ends + (<usize>placeOf(indices, k, n) << 2);
    store<i32>(at, load<i32>(at) + 1);
  }
  let start = 0;
  for (let at = ends; at < order; at += 4) {
    const those = load<i32>(at);
    store<i32>(at, start);
    start += those;
  }
  for (let k = 0; k < count; k++) {
    const at = ends + (<usize>placeOf(indices, k, n) << 2);
    const to = load<i32>(at);
    store<i32>(order + (<usize>to << 2), k);
    store<i32>(at, to + 1);
  }
}

/**
 * x[o,p,i] = Σ y[o,k,i] over the k at p, in double precision. Arguments: y, what sortPlaces made, x, rows of x, rows of
 * one part, n, indices, inner.
 */
export function scatterAdd(args: usize, part: i32, own: usize): void {
  const ends = <usize>arg(args, 1);
  const rows = arg(args, 3);
  const piece = arg(args, 4);
  const n = arg(args, 5);
  const count = arg(args, 6);
  const inner = arg(args, 7);
  const order = ends + (<usize>n << 2);
  const end = min(rows, (part + 1) * piece);
  for (let row = part * piece; row < end; row++) {
    const o = row / n;
    const p = <usize>(row - o * n);
    const first = p == 0 ? 0 : load<i32>(ends + (p << 2) - 4);
    const last = load<i32>(ends + (p << 2));
    for (let i = 0; i < inner; i++) {
      let sum: f64 = 0;
      for (let at = first; at < last; at++) {
        const k = load<i32>(order + (<usize>at << 2));
        sum += <f64>load<f32>(<usize>arg(args, 0) + (<usize>((o * count + k) * inner + i) << 2));
      }
      store<f32>(<usize>arg(args, 2) + (<usize>(row * inner + i) << 2), <f32>sum);
    }
  }
}
