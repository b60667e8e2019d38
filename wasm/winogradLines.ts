// Winograd's convolution along one axis (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016).
//
// r taps w and m outputs y meet n = m + r − 1 inputs x in the trilinear form Σ_{i,k} y[i] w[k] x[i+k]. Cook and Toom
// multiply two polynomials by their values at n points: here 0, ±1, ±2 and ∞ (the leading coefficient) for n = 6, and
// ±1/2 as well for n = 8. With V_k[p, j] = pʲ, the values of a polynomial of k coefficients, and a diagonal D of the
// interpolation's denominators, 1 / Π(p − q) over the other points q, the three matrices are
//
//   A = V_m   (n×m)      G = D·V_r   (n×r)      Bᵀ = D⁻¹·Vₙ⁻ᵀ   (n×n)
//
// and the three kernels of a convolution are derivatives of one form:
//
//   y = Aᵀ[Gw ⊙ Bᵀx]        dx = B[Gw ⊙ Ag]        dw = Gᵀ[Ag ⊙ Bᵀx]
//
// Bᵀ depends on the points alone. In two dimensions each matrix acts on columns, then on rows. Values at p and −p share
// their even and their odd part, which is what the sums and differences below are. Everything is in vectors, of four
// channels. `size` is n; where it and a count are constants of the caller, so are the conditions on them.
import { madd } from './simd';

// @ts-ignore: decorator
@inline
function times(factor: f32, a: v128): v128 {
  return v128.mul<f32>(v128.splat<f32>(factor), a);
}

/** factor·a + b */
// @ts-ignore: decorator
@inline
function plus(factor: f32, a: v128, b: v128): v128 {
  return madd(v128.splat<f32>(factor), a, b);
}

// @ts-ignore: decorator
@inline
function add(a: v128, b: v128): v128 {
  return v128.add<f32>(a, b);
}

// @ts-ignore: decorator
@inline
function sub(a: v128, b: v128): v128 {
  return v128.sub<f32>(a, b);
}

/** The values at p and −p from their even and odd parts. */
// @ts-ignore: decorator
@inline
function signedPair(even: v128, odd: v128, to: usize, toStep: usize): void {
  v128.store(to, add(even, odd));
  v128.store(to + toStep, sub(even, odd));
}

/** D at 0, ±1, ±2 and ±1/2, by the number of the pair; at ∞ it is 1. */
// @ts-ignore: decorator
@inline
function scale(size: i32, pair: i32): f32 {
  if (size == 6) return pair == 0 ? 1.0 / 4.0 : pair == 1 ? -1.0 / 6.0 : 1.0 / 24.0;
  return pair == 0 ? 1 : pair == 1 ? -2.0 / 9.0 : pair == 2 ? 1.0 / 90.0 : 32.0 / 45.0;
}

/** Bᵀ: inputs to points. */
// @ts-ignore: decorator
@inline
export function inputLine(size: i32, from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + step);
  const d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step);
  const d4 = v128.load(from + 4 * step);
  const d5 = v128.load(from + 5 * step);
  if (size == 6) {
    v128.store(to, plus(4, sub(d0, d2), sub(d4, d2)));
    signedPair(plus(-4, d2, d4), plus(-4, d1, d3), to + toStep, toStep);
    signedPair(sub(d4, d2), times(2, sub(d3, d1)), to + 3 * toStep, toStep);
    v128.store(to + 5 * toStep, plus(4, sub(d1, d3), sub(d5, d3)));
  } else {
    const d6 = v128.load(from + 6 * step);
    const d7 = v128.load(from + 7 * step);
    v128.store(to, plus(21.0 / 4.0, sub(d4, d2), sub(d0, d6)));
    const even1 = plus(-17.0 / 4.0, d4, add(d2, d6));
    const odd1 = plus(-17.0 / 4.0, d3, add(d1, d5));
    signedPair(even1, odd1, to + toStep, toStep);
    const even2 = plus(1.0 / 4.0, plus(-5, d4, d2), d6);
    const odd2 = times(2, plus(1.0 / 4.0, plus(-5, d3, d1), d5));
    signedPair(even2, odd2, to + 3 * toStep, toStep);
    const even3 = plus(4, d2, plus(-5, d4, d6));
    const odd3 = times(0.5, plus(4, d1, plus(-5, d3, d5)));
    signedPair(even3, odd3, to + 5 * toStep, toStep);
    v128.store(to + 7 * toStep, plus(21.0 / 4.0, sub(d3, d5), sub(d7, d1)));
  }
}

