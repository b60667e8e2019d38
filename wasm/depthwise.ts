// Windows of 3×3 that see a single channel, as windows3x3.ts has them: depthwise layers. Nine products for each pixel are so
// little work that laying images in a frame (frame.ts) takes as long. Here they are read where they lie: strips of four
// columns are walked down, so that three rows of windows share what is read of a row, and what a vector has of the padding
// beside the image is cleared. A row of padding is one of zeros in the thread's memory.
import { arg } from './args';
import { Conv } from './frame';
import { madd } from './simd';
import { is3x3, kept, lanes, tapOf } from './windows3x3';

/** Bytes that four windows two columns apart read of a row. */
const ZEROS = 48;

/** Whether windows of a run of so many columns are those of a depthwise layer, or of one with two filters for a channel. */
export function isDepthwise(args: usize, columns: i32): bool {
  return (
    columns >= 4 && arg(args, Conv.depth) == 1 && arg(args, Conv.rows) <= 2 &&
    is3x3(args, Conv.height, Conv.dilationY, Conv.top)
  );
}

/** What three neighbours in a row bring: apart from the sum they are added to, which would have to be waited for three times. */
// @ts-ignore: decorator
@inline
function three(a: v128, x: v128, b: v128, y: v128, c: v128, z: v128): v128 {
  return madd(c, z, madd(b, y, f32x4.mul(a, x)));
}

/**
 * y[i,j] = max(floor, start + Σ a·x) for `count` rows of windows from (row, column) on.
 *
 * @param a the nine factors lie 16 bytes apart
 * @param x the whole plane
 * @param own memory for 12 zeros
 */
export function depthwiseRows(
  args: usize, start: usize, a: usize, x: usize, row: i32, count: i32, column: i32, columns: i32, floor: f32, y: usize,
  own: usize,
): void {
  if (arg(args, Conv.strideY) == 1) strips<u8>(args, start, a, x, row, count, column, columns, floor, y, own);
  else strips<u16>(args, start, a, x, row, count, column, columns, floor, y, own);
}

// @ts-ignore: decorator
@inline
function strips<S>(
  args: usize, start: usize, a: usize, x: usize, row: i32, count: i32, column: i32, columns: i32, floor: f32, y: usize,
  own: usize,
): void {
  const stride = <i32>sizeof<S>();
  const width = arg(args, Conv.width);
  const down = <usize>width << 2;
  const line = <usize>arg(args, Conv.outWidth) << 2;
  const top = row * stride - arg(args, Conv.top);
  memory.fill(own, 0, ZEROS);
  const bottom = arg(args, Conv.height);
  const w0 = v128.load32_splat(a);
  const w1 = v128.load32_splat(a, 16);
  const w2 = v128.load32_splat(a, 32);
  const w3 = v128.load32_splat(a, 48);
  const w4 = v128.load32_splat(a, 64);
  const w5 = v128.load32_splat(a, 80);
  const w6 = v128.load32_splat(a, 96);
  const w7 = v128.load32_splat(a, 112);
  const w8 = v128.load32_splat(a, 128);
  const bias = v128.load32_splat(start);
  const least = f32x4.splat(floor);
  for (let next = 0; next < columns; next += 4) {
    // The last four begin earlier, and so some are made again, where they would reach past the end.
    const j = min(next, columns - 4);
    const left = (column + j) * stride - arg(args, Conv.left);
    const first = kept(lanes(-left, 4), own + ZEROS);
    // Of the last window the last column may be outside.
    const last = kept(lanes(0, left + 3 * stride + 2 < width ? 4 : 3), own + ZEROS);
    let at = x + (<usize>(top * width + left) << 2);
    // The row below the image: no other than the last that is seen.
    const outside = x + (<usize>(bottom * width + left) << 2);
    let here = top < 0 ? own : at;
    let x0 = v128.and(tapOf<S>(here, 0), first);
    let x1 = tapOf<S>(here, 1);
    let x2 = v128.and(tapOf<S>(here, 2), last);
    let upper = f32x4.add(bias, three(w0, x0, w1, x1, w2, x2));
    let lower = bias;
    at += down;
    if (sizeof<S>() == 1) {
      x0 = v128.and(tapOf<S>(at, 0), first);
      x1 = tapOf<S>(at, 1);
      x2 = v128.and(tapOf<S>(at, 2), last);
      lower = f32x4.add(bias, three(w0, x0, w1, x1, w2, x2));
      upper = f32x4.add(upper, three(w3, x0, w4, x1, w5, x2));
      at += down;
    }
    let to = y + (<usize>j << 2);
    for (const end = to + line * <usize>count; to < end; to += line, at += down) {
      if (sizeof<S>() == 2) {
        x0 = v128.and(tapOf<S>(at, 0), first);
        x1 = tapOf<S>(at, 1);
        x2 = v128.and(tapOf<S>(at, 2), last);
        upper = f32x4.add(upper, three(w3, x0, w4, x1, w5, x2));
        at += down;
      }
      here = at == outside ? own : at;
      x0 = v128.and(tapOf<S>(here, 0), first);
      x1 = tapOf<S>(here, 1);
      x2 = v128.and(tapOf<S>(here, 2), last);
      v128.store(to, f32x4.pmax(f32x4.add(upper, three(w6, x0, w7, x1, w8, x2)), least));
      const sum = f32x4.add(bias, three(w0, x0, w1, x1, w2, x2));
      if (sizeof<S>() == 2) {
        upper = sum;
      } else {
        upper = f32x4.add(lower, three(w3, x0, w4, x1, w5, x2));
        lower = sum;
      }
    }
  }
}

