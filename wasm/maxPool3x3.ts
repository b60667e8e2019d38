// The maxima of windows of 3×3, as windows3x3.ts has them, and their places. Strips of four columns of windows are walked
// down: of each row of the image the maxima of three neighbours are found once, for all rows of windows that see it. Of two
// maxima the later is taken where it is larger, and the place of the later is the larger of both: four instructions, which
// NaN would mislead. Beside the image is −∞, over which all wins that is no NaN: so planes with one of them are left to
// maxPoolWindows.ts. Arguments as in maxPool.ts.
import { arg } from './args';
import { kept, lanes, tapOf } from './windows3x3';

/** Whether all of so many floats are above −∞, and none is NaN. */
function areAbove(from: usize, length: i32): bool {
  const least = f32x4.splat(-f32.POSITIVE_INFINITY);
  const end = from + (<usize>(length - 4) << 2);
  // At least four; the last begin earlier.
  let all = f32x4.gt(v128.load(end), least);
  for (; from < end; from += 16) all = v128.and(all, f32x4.gt(v128.load(from), least));
  return i32x4.all_true(all);
}

/** @returns whether the plane was done */
export function maxPool3x3(args: usize, image: usize, y: usize, place: usize, own: usize): bool {
  if (!areAbove(image, arg(args, 5) * arg(args, 6))) return false;
  for (let i: usize = 0; i < 12; i++) store<f32>(own + (i << 2), -f32.POSITIVE_INFINITY);
  strips(args, image, y, place, own);
  return true;
}

/** Where `mask` is not set, −∞. */
// @ts-ignore: decorator
@inline
function orLeast(v: v128, mask: v128, least: v128): v128 {
  return v128.or(v128.and(v, mask), least);
}

/** The place of the later of two where it won, else that of the earlier. */
// @ts-ignore: decorator
@inline
function later(at: v128, isLater: v128, place: v128): v128 {
  return i32x4.max_s(at, v128.and(isLater, place));
}

// @ts-ignore: decorator
@inline
function strips(args: usize, image: usize, y: usize, place: usize, own: usize): void {
  const stride = arg(args, 11);
  const height = arg(args, 5);
  const width = arg(args, 6);
  const outWidth = arg(args, 8);
  const down = <usize>width << 2;
  const line = <usize>outWidth << 2;
  const top = -arg(args, 13);
  const rows = (arg(args, 7) - 1) * stride + 3;
  const minimum = f32x4.splat(-f32.POSITIVE_INFINITY);
  const below = kept(i32x4.splat(width), own + 48);
  const one = kept(i32x4.splat(1), own + 48);
  const two = kept(i32x4.splat(2), own + 48);
  for (let next = 0; next < outWidth; next += 4) {
    // The last four begin earlier, and so some are made again, where they would reach past the end.
    const j = min(next, outWidth - 4);
    const left = j * stride - arg(args, 14);
    const first = kept(lanes(-left, 4), own + 48);
    const last = kept(lanes(0, left + 3 * stride + 2 < width ? 4 : 3), own + 48);
    const beforeFirst = kept(v128.andnot(minimum, first), own + 48);
    const afterLast = kept(v128.andnot(minimum, last), own + 48);
    let corner = i32x4.add(i32x4.splat(top * width + left), i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(stride)));
    let at = image + (<usize>(top * width + left) << 2);
    let to = <usize>j << 2;
    // Of the row before, and of all before of the window that ends next.
    let best = minimum;
    let bestAt = i32x4.splat(0);
    let upper = minimum;
    let upperAt = bestAt;
    for (let r = 0; r < rows; r++, at += down) {
      const here = <u32>(top + r) < <u32>height ? at : own;
      let x0: v128, x1: v128, x2: v128;
      if (stride == 1) {
        x0 = tapOf<u8>(here, 0);
        x1 = tapOf<u8>(here, 1);
        x2 = tapOf<u8>(here, 2);
      } else {
        x0 = tapOf<u16>(here, 0);
        x1 = tapOf<u16>(here, 1);
        x2 = tapOf<u16>(here, 2);
      }
      x0 = orLeast(x0, first, beforeFirst);
      x2 = orLeast(x2, last, afterLast);
      let offset = v128.and(f32x4.gt(x1, x0), one);
      let value = f32x4.pmax(x0, x1);
      offset = later(offset, f32x4.gt(x2, value), two);
      value = f32x4.pmax(value, x2);
      const valueAt = i32x4.add(corner, offset);
      corner = i32x4.add(corner, below);
      if (r >= 2 && !(r & (stride - 1))) {
        v128.store(y + to, f32x4.pmax(upper, value));
        v128.store(place + to, later(upperAt, f32x4.gt(value, upper), valueAt));
        to += line;
      }
      upperAt = later(bestAt, f32x4.gt(value, best), valueAt);
      upper = f32x4.pmax(best, value);
      best = value;
      bestAt = valueAt;
    }
  }
}