/** B: points to inputs. The first `shared` are added to what is there, from the tile before. */
// @ts-ignore: decorator
@inline
export function addInputLine(
  size: i32, shared: i32, from: usize, step: usize, to: usize, toStep: usize,
): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + step);
  const m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step);
  const m4 = v128.load(from + 4 * step);
  const m5 = v128.load(from + 5 * step);
  const even1 = add(m1, m2);
  const odd1 = sub(m1, m2);
  const even2 = add(m3, m4);
  const odd2 = sub(m3, m4);
  if (size == 6) {
    accumulate(to, times(4, m0));
    accumulate(to + toStep, plus(-2, odd2, times(4, sub(m5, odd1))));
    v128.store(to + 2 * toStep, sub(plus(-5, m0, times(-4, even1)), even2));
    v128.store(to + 3 * toStep, plus(2, odd2, plus(-5, m5, odd1)));
    v128.store(to + 4 * toStep, add(m0, add(even1, even2)));
    v128.store(to + 5 * toStep, m5);
  } else {
    const m6 = v128.load(from + 6 * step);
    const m7 = v128.load(from + 7 * step);
    const even3 = add(m5, m6);
    const odd3 = sub(m5, m6);
    accumulate(to, m0);
    accumulate(to + toStep, plus(0.5, odd2, plus(2, odd3, sub(odd1, m7))));
    const third = plus(-21.0 / 4.0, m0, plus(1.0 / 4.0, even2, plus(4, even3, even1)));
    const fourth = plus(21.0 / 4.0, m7, plus(-17.0 / 4.0, odd1, times(-5.0 / 2.0, add(odd2, odd3))));
    if (shared == 4) {
      accumulate(to + 2 * toStep, third);
      accumulate(to + 3 * toStep, fourth);
    } else {
      v128.store(to + 2 * toStep, third);
      v128.store(to + 3 * toStep, fourth);
    }
    const fifth = plus(21.0 / 4.0, m0, plus(-17.0 / 4.0, even1, plus(-5.0 / 4.0, even2, times(-5, even3))));
    v128.store(to + 4 * toStep, fifth);
    v128.store(to + 5 * toStep, plus(-21.0 / 4.0, m7, plus(2, odd2, plus(0.5, odd3, odd1))));
    v128.store(to + 6 * toStep, add(sub(even1, m0), add(even2, even3)));
    v128.store(to + 7 * toStep, m7);
  }
}

// @ts-ignore: decorator
@inline
function accumulate(at: usize, a: v128): void {
  v128.store(at, add(v128.load(at), a));
}

/** V_count, or with `scaled` D·V_count: 2 to 6 coefficients to points. */
// @ts-ignore: decorator
@inline
export function evaluateLine(
  count: i32, size: i32, scaled: bool, from: usize, step: usize, to: usize, toStep: usize,
): void {
  const c0 = v128.load(from);
  let last = v128.load(from + step);
  let even1 = c0;
  let even2 = c0;
  let even3 = c0;
  let odd1 = last;
  let odd2 = last;
  let odd3 = last;
  if (count > 2) {
    last = v128.load(from + 2 * step);
    even1 = add(even1, last);
    even2 = plus(4, last, even2);
    even3 = plus(1.0 / 4.0, last, even3);
  }
  if (count > 3) {
    last = v128.load(from + 3 * step);
    odd1 = add(odd1, last);
    odd2 = plus(4, last, odd2);
    odd3 = plus(1.0 / 4.0, last, odd3);
  }
  if (count > 4) {
    last = v128.load(from + 4 * step);
    even1 = add(even1, last);
    even2 = plus(16, last, even2);
    even3 = plus(1.0 / 16.0, last, even3);
  }
  if (count > 5) {
    last = v128.load(from + 5 * step);
    odd1 = add(odd1, last);
    odd2 = plus(16, last, odd2);
    odd3 = plus(1.0 / 16.0, last, odd3);
  }
  odd2 = times(2, odd2);
  odd3 = times(0.5, odd3);
  if (scaled) {
    v128.store(to, times(scale(size, 0), c0));
    signedPair(times(scale(size, 1), even1), times(scale(size, 1), odd1), to + toStep, toStep);
    signedPair(times(scale(size, 2), even2), times(scale(size, 2), odd2), to + 3 * toStep, toStep);
    if (size == 8) signedPair(times(scale(8, 3), even3), times(scale(8, 3), odd3), to + 5 * toStep, toStep);
  } else {
    v128.store(to, c0);
    signedPair(even1, odd1, to + toStep, toStep);
    signedPair(even2, odd2, to + 3 * toStep, toStep);
    if (size == 8) signedPair(even3, odd3, to + 5 * toStep, toStep);
  }
  v128.store(to + <usize>(size - 1) * toStep, last);
}

