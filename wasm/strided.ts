// y[…] = x[…], read and written with strides: slices, permutations, repetitions, tensors side by side.
// Arguments: x, y, offset in x, offset in y, length, elements of one part, length of a row, strides of x and
// y in it, number of outer axes, and those axes as in rows.ts with x as a and y as b. Elements are moved as
// 32 bits, of either type.
import { arg } from './args';
import { nextRow, offsetA, offsetB, seekRow } from './rows';
import { storeFirst } from './simd';

export function strided(args: usize, part: i32, own: usize): void {
  const length = arg(args, 4);
  const piece = arg(args, 5);
  const row = arg(args, 6);
  const strideX = <usize>arg(args, 7) << 2;
  const strideY = <usize>arg(args, 8) << 2;
  const rank = arg(args, 9);
  const axes = args + 40;
  const x = <usize>arg(args, 0) + (<usize>arg(args, 2) << 2);
  const y = <usize>arg(args, 1) + (<usize>arg(args, 3) << 2);
  const start = part * piece;
  const end = min(length, start + piece);
  const first = start / row;
  let column = start - first * row;
  seekRow(own, axes, rank, first);
  for (let at = start; at < end; ) {
    const count = min(row - column, end - at);
    const from = x + offsetA(own) + <usize>column * strideX;
    const to = y + offsetB(own) + <usize>column * strideY;
    if (strideY != 4) scatter(from, to, count, strideX, strideY);
    else if (strideX == 4) copy(from, to, count);
    else if (strideX == 0) repeat(from, to, count);
    else scatter(from, to, count, strideX, 4);
    at += count;
    column = 0;
    if (at < end) nextRow(own, axes, rank);
  }
}

/** A short row in vectors: a call of memory.copy takes as long as 25 floats. */
// @ts-ignore: decorator
@inline
function copy(from: usize, to: usize, count: i32): void {
  if (count > 256) {
    memory.copy(to, from, <usize>count << 2);
    return;
  }
  const rest = count & 3;
  const end = <usize>(count - rest) << 2;
  for (let at: usize = 0; at < end; at += 16) v128.store(to + at, v128.load(from + at));
  if (rest) storeFirst(to + end, v128.load(from + end), rest);
}

// @ts-ignore: decorator
@inline
function scatter(from: usize, to: usize, count: i32, strideX: usize, strideY: usize): void {
  for (let i = 0; i < count; i++, from += strideX, to += strideY) store<i32>(to, load<i32>(from));
}

// @ts-ignore: decorator
@inline
function repeat(from: usize, to: usize, count: i32): void {
  const value = v128.load32_splat(from);
  let i = 0;
  for (; i + 4 <= count; i += 4) v128.store(to + (<usize>i << 2), value);
  for (; i < count; i++) v128.store_lane<u32>(to + (<usize>i << 2), value, 0);
}
