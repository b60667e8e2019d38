// y[k₀,k₁] = Σ over r₀ and r₁ of x[k₀,r₀,k₁,r₁]: bias gradients are sums of [1,N,C,pixels], means of
// everything [1,1,1,all].
// Sums are carried in double precision, as on the device `cpu`: one may pass the largest float on its way. A
// long sum is cut into chunks, whose partial sums are added by `joinSums` in their order.
import { arg } from './args';
import { atOutput, fourAt } from './fours';
import { across, promoteHigh, storeFirst } from './simd';

/** Rows shorter than this go four at a time. */
const SHORT = 8;

/** Σ of `count` floats in a row, in eight partial sums. */
// @ts-ignore: decorator
@inline
function sumRow(x: usize, count: i32): f64 {
  const even = count & ~7;
  const end = x + (<usize>even << 2);
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let c = f64x2.splat(0);
  let d = f64x2.splat(0);
  for (; x < end; x += 32) {
    const low = v128.load(x);
    const high = v128.load(x, 16);
    a = f64x2.add(a, f64x2.promote_low_f32x4(low));
    b = f64x2.add(b, promoteHigh(low));
    c = f64x2.add(c, f64x2.promote_low_f32x4(high));
    d = f64x2.add(d, promoteHigh(high));
  }
  if (count & 4) {
    const four = v128.load(x);
    a = f64x2.add(a, f64x2.promote_low_f32x4(four));
    b = f64x2.add(b, promoteHigh(four));
    x += 16;
  }
  if (count & 2) {
    c = f64x2.add(c, f64x2.promote_low_f32x4(v128.load64_zero(x)));
    x += 8;
  }
  const sum = across(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)));
  return count & 1 ? sum + <f64>load<f32>(x) : sum;
}

/**
 * Partial sums for k₁ and a chunk of what is summed: rows r₀ in pieces of `rows`, and of each row pieces of
 * `columns`.
 * Sum s of output o goes to partial[o·chunks + s]. Arguments: x, partial, jobs, jobs of one
 * part, lengths of r₀, k₁ and r₁, rows and columns of a chunk, chunks down and across.
 */
export function sumRows(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 0);
  const partial = <usize>arg(args, 1);
  const jobs = arg(args, 2);
  const piece = arg(args, 3);
  const length = arg(args, 4);
  const kept = arg(args, 5);
  const width = arg(args, 6);
  const rows = arg(args, 7);
  const columns = arg(args, 8);
  const down = arg(args, 9);
  const over = arg(args, 10);
  const end = min(jobs, (part + 1) * piece);
  for (let job = part * piece; job < end; job++) {
    const chunk = job % (down * over);
    const output = job / (down * over);
    const fromRow = (chunk / over) * rows;
    const fromColumn = (chunk % over) * columns;
    const endRow = min(length, fromRow + rows);
    const count = min(width - fromColumn, columns);
    const plane = (output / kept) * length;
    let sum: f64 = 0;
    for (let row = fromRow; row < endRow; row++) {
      const start = ((plane + row) * kept + (output % kept)) * width + fromColumn;
      sum += sumRow(x + (<usize>start << 2), count);
    }
    store<f64>(partial + (<usize>job << 3), sum);
  }
}

/**
 * The same where r₁ is 1: columns are summed, eight side by side. Arguments: x, partial, jobs, jobs of one part,
 * lengths of r₀ and k₁, rows of a chunk, chunks. A job is a strip of eight columns in one chunk.
 */
export function sumColumns(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 0);
  const partial = <usize>arg(args, 1);
  const jobs = arg(args, 2);
  const piece = arg(args, 3);
  const length = arg(args, 4);
  const kept = arg(args, 5);
  const rows = arg(args, 6);
  const chunks = arg(args, 7);
  const strips = (kept + 7) >> 3;
  const stride = <usize>kept << 2;
  const end = min(jobs, (part + 1) * piece);
  for (let job = part * piece; job < end; job++) {
    const column = (job % strips) << 3;
    const chunk = (job / strips) % chunks;
    const plane = job / (strips * chunks);
    const fromRow = chunk * rows;
    const endRow = min(length, fromRow + rows);
    let at = x + (<usize>((plane * length + fromRow) * kept + column) << 2);
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let c = f64x2.splat(0);
    let d = f64x2.splat(0);
    for (let row = fromRow; row < endRow; row++, at += stride) {
      const low = v128.load(at);
      const high = v128.load(at, 16);
      a = f64x2.add(a, f64x2.promote_low_f32x4(low));
      b = f64x2.add(b, promoteHigh(low));
      c = f64x2.add(c, f64x2.promote_low_f32x4(high));
      d = f64x2.add(d, promoteHigh(high));
    }
    // The sums of a strip that hangs over the last column are left out.
    const here = min(8, kept - column);
    for (let i = 0; i < here; i++) {
      const pair = i < 2 ? a : i < 4 ? b : i < 6 ? c : d;
      const sum = i & 1 ? f64x2.extract_lane(pair, 1) : f64x2.extract_lane(pair, 0);
      store<f64>(partial + (<usize>((plane * kept + column + i) * chunks + chunk) << 3), sum);
    }
  }
}

