// The maximum of any window and its place: four windows at a time where their columns lie inside the image, and a window of many
// columns four of these at a time. Arguments as in maxPool.ts.
import { arg } from './args';
import { endWhole, firstInside, firstWhole, ofFourWindows } from './poolWindows';
import { wins } from './simd';

/** Columns from which a window is read four at a time. */
const WIDE = 8;

/** One that sees padding alone has −∞ and the place −1. Arguments: x, y, place. */
export function maxPool2d(args: usize, part: i32, own: usize): void {
  const planes = arg(args, 3);
  const piece = arg(args, 4);
  const height = arg(args, 5);
  const width = arg(args, 6);
  const outHeight = arg(args, 7);
  const outWidth = arg(args, 8);
  const kernelHeight = arg(args, 9);
  const kernelWidth = arg(args, 10);
  const strideDown = arg(args, 11);
  const strideRight = arg(args, 12);
  const paddingTop = arg(args, 13);
  const paddingLeft = arg(args, 14);
  const dilationDown = arg(args, 15);
  const dilationRight = arg(args, 16);
  const reach = (kernelWidth - 1) * dilationRight;
  const whole = firstWhole(paddingLeft, strideRight, outWidth);
  const endOfWhole = endWhole(whole, width, paddingLeft, reach, strideRight, outWidth);
  // Where there are not four, each is read for itself.
  const fours = endOfWhole - whole >= 4;
  const begin = fours ? whole : outWidth;
  const end = fours ? endOfWhole : outWidth;
  const wide = dilationRight == 1 && kernelWidth >= WIDE;

  const first = part * piece;
  const last = min(planes, first + piece);
  let to = <usize>(first * outHeight * outWidth) << 2;
  const y = <usize>arg(args, 1);
  const place = <usize>arg(args, 2);
  for (let plane = first; plane < last; plane++) {
    const image = <usize>arg(args, 0) + (<usize>(plane * height * width) << 2);
    for (let i = 0; i < outHeight; i++, to += <usize>outWidth << 2) {
      const top = i * strideDown - paddingTop;
      const row = firstInside(top, dilationDown);
      const bottom = min(height, top + kernelHeight * dilationDown);
      for (let j = 0; j < outWidth; j++) {
        // Those between are made in fours.
        if (j == begin) j = end;
        if (j >= outWidth) break;
        const left = j * strideRight - paddingLeft;
        const right = min(width, left + kernelWidth * dilationRight);
        const at = to + (<usize>j << 2);
        const column = firstInside(left, dilationRight);
        if (wide && right - column >= 4 && row < bottom) {
          wideMax(image, width, row, bottom, dilationDown, column, right, y + at, place + at);
        } else {
          singleMax(image, width, row, bottom, dilationDown, column, right, dilationRight, y + at, place + at);
        }
      }
      for (let next = begin; next < end; next += 4) {
        // The last four begin earlier, and so some are made again, where they would reach past the end.
        const j = min(next, end - 4);
        const left = j * strideRight - paddingLeft;
        const corner = image + (<usize>left << 2);
        const steps = i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(strideRight));
        let best = f32x4.splat(-f32.POSITIVE_INFINITY);
        let at = i32x4.splat(-1);
        if (row < bottom) {
          best = ofFourWindows(corner + (<usize>(row * width) << 2), strideRight);
          at = i32x4.add(steps, i32x4.splat(row * width + left));
        }
        for (let r = row; r < bottom; r += dilationDown) {
          for (let column = 0; column <= reach; column += dilationRight) {
            const here = r * width + column;
            const value = ofFourWindows(corner + (<usize>here << 2), strideRight);
            const isNew = wins(value, best);
            best = v128.bitselect(value, best, isNew);
            at = v128.bitselect(i32x4.add(steps, i32x4.splat(here + left)), at, isNew);
          }
        }
        v128.store(y + to + (<usize>j << 2), best);
        v128.store(place + to + (<usize>j << 2), at);
      }
    }
  }
}

/** One number in a vector, since that can be chosen without a jump that would often go the wrong way. */
function singleMax(
  image: usize, width: i32, row: i32, bottom: i32, down: i32, column: i32, right: i32, across: i32,
  y: usize, place: usize,
): void {
  let at = i32x4.splat(-1);
  let best = f32x4.splat(-f32.POSITIVE_INFINITY);
  for (let r = row; r < bottom; r += down) {
    for (let c = column; c < right; c += across) {
      const here = r * width + c;
      const value = v128.load32_splat(image + (<usize>here << 2));
      const isNew = v128.or(i32x4.lt_s(at, i32x4.splat(0)), wins(value, best));
      best = v128.bitselect(value, best, isNew);
      at = v128.bitselect(i32x4.splat(here), at, isNew);
    }
  }
  v128.store_lane<u32>(y, best, 0);
  v128.store_lane<u32>(place, at, 0);
}

/** The same for a window of neighbouring columns, four and more: each lane has the first maximum of its own. */
function wideMax(
  image: usize, width: i32, row: i32, bottom: i32, down: i32, column: i32, right: i32, y: usize, place: usize,
): void {
  const lanes = i32x4(0, 1, 2, 3);
  let best = v128.load(image + (<usize>(row * width + column) << 2));
  let at = i32x4.add(lanes, i32x4.splat(row * width + column));
  for (let r = row; r < bottom; r += down) {
    for (let next = column; next < right; next += 4) {
      // The last four of a row begin earlier: what a lane sees again does not win.
      const here = r * width + min(next, right - 4);
      const value = v128.load(image + (<usize>here << 2));
      const isNew = wins(value, best);
      best = v128.bitselect(value, best, isNew);
      at = v128.bitselect(i32x4.add(lanes, i32x4.splat(here)), at, isNew);
    }
  }
  // Of lanes that are equal, or all NaN, the one with the earliest place.
  for (let turn = 0; turn < 2; turn++) {
    const other = turn == 0 ? v128.shuffle<f32>(best, best, 2, 3, 0, 1) : v128.shuffle<f32>(best, best, 1, 0, 3, 2);
    const there = turn == 0 ? v128.shuffle<i32>(at, at, 2, 3, 0, 1) : v128.shuffle<i32>(at, at, 1, 0, 3, 2);
    const isTie = v128.andnot(i32x4.lt_s(there, at), wins(best, other));
    const isNew = v128.or(wins(other, best), isTie);
    best = v128.bitselect(other, best, isNew);
    at = v128.bitselect(there, at, isNew);
  }
  v128.store_lane<u32>(y, best, 0);
  v128.store_lane<u32>(place, at, 0);
}
