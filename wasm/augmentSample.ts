// Where each pixel of a distorted image lies in the source, and what is there: `distort` of engine/data/augment/distort.ts.
import { originX, originY, xx, xy, yx, yy } from './augmentDraw';
import { across, SPLINE, weightAt } from './augmentElastic';
import { storeFirst } from './simd';

/** Bytes of what the loop below takes from memory: V8 makes constants of the code anew in each turn, a third of all its instructions. */
export const CONSTANTS: usize = 160;

/** x and y of two pixels in turn. */
// @ts-ignore: decorator
@inline
function bothTwice(x: i32, y: i32): v128 {
  const two = i32x4.replace_lane(i32x4.splat(x), 1, y);
  return i32x4.replace_lane(two, 3, y);
}

/** Lays out what is the same for all images. `corner` is the pixel to the left and above the first, of rows of `stride` bytes. */
export function layConstants(to: usize, corner: usize, stride: i32, size: i32): void {
  v128.store(to, i32x4.splat(255));
  v128.store(to, i32x4.splat(65535), 16);
  v128.store(to, i32x4.splat(256), 32);
  // 128 too little in each byte, and a half.
  v128.store(to, i32x4.splat((128 << 16) + 32768), 48);
  v128.store(to, i16x8.splat(<i16>(size + 1)), 64);
  v128.store(to, i32x4.splat((stride << 16) + 2), 80);
  v128.store(to, i32x4.splat(<i32>corner), 96);
}

/** Of places their fractions f in 256ths, as weights of 16 bits: 256 − f and f. */
// @ts-ignore: decorator
@inline
function weightsOf(places: v128, low: v128, both: v128, whole: v128): v128 {
  return i32x4.add(i32x4.mul(v128.and(i32x4.shr_u(places, 8), low), both), whole);
}

/**
 * Writes a channel of the distorted image as levels.
 *
 * @param constants what layConstants made of a frame that changeStroke fills: pixels less 128, each with the one below
 * @param elastic what interpolateRows made
 */
export function sample<T>(
  constants: usize, size: i32, elastic: usize, line: usize, splines: usize, levels: usize, x: usize,
): void {
  // Places count from the corner. Those further out than it become large numbers without sign, then the black behind the image.
  const corner = bothTwice(originX + 65536 + 128, originY + 65536 + 128);
  const alongRow = bothTwice(xx, yx);
  const odd = i32x4.add(i32x4.splat(1 - size), i32x4(0, 0, 2, 2));
  v128.store(constants, i32x4.add(corner, i32x4.mul(alongRow, odd)), 112);
  v128.store(constants, i32x4.shl(alongRow, 2), 128);
  v128.store(constants, i32x4.shl(bothTwice(xy, yy), 1), 144);
  const low = v128.load(constants);
  const both = v128.load(constants, 16);
  const all = v128.load(constants, 32);
  const bias = v128.load(constants, 48);
  const most = v128.load(constants, 64);
  const units = v128.load(constants, 80);
  const first = v128.load(constants, 96);
  const step = v128.load(constants, 128);
  let start = i32x4.sub(v128.load(constants, 112), i32x4.mul(bothTwice(xy, yy), i32x4.splat(size - 1)));
  for (let row = 0; row < size; row++, splines += SPLINE) {
    const w0 = weightAt<T>(splines, 0);
    const w1 = weightAt<T>(splines, 1);
    const w2 = weightAt<T>(splines, 2);
    const w3 = weightAt<T>(splines, 3);
    let from = elastic + <usize>load<i32>(splines, 8) * line;
    let place = start;
    start = i32x4.add(start, v128.load(constants, 144));
    for (let column = 0; column < size; column += 4, from += 32, x += 16) {
      const two = i32x4.add(place, across<T>(from, line, w0, w1, w2, w3));
      place = i32x4.add(place, step);
      const next = i32x4.add(place, across<T>(from + 16, line, w0, w1, w2, w3));
      place = i32x4.add(place, step);

      const whole = i16x8.narrow_i32x4_s(i32x4.shr_s(two, 16), i32x4.shr_s(next, 16));
      const at = i32x4.add(i32x4.dot_i16x8_s(i16x8.min_u(whole, most), units), first);
      const at01 = i64x2.extract_lane(at, 0);
      const at23 = i64x2.extract_lane(at, 1);
      let bytes = v128.load32_zero(<usize>at01);
      bytes = v128.load_lane<u32>(<usize>(<u64>at01 >>> 32), bytes, 1);
      bytes = v128.load_lane<u32>(<usize>at23, bytes, 2);
      bytes = v128.load_lane<u32>(<usize>(<u64>at23 >>> 32), bytes, 3);

      // Between the upper and the lower pixel, left and right; less 2¹⁵ they fit in 16 bits. Then between these.
      const ofTwo = weightsOf(two, low, both, all);
      const ofNext = weightsOf(next, low, both, all);
      const sidesTwo = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(bytes), v128.shuffle<u32>(ofTwo, ofTwo, 1, 1, 3, 3));
      const sidesNext = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(bytes), v128.shuffle<u32>(ofNext, ofNext, 1, 1, 3, 3));
      const sides = i16x8.narrow_i32x4_s(sidesTwo, sidesNext);
      const sum = i32x4.dot_i16x8_s(sides, v128.shuffle<u32>(ofTwo, ofNext, 0, 2, 4, 6));
      const value = i32x4.shr_u(i32x4.add(sum, bias), 16);

      const level01 = i64x2.extract_lane(value, 0);
      const level23 = i64x2.extract_lane(value, 1);
      let four = v128.load32_zero(levels + (<usize>level01 << 2));
      four = v128.load_lane<u32>(levels + (<usize>(<u64>level01 >>> 32) << 2), four, 1);
      four = v128.load_lane<u32>(levels + (<usize>level23 << 2), four, 2);
      four = v128.load_lane<u32>(levels + (<usize>(<u64>level23 >>> 32) << 2), four, 3);
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
