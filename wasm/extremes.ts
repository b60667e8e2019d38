// Maxima and their places, y[k₀,k₁] over r₀ and r₁ of x[k₀,r₀,k₁,r₁], where at most two stretches of axes go. Four
// outputs side by side where numbers of four lie side by side (r₁ = 1) or rows are too short for vectors of their own;
// else four numbers of a row. The first of equals counts, and a NaN is larger than every number: the first one stays.
// Arguments: x, y, outputs, outputs of one part, lengths of r₀, k₁ and r₁.
import { arg } from './args';
import { atOutput, fourAt } from './fours';
import { storeFirst, wins } from './simd';

/** Rows shorter than this go four at a time. */
const SHORT = 128;

/** Four results: the maxima themselves, or their places. */
// @ts-ignore: decorator
@inline
function put(y: usize, count: i32, four: v128): void {
  if (count >= 4) v128.store(y, four);
  else storeFirst(y, four, count);
}

/** Neighbouring outputs of a plane, as long as there are some. */
// @ts-ignore: decorator
@inline
function columns(x: usize, y: usize, count: i32, length: i32, kept: i32, placed: bool): void {
  const stride = <usize>kept << 2;
  for (; count > 0; count -= 4, x += 16, y += 16) {
    let best = v128.load(x);
    let place = i32x4.splat(0);
    let index = i32x4.splat(0);
    let at = x;
    for (let r = 1; r < length; r++) {
      at += stride;
      index = i32x4.add(index, i32x4.splat(1));
      const value = v128.load(at);
      const won = wins(value, best);
      best = v128.bitselect(value, best, won);
      place = v128.bitselect(index, place, won);
    }
    put(y, count, placed ? place : best);
  }
}

/** Up to four outputs, each of short rows. */
// @ts-ignore: decorator
@inline
function shortRows(
  x: usize, y: usize, output: i32, count: i32, length: i32, kept: i32, width: i32, placed: bool,
): void {
  let a = atOutput(x, output, length, kept, width);
  let b = count > 1 ? atOutput(x, output + 1, length, kept, width) : a;
  let c = count > 2 ? atOutput(x, output + 2, length, kept, width) : a;
  let d = count > 3 ? atOutput(x, output + 3, length, kept, width) : a;
  const skip = <usize>((kept - 1) * width) << 2;
  let best = fourAt(a, b, c, d);
  let place = i32x4.splat(0);
  let index = i32x4.splat(0);
  for (let r = 0; r < length; r++) {
    for (let i = 0; i < width; i++) {
      const value = fourAt(a, b, c, d);
      const won = wins(value, best);
      best = v128.bitselect(value, best, won);
      place = v128.bitselect(index, place, won);
      index = i32x4.add(index, i32x4.splat(1));
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
  put(y, count, placed ? place : best);
}

// What is the largest so far of an output whose rows are long, and its place; each thread has globals of its own.
let largest: f32 = 0;
let first: i32 = 0;

/** A number and its place among all of the output, which may come before the one that is the largest so far. */
// @ts-ignore: decorator
@inline
function offer(value: f32, place: i32): void {
  const isNaN = value != value;
  const isLarger = isNaN ? largest == largest : value > largest;
  const isSame = isNaN ? largest != largest : value == largest;
  if (!isLarger && !(isSame && place < first)) return;
  largest = value;
  first = place;
}

/** One output of long rows: eight numbers of a row at a time, then the best of each lane, then what is left. */
function longRows(x: usize, length: i32, width: i32, stride: usize): void {
  const vectors = width & ~7;
  let best0 = v128.load(x);
  let best1 = v128.load(x, 16);
  let place0 = i32x4(0, 1, 2, 3);
  let place1 = i32x4(4, 5, 6, 7);
  largest = load<f32>(x);
  first = 0;
  for (let r = 0; r < length; r++, x += stride) {
    let index0 = i32x4.add(i32x4.splat(r * width), i32x4(0, 1, 2, 3));
    let index1 = i32x4.add(index0, i32x4.splat(4));
    let at = x;
    for (const end = x + (<usize>vectors << 2); at < end; at += 32) {
      const value0 = v128.load(at);
      const value1 = v128.load(at, 16);
      const won0 = wins(value0, best0);
      const won1 = wins(value1, best1);
      best0 = v128.bitselect(value0, best0, won0);
      best1 = v128.bitselect(value1, best1, won1);
      place0 = v128.bitselect(index0, place0, won0);
      place1 = v128.bitselect(index1, place1, won1);
      index0 = i32x4.add(index0, i32x4.splat(8));
      index1 = i32x4.add(index1, i32x4.splat(8));
    }
    for (let i = vectors; i < width; i++, at += 4) offer(load<f32>(at), r * width + i);
  }
  offer(f32x4.extract_lane(best0, 0), i32x4.extract_lane(place0, 0));
  offer(f32x4.extract_lane(best0, 1), i32x4.extract_lane(place0, 1));
  offer(f32x4.extract_lane(best0, 2), i32x4.extract_lane(place0, 2));
  offer(f32x4.extract_lane(best0, 3), i32x4.extract_lane(place0, 3));
  offer(f32x4.extract_lane(best1, 0), i32x4.extract_lane(place1, 0));
  offer(f32x4.extract_lane(best1, 1), i32x4.extract_lane(place1, 1));
  offer(f32x4.extract_lane(best1, 2), i32x4.extract_lane(place1, 2));
  offer(f32x4.extract_lane(best1, 3), i32x4.extract_lane(place1, 3));
}

/** `placed` says which of the two is asked for; places are kept either way, which costs little, and spares a second copy. */
function extremes(args: usize, part: i32, placed: bool): void {
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
      columns(atOutput(x, output, length, kept, 1), y + (<usize>output << 2), count, length, kept, placed);
      output += count;
    }
  } else if (width < SHORT) {
    for (let output = start; output < end; output += 4) {
      shortRows(x, y + (<usize>output << 2), output, end - output, length, kept, width, placed);
    }
  } else {
    for (let output = start; output < end; output++) {
      longRows(atOutput(x, output, length, kept, width), length, width, <usize>(kept * width) << 2);
      if (placed) store<i32>(y + (<usize>output << 2), first);
      else store<f32>(y + (<usize>output << 2), largest);
    }
  }
}

export function maxOfFours(args: usize, part: i32, own: usize): void { extremes(args, part, false); }
export function argmaxOfFours(args: usize, part: i32, own: usize): void { extremes(args, part, true); }
