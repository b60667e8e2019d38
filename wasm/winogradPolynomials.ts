// Polynomials of Winograd's transforms (winogradLines.ts): from their coefficients to points, and points to coefficients.
import { add, plus, scale, signed, sub, times } from './winogradLines';
import { loadWhere, madd, storeWhere } from './simd';

/** V_count, or with `scaled` D·V_count: the value at a point from 3 to 6 coefficients. `four` is 4. */
// @ts-ignore: decorator
@inline
function valueAt(
  count: i32, size: i32, scaled: bool, point: i32, c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128, four: v128,
): v128 {
  if (point == 0) return scaled ? times(scale(size, 0), c0) : c0;
  if (point == size - 1) return count == 3 ? c2 : count == 4 ? c3 : count == 5 ? c4 : c5;
  let even = c0;
  let odd = c1;
  if (point < 3) {
    even = add(even, c2);
    if (count > 3) odd = add(odd, c3);
    if (count > 4) even = add(even, c4);
    if (count > 5) odd = add(odd, c5);
  } else if (point < 5) {
    even = madd(four, c2, even);
    if (count > 3) odd = madd(four, c3, odd);
    if (count > 4) even = plus(16, c4, even);
    if (count > 5) odd = plus(16, c5, odd);
    odd = add(odd, odd);
  } else {
    even = plus(1.0 / 4.0, c2, even);
    if (count > 3) odd = plus(1.0 / 4.0, c3, odd);
    if (count > 4) even = plus(1.0 / 16.0, c4, even);
    if (count > 5) odd = plus(1.0 / 16.0, c5, odd);
    odd = times(0.5, odd);
  }
  if (!scaled) return signed(point, even, odd);
  const factor = scale(size, (point + 1) >> 1);
  return signed(point, times(factor, even), times(factor, odd));
}

/** From coefficients, `step` bytes apart, to points, which lie s1 to s7 bytes after the first; with `wide` of both halves of a pixel. */
// @ts-ignore: decorator
@inline
export function evaluateLine(
  wide: bool, count: i32, size: i32, scaled: bool, from: usize, step: usize, to: usize,
  s1: usize, s2: usize, s3: usize, s4: usize, s5: usize, s6: usize, s7: usize, four: v128,
): void {
  const a0 = v128.load(from);
  const b0 = loadWhere(wide, from, 16);
  const a1 = v128.load(from + step);
  const b1 = loadWhere(wide, from + step, 16);
  const a2 = v128.load(from + 2 * step);
  const b2 = loadWhere(wide, from + 2 * step, 16);
  const a3 = loadWhere(count > 3, from + 3 * step, 0);
  const b3 = loadWhere(wide && count > 3, from + 3 * step, 16);
  const a4 = loadWhere(count > 4, from + 4 * step, 0);
  const b4 = loadWhere(wide && count > 4, from + 4 * step, 16);
  const a5 = loadWhere(count > 5, from + 5 * step, 0);
  const b5 = loadWhere(wide && count > 5, from + 5 * step, 16);
  v128.store(to, valueAt(count, size, scaled, 0, a0, a1, a2, a3, a4, a5, four));
  storeWhere(wide, to, valueAt(count, size, scaled, 0, b0, b1, b2, b3, b4, b5, four), 16);
  v128.store(to + s1, valueAt(count, size, scaled, 1, a0, a1, a2, a3, a4, a5, four));
  storeWhere(wide, to + s1, valueAt(count, size, scaled, 1, b0, b1, b2, b3, b4, b5, four), 16);
  v128.store(to + s2, valueAt(count, size, scaled, 2, a0, a1, a2, a3, a4, a5, four));
  storeWhere(wide, to + s2, valueAt(count, size, scaled, 2, b0, b1, b2, b3, b4, b5, four), 16);
  v128.store(to + s3, valueAt(count, size, scaled, 3, a0, a1, a2, a3, a4, a5, four));
  storeWhere(wide, to + s3, valueAt(count, size, scaled, 3, b0, b1, b2, b3, b4, b5, four), 16);
  v128.store(to + s4, valueAt(count, size, scaled, 4, a0, a1, a2, a3, a4, a5, four));
  storeWhere(wide, to + s4, valueAt(count, size, scaled, 4, b0, b1, b2, b3, b4, b5, four), 16);
  v128.store(to + s5, valueAt(count, size, scaled, 5, a0, a1, a2, a3, a4, a5, four));
  storeWhere(wide, to + s5, valueAt(count, size, scaled, 5, b0, b1, b2, b3, b4, b5, four), 16);
  if (size == 8) {
    v128.store(to + s6, valueAt(count, size, scaled, 6, a0, a1, a2, a3, a4, a5, four));
    storeWhere(wide, to + s6, valueAt(count, size, scaled, 6, b0, b1, b2, b3, b4, b5, four), 16);
    v128.store(to + s7, valueAt(count, size, scaled, 7, a0, a1, a2, a3, a4, a5, four));
    storeWhere(wide, to + s7, valueAt(count, size, scaled, 7, b0, b1, b2, b3, b4, b5, four), 16);
  }
}

