// A batch of distorted images: engine/data/augment/distort.ts, where the steps are explained, to the bit.
import { arg } from './args';
import {
  bottom, left, makeDistortion, originX, originY, POINT_BYTES, POINTS, right, stroke, top, WORD_BYTES, xx, xy, yx, yy,
} from './augmentDraw';
import { changeStroke } from './augmentStroke';
import { LEVELS } from './levels';
import { drawBlocks, KEYS, layKeys } from './philox';
import { storeFirst } from './simd';

/** Cells of the elastic grid along a side. */
const CELLS = 4;

/** Bytes of a spline: its weights, each twice, and its cell. */
const SPLINE: usize = 48;

/** Lays out the spline of each row or column. */
function laySplines(to: usize, size: i32): void {
  for (let at = 0; at < size; at++, to += SPLINE) {
    const along = CELLS * (2 * at + 1);
    const f = (256 * (along % (2 * size)) + size) / (2 * size);
    const g = 256 - f;
    const first = (g * g * g + 49152) / 98304;
    const second = ((3 * f - 1536) * f * f + 67108864 + 49152) / 98304;
    const fourth = (f * f * f + 49152) / 98304;
    const third = 1024 - first - second - fourth;
    v128.store(to, v128.shuffle<u32>(i32x4.splat(first), i32x4.splat(second), 0, 0, 4, 4));
    v128.store(to, v128.shuffle<u32>(i32x4.splat(third), i32x4.splat(fourth), 0, 0, 4, 4), 16);
    store<i32>(to, along / (2 * size), 32);
  }
}

/** For each row of control points the spline along it at each column: a plane of displacements along x, one along y. */
function interpolateRows(points: usize, splines: usize, size: i32, to: usize, line: usize): void {
  const plane = <usize>POINTS * line;
  for (let column = 0; column < size; column++, splines += SPLINE, to += 4) {
    const low = v128.load(splines);
    const high = v128.load(splines, 16);
    let from = points + (<usize>load<i32>(splines, 32) << 3);
    for (let row: usize = 0; row < plane; row += line, from += POINTS * 8) {
      // x and y of two points side by side.
      const two = i32x4.add(i32x4.mul(v128.load(from), low), i32x4.mul(v128.load(from, 16), high));
      const sum = i32x4.shr_s(i32x4.add(two, v128.shuffle<u32>(two, two, 2, 3, 0, 1)), 6);
      v128.store_lane<u32>(to + row, sum, 0);
      v128.store_lane<u32>(to + row + plane, sum, 1);
    }
  }
}

/** Σ weight · displacement of the four rows of points around a row of pixels, for four pixels, Q16. */
// @ts-ignore: decorator
@inline
function across(from: usize, line: usize, w0: v128, w1: v128, w2: v128, w3: v128): v128 {
  const upper = i32x4.add(i32x4.mul(v128.load(from), w0), i32x4.mul(v128.load(from + line), w1));
  const lower = i32x4.add(i32x4.mul(v128.load(from + 2 * line), w2), i32x4.mul(v128.load(from + 3 * line), w3));
  return i32x4.shr_s(i32x4.add(upper, lower), 6);
}

/** Q16 to Q8, no further out than the frame reaches. */
// @ts-ignore: decorator
@inline
function clamped(position: v128, most: v128): v128 {
  const rounded = i32x4.shr_s(i32x4.add(position, i32x4.splat(128)), 8);
  return i32x4.max_s(i32x4.min_s(rounded, most), i32x4.splat(-256));
}

/** a + (b − a)·f in 256ths, for the two bytes a and b of each lane. */
// @ts-ignore: decorator
@inline
function between(pair: v128, f: v128): v128 {
  const a = v128.and(pair, i32x4.splat(255));
  const b = i32x4.shr_u(pair, 8);
  return i32x4.add(i32x4.shl(a, 8), i32x4.mul(i32x4.sub(b, a), f));
}

/**
 * Writes a channel of the distorted image as levels.
 *
 * @param source its first pixel in its frame of zeros: one to the left and above, two to the right and
 *   below
 * @param elastic what interpolateRows made
 */
