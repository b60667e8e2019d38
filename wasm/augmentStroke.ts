// Thicker and thinner strokes, sixteen pixels at a time: changeStroke of engine/data/augment/distort.ts to the bit.

/** Bytes of a row of a frame: whole vectors, and black between one row and the next. */
// @ts-ignore: decorator
@inline
export function frameStride(size: i32): usize {
  return (<usize>(size + 15) & ~15) + 16;
}

/** Where the first pixel lies in a frame, with a row of black above. */
// @ts-ignore: decorator
@inline
export function firstOf(frame: usize, stride: usize): usize {
  return frame + stride + 16;
}

/** (difference · amount + 128) / 256 for sixteen bytes and an amount of up to 256. */
// @ts-ignore: decorator
@inline
function share(difference: v128, amount: v128): v128 {
  const half = i16x8.splat(128);
  const low = i16x8.add(i16x8.mul(i16x8.extend_low_i8x16_u(difference), amount), half);
  const high = i16x8.add(i16x8.mul(i16x8.extend_high_i8x16_u(difference), amount), half);
  return i8x16.narrow_i16x8_u(i16x8.shr_u(low, 8), i16x8.shr_u(high, 8));
}

/** Stores each of sixteen pixels beside the one below it. */
// @ts-ignore: decorator
@inline
function storePairs(to: usize, upper: v128, lower: v128): void {
  v128.store(to, v128.shuffle<u8>(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23));
  v128.store(to, v128.shuffle<u8>(upper, lower, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31), 16);
}

/** Puts an image into a frame of zeros; a call to copy memory takes as long as a row of MNIST. */
export function frameImage(from: usize, to: usize, size: i32, stride: usize): void {
  const last = <usize>size - 16;
  for (let row = 0; row < size; row++, from += size, to += stride) {
    if (size < 16) {
      memory.copy(to, from, size);
      continue;
    }
    for (let at: usize = 0; at < last; at += 16) v128.store(to + at, v128.load(from + at));
    v128.store(to + last, v128.load(from + last));
  }
}

/**
 * Mixes each pixel with the brightest or the darkest of itself and its four neighbours, and lays it out for `sample`: less
 * 128, with the one below beside it.
 *
 * @param from the first pixel of an image in a frame of zeros
 * @param to the place of that pixel and the one below in a frame of rows twice as long
 * @param amount from −256 to 256
 */
export function changeStroke(from: usize, to: usize, size: i32, stride: usize, amount: i32): void {
  const mix = i16x8.splat(<i16>abs(amount));
  // The darkest is the brightest of a negative.
  const flip = i8x16.splat(amount < 0 ? -1 : 0);
  const black = i8x16.splat(-128);
  for (let at = 0; at < size; at += 16) {
    const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const inside = i8x16.gt_s(i8x16.splat(<i8>min(size - at, 16)), lanes);
    let place = from + at;
    let pair = to + 2 * (<usize>at - stride);
    let above = flip;
    let value = v128.xor(v128.load(place), flip);
    let upper = black;
    for (let row = 0; row < size; row++, place += stride, pair += 2 * stride) {
      const below = v128.xor(v128.load(place + stride), flip);
      const beside = i8x16.max_u(v128.xor(v128.load(place - 1), flip), v128.xor(v128.load(place + 1), flip));
      const brightest = i8x16.max_u(value, i8x16.max_u(beside, i8x16.max_u(above, below)));
      const mixed = i8x16.add(value, share(i8x16.sub(brightest, value), mix));
      const lower = v128.xor(v128.and(v128.xor(mixed, flip), inside), black);
      storePairs(pair, upper, lower);
      upper = lower;
      above = value;
      value = below;
    }
    storePairs(pair, upper, black);
  }
}
