// The maximum of any window and its place: eight windows at a time, or four, where their columns lie inside the image, and a window of many
// columns four of these at a time. Arguments as in maxPool.ts.
import { arg } from './args';
import { maxPool3x3 } from './maxPool3x3';
import { endWhole, firstInside, firstWhole, ofFourWindows } from './poolWindows';
import { wins } from './simd';
import { is3x3 } from './windows3x3';

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
  const is3 = outWidth >= 4 && is3x3(args, 5, 15, 13);

  const first = part * piece;
  const last = min(planes, first + piece);
  let to = <usize>(first * outHeight * outWidth) << 2;
  const y = <usize>arg(args, 1);
  const place = <usize>arg(args, 2);
  for (let plane = first; plane < last; plane++) {
    const image = <usize>arg(args, 0) + (<usize>(plane * height * width) << 2);
    if (is3 && maxPool3x3(args, image, y + to, place + to, own)) {
      to += <usize>(outHeight * outWidth) << 2;
      continue;
    }
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
      // The last eight, or four, begin earlier, and so some are made again, where they would reach past the end.
      const step = end - begin >= 8 ? 8 : 4;
      const corner = image - (<usize>paddingLeft << 2);
      for (let next = begin; next < end; next += step) {
        const j = min(next, end - step);
        const from = corner + (<usize>(j * strideRight) << 2);
        const at = to + (<usize>j << 2);
        const column = j * strideRight - paddingLeft;
        if (strideRight == 1) {
          eightMax(from, width, row, bottom, dilationDown, reach, dilationRight, 1, 1, step, column, y + at, place + at);
        } else if (strideRight == 2) {
          eightMax(from, width, row, bottom, dilationDown, reach, dilationRight, 2, 2, step, column, y + at, place + at);
        } else {
          eightMax(
            from, width, row, bottom, dilationDown, reach, dilationRight, 0, strideRight, step, column, y + at, place + at,
          );
        }
      }
    }
  }
}

/** Two vectors of windows, whose chains of comparisons do not wait for each other; of four windows both are the same. */
// @ts-ignore: decorator
@inline
function eightMax(
  from: usize, width: i32, row: i32, bottom: i32, down: i32, reach: i32, across: i32, known: i32, stride: i32,
  windows: i32, column: i32, y: usize, place: usize,
): void {
  const second = <usize>((windows - 4) * stride) << 2;
  let best0 = f32x4.splat(-f32.POSITIVE_INFINITY);
  let best1 = best0;
  if (row < bottom) {
    best0 = ofFourWindows(from + (<usize>(row * width) << 2), known, stride);
    best1 = ofFourWindows(from + (<usize>(row * width) << 2) + second, known, stride);
  }
  // Places are counted from those of the windows' corners.
  let at0 = i32x4.splat(row * width);
  let at1 = at0;
  for (let r = row; r < bottom; r += down) {
    const line = r * width;
    for (let here = line; here <= line + reach; here += across) {
      const at = from + (<usize>here << 2);
      const place = i32x4.splat(here);
      const value0 = ofFourWindows(at, known, stride);
      const value1 = ofFourWindows(at + second, known, stride);
      const isNew0 = wins(value0, best0);
      const isNew1 = wins(value1, best1);
      best0 = v128.bitselect(value0, best0, isNew0);
      at0 = v128.bitselect(place, at0, isNew0);
      best1 = v128.bitselect(value1, best1, isNew1);
      at1 = v128.bitselect(place, at1, isNew1);
    }
  }
  const corners = i32x4.add(i32x4.splat(column), i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(stride)));
  at0 = i32x4.add(at0, corners);
  at1 = i32x4.add(at1, i32x4.add(corners, i32x4.splat((windows - 4) * stride)));
  if (row >= bottom) {
    at0 = i32x4.splat(-1);
    at1 = at0;
  }
  const after = <usize>(windows - 4) << 2;
  v128.store(y, best0);
  v128.store(y + after, best1);
  v128.store(place, at0);
  v128.store(place + after, at1);
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
