// Thicker and thinner strokes, sixteen pixels at a time: changeStroke of engine/data/augment/distort.ts to the bit.

/** (difference · amount + 128) / 256 for sixteen bytes and an amount of up to 256. */
// @ts-ignore: decorator
@inline
function share(difference: v128, amount: v128): v128 {
  const half = i16x8.splat(128);
  const low = i16x8.add(i16x8.mul(i16x8.extend_low_i8x16_u(difference), amount), half);
  const high = i16x8.add(i16x8.mul(i16x8.extend_high_i8x16_u(difference), amount), half);
  return i8x16.narrow_i16x8_u(i16x8.shr_u(low, 8), i16x8.shr_u(high, 8));
}

/**
 * Mixes each pixel with the brightest or the darkest of itself and its four neighbours.
 *
 * @param from the first pixel of an image in a frame of zeros, with rows of `stride` bytes, a multiple of 16
 * @param to the same place in another frame of zeros
 * @param amount from −256 to 256
 */
export function changeStroke(from: usize, to: usize, size: i32, stride: usize, amount: i32): void {
  const mix = i16x8.splat(<i16>abs(amount));
  for (let row = 0; row < size; row++, from += stride, to += stride) {
    for (let at: usize = 0; at < <usize>size; at += 16) {
      const value = v128.load(from + at);
      const left = v128.load(from + at - 1);
      const right = v128.load(from + at + 1);
      const above = v128.load(from + at - stride);
      const below = v128.load(from + at + stride);
      let mixed: v128;
      if (amount > 0) {
        const brightest = i8x16.max_u(value, i8x16.max_u(i8x16.max_u(left, right), i8x16.max_u(above, below)));
        mixed = i8x16.add(value, share(i8x16.sub(brightest, value), mix));
      } else {
        const darkest = i8x16.min_u(value, i8x16.min_u(i8x16.min_u(left, right), i8x16.min_u(above, below)));
        mixed = i8x16.sub(value, share(i8x16.sub(value, darkest), mix));
      }
      v128.store(to + at, mixed);
    }
    // What the last vector wrote behind the row belongs to the frame.
    memory.fill(to + <usize>size, 0, stride - <usize>size);
  }
}