/** y[o] = Σ partial[o, s] over the chunks s. Arguments: partial, y, outputs, outputs of one part, chunks. */
export function joinSums(args: usize, part: i32, own: usize): void {
  const y = <usize>arg(args, 1);
  const outputs = arg(args, 2);
  const piece = arg(args, 3);
  const chunks = arg(args, 4);
  const end = min(outputs, (part + 1) * piece);
  let from = <usize>arg(args, 0) + (<usize>(part * piece * chunks) << 3);
  for (let output = part * piece; output < end; output++) {
    let sum: f64 = 0;
    for (let chunk = 0; chunk < chunks; chunk++, from += 8) sum += load<f64>(from);
    store<f32>(y + (<usize>output << 2), <f32>sum);
  }
}

/** The sums of `count` neighbouring columns, eight at a time; what a strip sums past the last one is left out. */
// @ts-ignore: decorator
@inline
function columns(x: usize, y: usize, count: i32, length: i32, kept: i32): void {
  const stride = <usize>kept << 2;
  for (; count > 0; count -= 8, x += 32, y += 32) {
    let a = f64x2.splat(0);
    let b = f64x2.splat(0);
    let c = f64x2.splat(0);
    let d = f64x2.splat(0);
    let at = x;
    for (let r = 0; r < length; r++, at += stride) {
      const low = v128.load(at);
      const high = v128.load(at, 16);
      a = f64x2.add(a, f64x2.promote_low_f32x4(low));
      b = f64x2.add(b, promoteHigh(low));
      c = f64x2.add(c, f64x2.promote_low_f32x4(high));
      d = f64x2.add(d, promoteHigh(high));
    }
    putFour(y, count, a, b);
    if (count > 4) putFour(y + 16, count - 4, c, d);
  }
}

/** Four sums as floats, or the first `count` of them. */
// @ts-ignore: decorator
@inline
function putFour(y: usize, count: i32, low: v128, high: v128): void {
  const four = v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
  if (count >= 4) v128.store(y, four);
  else storeFirst(y, four, count);
}

/** Up to four sums, each of short rows. */
// @ts-ignore: decorator
@inline
function shortRows(x: usize, y: usize, output: i32, count: i32, length: i32, kept: i32, width: i32): void {
  let a = atOutput(x, output, length, kept, width);
  let b = count > 1 ? atOutput(x, output + 1, length, kept, width) : a;
  let c = count > 2 ? atOutput(x, output + 2, length, kept, width) : a;
  let d = count > 3 ? atOutput(x, output + 3, length, kept, width) : a;
  const skip = <usize>((kept - 1) * width) << 2;
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let r = 0; r < length; r++) {
    for (let i = 0; i < width; i++) {
      const four = fourAt(a, b, c, d);
      low = f64x2.add(low, f64x2.promote_low_f32x4(four));
      high = f64x2.add(high, promoteHigh(four));
      a += 4;
      b += 4;
      c += 4;
      d += 4;
    }
    a += skip;
    b += skip;
    c += skip;
    d += skip;
  }
  putFour(y, count, low, high);
}

/**
 * Whole sums, where they are many or short. Arguments: x, y, outputs, outputs of one part, lengths of r₀, k₁ and r₁.
 */
export function sumOfFours(args: usize, part: i32, own: usize): void {
  const x = <usize>arg(args, 0);
  const y = <usize>arg(args, 1);
  const piece = arg(args, 3);
  const length = arg(args, 4);
  const kept = arg(args, 5);
  const width = arg(args, 6);
  const start = part * piece;
  const end = min(arg(args, 2), start + piece);
  if (width == 1) {
    for (let output = start; output < end; ) {
      const count = min(kept - (output % kept), end - output);
      columns(atOutput(x, output, length, kept, 1), y + (<usize>output << 2), count, length, kept);
      output += count;
    }
  } else if (width < SHORT) {
    for (let output = start; output < end; output += 4) {
      shortRows(x, y + (<usize>output << 2), output, end - output, length, kept, width);
    }
  } else {
    const stride = <usize>(kept * width) << 2;
    for (let output = start; output < end; output++) {
      let sum: f64 = 0;
      let at = atOutput(x, output, length, kept, width);
      for (let r = 0; r < length; r++, at += stride) sum += sumRow(at, width);
      store<f32>(y + (<usize>output << 2), <f32>sum);
    }
  }
}
