// y[i] = f(a[i], b[i]): the functions of two tensors, broadcast. Arguments: a, b, y, length, floats of one
// part, length of a row, strides of a and b in it (0 or 1), number of outer axes, and those axes as in rows.ts.
// The functions f and their kernels, made of the rows of engine/ops/binary.ts, are appended by scripts/kernels.mjs.
import { arg } from './args';
import { pow4 } from './exponential';
import { nextRow, offsetA, offsetB, seekRow } from './rows';
import { oneWhere, storeFirst } from './simd';

/** The loop of them all; see `map` in unary.ts. A part may begin and end within a row. */
// @ts-ignore: decorator
@inline
function map<F>(args: usize, part: i32, own: usize): void {
  const length = arg(args, 3);
  const piece = arg(args, 4);
  const row = arg(args, 5);
  const strideA = arg(args, 6);
  const strideB = arg(args, 7);
  const rank = arg(args, 8);
  const axes = args + 36;
  const start = part * piece;
  const end = min(length, start + piece);
  const a = <usize>arg(args, 0);
  const b = <usize>arg(args, 1);
  const y = <usize>arg(args, 2);
  const first = start / row;
  let column = start - first * row;
  seekRow(own, axes, rank, first);
  for (let at = start; at < end; ) {
    const count = min(row - column, end - at);
    const rowA = a + offsetA(own) + (<usize>(column * strideA) << 2);
    const rowB = b + offsetB(own) + (<usize>(column * strideB) << 2);
    if (strideA == 0) mapRow<F>(rowA, rowB, y + (<usize>at << 2), count, false, true);
    else if (strideB == 0) mapRow<F>(rowA, rowB, y + (<usize>at << 2), count, true, false);
    else mapRow<F>(rowA, rowB, y + (<usize>at << 2), count, true, true);
    at += count;
    column = 0;
    if (at < end) nextRow(own, axes, rank);
  }
}

/** One row; what does not move is one number. */
// @ts-ignore: decorator
@inline
function mapRow<F>(a: usize, b: usize, y: usize, count: i32, movesA: bool, movesB: bool): void {
  const f = changetype<F>(0);
  const oneA = v128.load32_splat(a);
  const oneB = v128.load32_splat(b);
  const rest = count & 3;
  const end = <usize>(count - rest) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) {
    v128.store(y + at, f.f(movesA ? v128.load(a + at) : oneA, movesB ? v128.load(b + at) : oneB));
  }
  if (rest) {
    const last = f.f(movesA ? v128.load(a + at) : oneA, movesB ? v128.load(b + at) : oneB);
    storeFirst(y + at, last, rest);
  }
}