/** V_countᵀ, or with `scaled` (D·V_count)ᵀ: a coefficient, of 3 to 6, from the values at all points. */
// @ts-ignore: decorator
@inline
function coefficient(
  count: i32, size: i32, scaled: bool, j: i32,
  m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128, m6: v128, m7: v128, four: v128,
): v128 {
  const first = size == 6 ? m5 : m7;
  let one = j & 1 ? sub(m1, m2) : add(m1, m2);
  let two = j & 1 ? sub(m3, m4) : add(m3, m4);
  let half = j & 1 ? sub(m5, m6) : add(m5, m6);
  if (scaled) {
    one = times(scale(size, 1), one);
    two = times(scale(size, 2), two);
    half = times(scale(size, 3), half);
  }
  if (j == 0) {
    const sum = add(scaled ? times(scale(size, 0), m0) : m0, add(one, two));
    return size == 8 ? add(sum, half) : sum;
  }
  // The last coefficient is the one that ∞ adds to.
  if (j == count - 1) one = add(one, first);
  let sum = one;
  if (j == 1) sum = add(one, add(two, two));
  else if (j == 2) sum = madd(four, two, one);
  else if (j == 3) sum = madd(four, add(two, two), one);
  else sum = plus(<f32>(1 << j), two, one);
  return size == 8 ? plus(<f32>1 / <f32>(1 << j), half, sum) : sum;
}

/**
 * From points, which lie s1 to s7 bytes after the first, to coefficients. With `last` biases are added, a pair of them, and what is below `floor` raised to it:
 * `pmax(a, floor)` is a where a is NaN, as relu has it, and one instruction where `max` is five.
 */
// @ts-ignore: decorator
@inline
export function collectLine(
  wide: bool, count: i32, size: i32, scaled: bool, from: usize,
  s1: usize, s2: usize, s3: usize, s4: usize, s5: usize, s6: usize, s7: usize, to: usize, toStep: usize, four: v128,
  last: bool, bias: v128, bias2: v128, floor: v128,
): void {
  const a0 = v128.load(from);
  const b0 = loadWhere(wide, from, 16);
  const a1 = v128.load(from + s1);
  const b1 = loadWhere(wide, from + s1, 16);
  const a2 = v128.load(from + s2);
  const b2 = loadWhere(wide, from + s2, 16);
  const a3 = v128.load(from + s3);
  const b3 = loadWhere(wide, from + s3, 16);
  const a4 = v128.load(from + s4);
  const b4 = loadWhere(wide, from + s4, 16);
  const a5 = v128.load(from + s5);
  const b5 = loadWhere(wide, from + s5, 16);
  const a6 = loadWhere(size == 8, from + s6, 0);
  const b6 = loadWhere(wide && size == 8, from + s6, 16);
  const a7 = loadWhere(size == 8, from + s7, 0);
  const b7 = loadWhere(wide && size == 8, from + s7, 16);
  putLast(
    wide, to,
    coefficient(count, size, scaled, 0, a0, a1, a2, a3, a4, a5, a6, a7, four),
    coefficient(count, size, scaled, 0, b0, b1, b2, b3, b4, b5, b6, b7, four),
    last, bias, bias2, floor,
  );
  putLast(
    wide, to + toStep,
    coefficient(count, size, scaled, 1, a0, a1, a2, a3, a4, a5, a6, a7, four),
    coefficient(count, size, scaled, 1, b0, b1, b2, b3, b4, b5, b6, b7, four),
    last, bias, bias2, floor,
  );
  putLast(
    wide, to + 2 * toStep,
    coefficient(count, size, scaled, 2, a0, a1, a2, a3, a4, a5, a6, a7, four),
    coefficient(count, size, scaled, 2, b0, b1, b2, b3, b4, b5, b6, b7, four),
    last, bias, bias2, floor,
  );
  if (count > 3) {
    putLast(
      wide, to + 3 * toStep,
      coefficient(count, size, scaled, 3, a0, a1, a2, a3, a4, a5, a6, a7, four),
      coefficient(count, size, scaled, 3, b0, b1, b2, b3, b4, b5, b6, b7, four),
      last, bias, bias2, floor,
    );
  }
  if (count > 4) {
    putLast(
      wide, to + 4 * toStep,
      coefficient(count, size, scaled, 4, a0, a1, a2, a3, a4, a5, a6, a7, four),
      coefficient(count, size, scaled, 4, b0, b1, b2, b3, b4, b5, b6, b7, four),
      last, bias, bias2, floor,
    );
  }
  if (count > 5) {
    putLast(
      wide, to + 5 * toStep,
      coefficient(count, size, scaled, 5, a0, a1, a2, a3, a4, a5, a6, a7, four),
      coefficient(count, size, scaled, 5, b0, b1, b2, b3, b4, b5, b6, b7, four),
      last, bias, bias2, floor,
    );
  }
}

// @ts-ignore: decorator
@inline
function putLast(
  wide: bool, to: usize, low: v128, high: v128, last: bool, bias: v128, bias2: v128, floor: v128,
): void {
  v128.store(to, last ? v128.pmax<f32>(add(low, bias), floor) : low);
  storeWhere(wide, to, last ? v128.pmax<f32>(add(high, bias2), floor) : high, 16);
}