function sample(
  source: usize, stride: i32, size: i32, elastic: usize, line: usize, splines: usize, levels: usize, x: usize,
): void {
  const most = i32x4.splat(size << 8);
  const rowBytes = i32x4.splat(stride);
  const byte = i32x4.splat(255);
  const half = i32x4.splat(32768);
  const stepX = i32x4.splat(xx);
  const stepY = i32x4.splat(yx);
  const plane = <usize>POINTS * line;
  for (let row = 0; row < size; row++, splines += SPLINE) {
    const v = 2 * row - (size - 1);
    const startX = i32x4.splat(xy * v + originX);
    const startY = i32x4.splat(yy * v + originY);
    const w0 = v128.load32_splat(splines);
    const w1 = v128.load32_splat(splines, 8);
    const w2 = v128.load32_splat(splines, 16);
    const w3 = v128.load32_splat(splines, 24);
    let from = elastic + <usize>load<i32>(splines, 32) * line;
    let u = i32x4.add(i32x4.splat(1 - size), i32x4(0, 2, 4, 6));
    for (let column = 0; column < size; column += 4, from += 16, x += 16) {
      const exactX = i32x4.add(i32x4.add(i32x4.mul(u, stepX), startX), across(from, line, w0, w1, w2, w3));
      const exactY = i32x4.add(i32x4.add(i32x4.mul(u, stepY), startY), across(from + plane, line, w0, w1, w2, w3));
      u = i32x4.add(u, i32x4.splat(8));
      const placeX = clamped(exactX, most);
      const placeY = clamped(exactY, most);
      const at = i32x4.add(i32x4.mul(i32x4.shr_s(placeY, 8), rowBytes), i32x4.shr_s(placeX, 8));
      const at0 = source + <usize>i32x4.extract_lane(at, 0);
      const at1 = source + <usize>i32x4.extract_lane(at, 1);
      const at2 = source + <usize>i32x4.extract_lane(at, 2);
      const at3 = source + <usize>i32x4.extract_lane(at, 3);
      let upper = v128.load_lane<u16>(at0, i32x4.splat(0), 0);
      let lower = v128.load_lane<u16>(at0 + stride, i32x4.splat(0), 0);
      upper = v128.load_lane<u16>(at1, upper, 2);
      lower = v128.load_lane<u16>(at1 + stride, lower, 2);
      upper = v128.load_lane<u16>(at2, upper, 4);
      lower = v128.load_lane<u16>(at2 + stride, lower, 4);
      upper = v128.load_lane<u16>(at3, upper, 6);
      lower = v128.load_lane<u16>(at3 + stride, lower, 6);
      const fx = v128.and(placeX, byte);
      const above = between(upper, fx);
      const below = between(lower, fx);
      const change = i32x4.mul(i32x4.sub(below, above), v128.and(placeY, byte));
      const value = i32x4.shr_u(i32x4.add(i32x4.add(i32x4.shl(above, 8), change), half), 14);
      // The byte times four: what is below is cut off.
      const level = v128.and(value, i32x4.splat(1020));
      let four = v128.load32_zero(levels + <usize>i32x4.extract_lane(level, 0));
      four = v128.load_lane<u32>(levels + <usize>i32x4.extract_lane(level, 1), four, 1);
      four = v128.load_lane<u32>(levels + <usize>i32x4.extract_lane(level, 2), four, 2);
      four = v128.load_lane<u32>(levels + <usize>i32x4.extract_lane(level, 3), four, 3);
      const rest = size - column;
      if (rest >= 4) {
        v128.store(x, four);
      } else {
        storeFirst(x, four, rest);
        x -= <usize>(4 - rest) << 2;
      }
    }
  }
}

/** Puts the level of black into the erased rectangle. */
function eraseBox(x: usize, size: i32, black: f32): void {
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) {
      store<f32>(x + (<usize>(row * size + column) << 2), black);
    }
  }
}

/**
 * x[i, k, r, c] = levels[256·k + byte (k, r, c) of image j as it is distorted], label[i] = labels[j] with
 * j = order[(cursor₀ + i) mod its length]; zeros where j is no image. Arguments: images, labels, order, cursor, levels,
 * state, x, label, batch, images of one part, side of an image, channels, words of an image, images in all, length of the
 * order, stream, and the eight amounts of engine/data/augmentBatch.ts.
 */
export function augmentBatch(args: usize, part: i32, own: usize): void {
  const state = <usize>arg(args, 5);
  const batch = arg(args, 8);
  const piece = arg(args, 9);
  const size = arg(args, 10);
  const channels = arg(args, 11);
  const words = arg(args, 12);
  const count = arg(args, 13);
  const length = <i64>arg(args, 14);
  const stream = arg(args, 15);
  const limits = args + 16 * 4;
  const cursor = <i64>load<i32>(<usize>arg(args, 3));
  const plane = size * size;
  const pixels = channels * plane;

  // The thread's own memory; engine/devices/wasm/kernels/batches.ts counts the same.
  const line = <usize>((size + 3) & ~3) << 2;
  const stride = <usize>((size + 18) & ~15);
  const frame = stride * <usize>(size + 3) + 16;
  const drawn = own + KEYS;
  const points = drawn + WORD_BYTES;
  const splines = points + POINT_BYTES;
  const elastic = splines + SPLINE * <usize>size;
  const plain = elastic + 2 * <usize>POINTS * line;
  const changed = plain + frame;
  layKeys(own, load<i32>(state), load<i32>(state, 4));
  laySplines(splines, size);
  memory.fill(plain, 0, 2 * frame);
  const first = plain + stride + 1;

  const end = min(batch, (part + 1) * piece);
  for (let i = part * piece; i < end; i++) {
    // A cursor below 0 names no place of the order.
    const place = <i32>((cursor + i) % length);
    const j = place < 0 ? -1 : load<i32>(<usize>arg(args, 2) + (<usize>place << 2));
    const isInside = j >= 0 && j < count;
    const label = isInside ? load<i32>(<usize>arg(args, 1) + (<usize>j << 2)) : 0;
    store<i32>(<usize>arg(args, 7) + (<usize>i << 2), label);
    let x = <usize>arg(args, 6) + (<usize>(i * pixels) << 2);
    if (!isInside) {
      memory.fill(x, 0, <usize>pixels << 2);
      continue;
    }
    for (let block = 0; block < 16; block += 4) {
      drawBlocks(drawn + (<usize>block << 4), own, block, stream, load<i32>(state, 8), place);
    }
    makeDistortion(drawn, points, size, limits);
    interpolateRows(points, splines, size, elastic, line);
    let from = <usize>arg(args, 0) + (<usize>(j * words) << 2);
    let levels = <usize>arg(args, 4);
    for (let channel = 0; channel < channels; channel++, levels += LEVELS, x += <usize>plane << 2) {
      for (let row = 0, to = first; row < size; row++, to += stride, from += size) memory.copy(to, from, size);
      let source = first;
      if (stroke != 0) {
        source = changed + stride + 1;
        changeStroke(first, source, size, stride, stroke);
      }
      sample(source, <i32>stride, size, elastic, line, splines, levels, x);
      eraseBox(x, size, load<f32>(levels));
    }
  }
}
