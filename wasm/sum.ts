// y[k₀,k₁] = Σ over r₀ and r₁ of x[k₀,r₀,k₁,r₁]: bias gradients are sums of [1,N,C,pixels], means of
// everything [1,1,1,all].
// Sums are carried in double precision, as on the device `cpu`: one may pass the largest float on its way. A
// long sum is cut into chunks, whose partial sums are added by `joinSums` in their order.
import { arg } from './args';
import { across, promoteHigh } from './simd';

/** A sum is done when it has one chunk; else it is one of the partial sums. */
// @ts-ignore: decorator
@inline
function put(to: usize, index: i32, chunks: i32, sum: f64): void {
  if (chunks == 1) store<f32>(to + (<usize>index << 2), <f32>sum);
  else store<f64>(to + (<usize>index << 3), sum);
}

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
  let sum = across(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)));
  for (let i = even; i < count; i++, x += 4) sum += <f64>load<f32>(x);
  return sum;
}

/**
 * Partial sums for k₁ and a chunk of what is summed: rows r₀ in pieces of `rows`, and of each row pieces of
 * `columns`.
 * Sum s of output o goes to partial[o·chunks + s], or y[o]. Arguments: x, partial or y, jobs, jobs of one
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
    put(partial, job, down * over, sum);
  }
}

/**
 * The same where r₁ is 1: columns are summed, eight side by side. Arguments: x, partial or y, jobs, jobs of
 * one part, lengths of r₀ and k₁, rows of a chunk, chunks. A job is a strip of eight columns in one chunk.
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
      put(partial, (plane * kept + column + i) * chunks + chunk, chunks, sum);
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
