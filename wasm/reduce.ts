// Reductions over any axes, one number after the other: those whose axes lie so that sum.ts and extremes.ts do not fit.
// Arguments: x, y, outputs, outputs of one part, number of kept axes, length of a reduced row, its stride,
// reduced rows, number of outer reduced axes; then the kept axes and the outer reduced ones as in rows.ts,
// with x as a.
import { arg } from './args';
import { nextRow, offsetA, seekRow } from './rows';

/** Where the axes begin. */
const AXES: usize = 36;

// @ts-ignore: decorator
@inline
function reduce<R>(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 0);
  const y = <usize>arg(args, 1);
  const outputs = arg(args, 2);
  const piece = arg(args, 3);
  const kept = arg(args, 4);
  const length = arg(args, 5);
  const stride = <usize>arg(args, 6) << 2;
  const rows = arg(args, 7);
  const rank = arg(args, 8);
  const axes = args + AXES;
  const reduced = axes + <usize>(12 * kept);
  const end = min(outputs, (part + 1) * piece);
  for (let output = part * piece; output < end; output++) {
    seekRow(own, axes, kept, output);
    const base = x + offsetA(own);
    seekRow(own, reduced, rank, 0);
    changetype<R>(0).reduce(base, own, reduced, rank, rows, length, stride, y + (<usize>output << 2));
  }
}

@unmanaged class Sum {
  // @ts-ignore: decorator
  @inline reduce(
    x: usize, own: usize, axes: usize, rank: i32, rows: i32, length: i32, stride: usize, y: usize,
  ): void {
    let sum: f64 = 0;
    for (let row = 0; row < rows; row++) {
      let at = x + offsetA(own);
      for (let i = 0; i < length; i++, at += stride) sum += <f64>load<f32>(at);
      nextRow(own, axes, rank);
    }
    store<f32>(y, <f32>sum);
  }
}

/**
 * The first maximum; the first NaN counts as the largest. `placed` says whether its place is asked for, or
 * itself.
 */
// @ts-ignore: decorator
@inline
function firstMaximum(
  x: usize, own: usize, axes: usize, rank: i32, rows: i32, length: i32, stride: usize, y: usize, placed: bool,
): void {
  let best = load<f32>(x);
  let place = 0;
  let index = 0;
  for (let row = 0; row < rows; row++) {
    let at = x + offsetA(own);
    for (let i = 0; i < length; i++, at += stride, index++) {
      const value = load<f32>(at);
      if (!(value <= best) && best == best) {
        best = value;
        place = index;
      }
    }
    nextRow(own, axes, rank);
  }
  if (placed) store<i32>(y, place);
  else store<f32>(y, best);
}

@unmanaged class Max {
  // @ts-ignore: decorator
  @inline reduce(
    x: usize, own: usize, axes: usize, rank: i32, rows: i32, length: i32, stride: usize, y: usize,
  ): void {
    firstMaximum(x, own, axes, rank, rows, length, stride, y, false);
  }
}

@unmanaged class Argmax {
  // @ts-ignore: decorator
  @inline reduce(
    x: usize, own: usize, axes: usize, rank: i32, rows: i32, length: i32, stride: usize, y: usize,
  ): void {
    firstMaximum(x, own, axes, rank, rows, length, stride, y, true);
  }
}

export function sum(args: usize, part: i32, own: usize): void { reduce<Sum>(args, part, own); }
export function max(args: usize, part: i32, own: usize): void { reduce<Max>(args, part, own); }
export function argmax(args: usize, part: i32, own: usize): void { reduce<Argmax>(args, part, own); }