/**
 * V_countᵀ, or with `scaled` (D·V_count)ᵀ: points to 2 to 6 coefficients. With `last` the bias is added, and what is
 * below `floor` raised to it.
 */
// @ts-ignore: decorator
@inline
export function collectLine(
  count: i32, size: i32, scaled: bool, from: usize, step: usize, to: usize, toStep: usize,
  last: bool, bias: v128, floor: v128,
): void {
  let m0 = v128.load(from);
  const m1 = v128.load(from + step);
  const m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step);
  const m4 = v128.load(from + 4 * step);
  const infinity = v128.load(from + <usize>(size - 1) * step);
  let even1 = add(m1, m2);
  let odd1 = sub(m1, m2);
  let even2 = add(m3, m4);
  let odd2 = sub(m3, m4);
  let even3 = f32x4.splat(0);
  let odd3 = f32x4.splat(0);
  if (size == 8) {
    const m5 = v128.load(from + 5 * step);
    const m6 = v128.load(from + 6 * step);
    even3 = add(m5, m6);
    odd3 = sub(m5, m6);
  }
  if (scaled) {
    m0 = times(scale(size, 0), m0);
    even1 = times(scale(size, 1), even1);
    odd1 = times(scale(size, 1), odd1);
    even2 = times(scale(size, 2), even2);
    odd2 = times(scale(size, 2), odd2);
    even3 = times(scale(size, 3), even3);
    odd3 = times(scale(size, 3), odd3);
  }
  let y0 = add(m0, add(even1, even2));
  if (size == 8) y0 = add(y0, even3);
  storeOutput(to, y0, last, bias, floor);
  storeOutput(to + toStep, moment(1, count, size, odd1, odd2, odd3, infinity), last, bias, floor);
  if (count > 2) {
    storeOutput(to + 2 * toStep, moment(2, count, size, even1, even2, even3, infinity), last, bias, floor);
  }
  if (count > 3) {
    storeOutput(to + 3 * toStep, moment(3, count, size, odd1, odd2, odd3, infinity), last, bias, floor);
  }
  if (count > 4) {
    storeOutput(to + 4 * toStep, moment(4, count, size, even1, even2, even3, infinity), last, bias, floor);
  }
  if (count > 5) {
    storeOutput(to + 5 * toStep, moment(5, count, size, odd1, odd2, odd3, infinity), last, bias, floor);
  }
}

/** Σ_p pʲ m[p] from sums or differences at p and −p; the last coefficient is the one that ∞ adds to. */
// @ts-ignore: decorator
@inline
function moment(j: i32, count: i32, size: i32, one: v128, two: v128, half: v128, infinity: v128): v128 {
  let sum = plus(<f32>(1 << j), two, j == count - 1 ? add(one, infinity) : one);
  if (size == 8) sum = plus(<f32>1 / <f32>(1 << j), half, sum);
  return sum;
}

/** `pmax(a, floor)` is a where a is NaN, as relu has it, and one instruction where `max` is five. */
// @ts-ignore: decorator
@inline
function storeOutput(to: usize, a: v128, last: bool, bias: v128, floor: v128): void {
  v128.store(to, last ? v128.pmax<f32>(add(a, bias), floor) : a);
}
