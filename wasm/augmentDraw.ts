// What is drawn to augment an image: engine/data/augment/draw.ts, where the formats and steps are explained, to the bit.

/** Random words of an image, and the first of those for control points. */
const WORDS = 64;
const FIRST_POINT = 12;
export const POINTS = 7;

/** Bytes of the words that are drawn. */
export const WORD_BYTES: usize = WORDS * 4;
/** Bytes of control points: x and y of each, row by row, and of those that the idle words make. */
export const POINT_BYTES: usize = (WORDS - FIRST_POINT) * 8;

// ---- of the image at hand; each thread has globals of its own --------------------------------------------
export let xx = 0;
export let xy = 0;
export let yx = 0;
export let yy = 0;
export let originX = 0;
export let originY = 0;
export let stroke = 0;
export let left = 0;
export let top = 0;
export let right = 0;
export let bottom = 0;

/** A random number of 12 bits: the upper ones of word i. */
// @ts-ignore: decorator
@inline
function upper(words: usize, i: i32): i32 {
  return load<u32>(words + (<usize>i << 2)) >>> 20;
}

// @ts-ignore: decorator
@inline
function spread(bits: i32, limit: i32): i32 {
  return ((2 * bits - 4095) * limit + 2048) >> 12;
}

function shrink(t: i32): i32 {
  return t >= 0 ? (1 << 30) / (32768 + t) : 32768 - t;
}

function sine(theta: i32): i32 {
  const square = (theta * theta) >> 15;
  const inner = 32768 - square / 42;
  const middle = 32768 - ((square * inner) >> 15) / 20;
  const outer = 32768 - ((square * middle) >> 15) / 6;
  return (theta * outer) >> 15;
}

function cosine(theta: i32): i32 {
  const square = (theta * theta) >> 15;
  const inner = 32768 - square / 30;
  const outer = 32768 - ((square * inner) >> 15) / 12;
  return 32768 - (((square * outer) >> 15) >> 1);
}

/**
 * Makes the geometry of an image out of its words, and its control points at `points`.
 *
 * @param limits addresses the amounts: rotation, shear, scale, shift, elastic, stroke, erase, eraseSide
 */
export function makeDistortion(words: usize, points: usize, size: i32, limits: usize): void {
  const theta = spread(upper(words, 0), load<i32>(limits));
  const shear = spread(upper(words, 1), load<i32>(limits, 4));
  const shrinkX = shrink(spread(upper(words, 2), load<i32>(limits, 8)));
  const shrinkY = shrink(spread(upper(words, 3), load<i32>(limits, 8)));
  const shiftX = spread(upper(words, 4), load<i32>(limits, 12));
  const shiftY = spread(upper(words, 5), load<i32>(limits, 12));
  const sin = sine(theta);
  const cos = cosine(theta);
  xx = ((cos + ((shear * sin) >> 15)) * shrinkX) >> 15;
  xy = ((sin - ((shear * cos) >> 15)) * shrinkX) >> 15;
  yx = (-sin * shrinkY) >> 15;
  yy = (cos * shrinkY) >> 15;
  const centre = (size - 1) << 15;
  originX = centre - (((xx >> 3) * shiftX + (xy >> 3) * shiftY) >> 2);
  originY = centre - (((yx >> 3) * shiftX + (yy >> 3) * shiftY) >> 2);

  // `spread`, four at a time.
  const elastic = load<i32>(limits, 16);
  const twice = i32x4.splat(2 * elastic);
  const least = i32x4.splat(2048 - 4095 * elastic);
  for (let i = FIRST_POINT; i < WORDS; i += 4, points += 32) {
    const four = v128.load(words + (<usize>i << 2));
    const xs = i32x4.shr_s(i32x4.add(i32x4.mul(i32x4.shr_u(four, 20), twice), least), 12);
    const ys = i32x4.shr_s(i32x4.add(i32x4.mul(i32x4.shr_u(i32x4.shl(four, 12), 20), twice), least), 12);
    v128.store(points, v128.shuffle<u32>(xs, ys, 0, 4, 1, 5));
    v128.store(points, v128.shuffle<u32>(xs, ys, 2, 6, 3, 7), 16);
  }

  stroke = spread(upper(words, 6), load<i32>(limits, 20));
  const eraseSide = load<i32>(limits, 28);
  const isErased = upper(words, 7) < load<i32>(limits, 24) && eraseSide > 0;
  const width = isErased ? 1 + ((upper(words, 8) * eraseSide) >> 12) : 0;
  const height = isErased ? 1 + ((upper(words, 9) * eraseSide) >> 12) : 0;
  left = (upper(words, 10) * (size - width + 1)) >> 12;
  top = (upper(words, 11) * (size - height + 1)) >> 12;
  right = left + width;
  bottom = top + height;
}
