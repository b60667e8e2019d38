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
 * The gradient of the nine weights of a filter, with a stride of 2: to[t] += Σ g·x over `count` rows of g, sums 16 bytes apart. A
 * row of weights at a time: more sums than three, with what is cleared, would be more vectors than there are registers.
 */
export function depthwiseSums(
  args: usize, g: usize, x: usize, row: i32, count: i32, column: i32, columns: i32, to: usize, isFirst: bool, own: usize,
): void {
  const width = arg(args, Conv.width);
  const down = <usize>width << 3;
  const line = <usize>arg(args, Conv.outWidth) << 2;
  memory.fill(own, 0, ZEROS);
  for (let u = 0; u < 3; u++, to += 48) {
    const top = row * 2 - arg(args, Conv.top) + u;
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    for (let next = 0; next < columns; next += 4) {
      const j = min(next, columns - 4);
      const left = (column + j) * 2 - arg(args, Conv.left);
      // The last four begin earlier where they would reach past the end: what was added is cleared, and what it meets.
      const inside = kept(lanes(next - j, 4), own + ZEROS);
      const first = kept(v128.and(inside, lanes(-left, 4)), own + ZEROS);
      const last = kept(v128.and(inside, lanes(0, left + 8 < width ? 4 : 3)), own + ZEROS);
      let at = x + (<usize>(top * width + left) << 2);
      const outside = x + (<usize>(arg(args, Conv.height) * width + left) << 2);
      let from = g + (<usize>j << 2);
      // Where there is but one row of windows, the first may be the one below as well.
      let here = top < 0 || at == outside ? own : at;
      for (const end = from + line * <usize>count; from < end; from += line) {
        const s = v128.and(v128.load(from), inside);
        c0 = madd(s, v128.and(tapOf<u16>(here, 0), first), c0);
        c1 = madd(s, v128.and(tapOf<u16>(here, 1), inside), c1);
        c2 = madd(s, v128.and(tapOf<u16>(here, 2), last), c2);
        at += down;
        here = at == outside ? own : at;
      }
    }
    addLanes(to, c0, isFirst);
    addLanes(to + 16, c1, isFirst);
    addLanes(to + 32, c2, isFirst);
  }
}

// @ts-ignore: decorator
@inline
function addLanes(to: usize, c: v128, isFirst: bool): void {
  c = f32x4.add(c, v128.shuffle<f32>(c, c, 2, 3, 0, 1));
  const sum = v128.extract_lane<f32>(c, 0) + v128.extract_lane<f32>(c, 1);
  store<f32>(to, isFirst ? sum : load<f32>(to) + sum);
}