/**
 * The gradient of the nine weights of a filter: to[t] += Σ g·x over `count` rows of g, sums 16 bytes apart. A row of x is read once, with
 * the rows of g that see it in registers. Rows of g that there are not, and windows that the strip before has made, are zeros: that
 * is right where what they meet is finite.
 *
 * @returns whether all sums are finite; else none was added
 */
export function depthwiseSums(
  args: usize, g: usize, x: usize, row: i32, count: i32, column: i32, columns: i32, to: usize, isFirst: bool, own: usize,
): bool {
  if (arg(args, Conv.strideY) == 1) return sums<u8>(args, g, x, row, count, column, columns, to, isFirst, own);
  return sums<u16>(args, g, x, row, count, column, columns, to, isFirst, own);
}

// @ts-ignore: decorator
@inline
function sums<S>(
  args: usize, g: usize, x: usize, row: i32, count: i32, column: i32, columns: i32, to: usize, isFirst: bool, own: usize,
): bool {
  const stride = <i32>sizeof<S>();
  const width = arg(args, Conv.width);
  const height = arg(args, Conv.height);
  const down = <usize>width << 2;
  const line = <usize>arg(args, Conv.outWidth) << 2;
  memory.fill(own, 0, ZEROS);
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  let c7 = c0;
  let c8 = c0;
  for (let next = 0; next < columns; next += 4) {
    const j = min(next, columns - 4);
    const left = (column + j) * stride - arg(args, Conv.left);
    // The last four begin earlier where they would reach past the end: what was added is cleared.
    const inside = kept(lanes(next - j, 4), own + ZEROS);
    const first = kept(lanes(-left, 4), own + ZEROS);
    const last = kept(lanes(0, left + 3 * stride + 2 < width ? 4 : 3), own + ZEROS);
    let y = row * stride - arg(args, Conv.top);
    let at = x + (<usize>(y * width + left) << 2);
    let from = g + (<usize>j << 2);
    // Of the last row, and of the one before.
    let g1 = f32x4.splat(0);
    let g2 = g1;
    const end = from + line * <usize>count;
    const after = end + line * (stride == 1 ? 2 : 1);
    for (; from < after; from += line, at += down, y++) {
      const g0 = v128.and(v128.load(from < end ? from : own), inside);
      let here = <u32>y < <u32>height ? at : own;
      let v = v128.and(tapOf<S>(here, 0), first);
      c0 = madd(g0, v, c0);
      if (sizeof<S>() == 1) c3 = madd(g1, v, c3);
      c6 = madd(g2, v, c6);
      v = tapOf<S>(here, 1);
      c1 = madd(g0, v, c1);
      if (sizeof<S>() == 1) c4 = madd(g1, v, c4);
      c7 = madd(g2, v, c7);
      v = v128.and(tapOf<S>(here, 2), last);
      c2 = madd(g0, v, c2);
      if (sizeof<S>() == 1) c5 = madd(g1, v, c5);
      c8 = madd(g2, v, c8);
      if (sizeof<S>() == 2) {
        at += down;
        y++;
        here = <u32>y < <u32>height ? at : own;
        c3 = madd(g0, v128.and(tapOf<S>(here, 0), first), c3);
        c4 = madd(g0, tapOf<S>(here, 1), c4);
        c5 = madd(g0, v128.and(tapOf<S>(here, 2), last), c5);
        g2 = g0;
      } else {
        g2 = g1;
        g1 = g0;
      }
    }
  }
  // NaN or ±∞ if one of them is, or if they are close to that.
  let all = f32x4.add(f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)), f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7)));
  all = f32x4.add(all, c8);
  if (v128.any_true(f32x4.sub(all, all))) return false;
  v128.store(own, c0);
  v128.store(own, c1, 16);
  v128.store(own, c2, 32);
  v128.store(own, c3, 48);
  v128.store(own, c4, 64);
  v128.store(own, c5, 80);
  v128.store(own, c6, 96);
  v128.store(own, c7, 112);
  v128.store(own, c8, 128);
  for (let at: usize = 0; at < 144; at += 16) addLanes(to + at, v128.load(own + at), isFirst);
  return true;
}

// @ts-ignore: decorator
@inline
function addLanes(to: usize, c: v128, isFirst: bool): void {
  c = f32x4.add(c, v128.shuffle<f32>(c, c, 2, 3, 0, 1));
  const sum = v128.extract_lane<f32>(c, 0) + v128.extract_lane<f32>(c, 1);
  store<f32>(to, isFirst ? sum : load<f32>(to) + sum);
}
