// Winograd's convolution along one axis (Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016).
//
// r taps w and m outputs y meet 6 = m + r − 1 inputs x in the trilinear form Σ_{i,k} y[i] w[k] x[i+k]. Cook and Toom
// multiply two polynomials by their values at six points, here p = 0, 1, −1, 2, −2 and ∞ (the leading coefficient).
// With the values of k coefficients V_k[p, j] = pʲ, and D = diag(1/4, −1/6, −1/6, 1/24, 1/24, 1), the denominators of
// the interpolation, the three matrices are
//
//   A = V_m   (6×m)      G = D·V_r   (6×r)      Bᵀ = D⁻¹·V₆⁻ᵀ   (6×6, whole numbers)
//
// and the three kernels of a convolution are derivatives of one form:
//
//   y = Aᵀ[Gw ⊙ Bᵀx]        dx = B[Gw ⊙ Ag]        dw = Gᵀ[Ag ⊙ Bᵀx]
//
// Bᵀ depends on the points alone, so that it serves 3 taps with 4 outputs and 5 taps with 2. In two dimensions each
// matrix acts on columns, then on rows. Values at p and −p share their even and their odd part, which is what the sums
// and differences below are. All numbers are vectors: four channels at once.
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

/** Bᵀ: six inputs to six points. */
// @ts-ignore: decorator
@inline
export function inputLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const d0 = v128.load(from);
  const d1 = v128.load(from + step);
  const d2 = v128.load(from + 2 * step);
  const d3 = v128.load(from + 3 * step);
  const d4 = v128.load(from + 4 * step);
  const d5 = v128.load(from + 5 * step);
  const even1 = plus(-4, d2, d4);
  const odd1 = plus(-4, d1, d3);
  const even2 = sub(d4, d2);
  const odd2 = times(2, sub(d3, d1));
  v128.store(to, plus(4, sub(d0, d2), even2));
  v128.store(to + toStep, add(even1, odd1));
  v128.store(to + 2 * toStep, sub(even1, odd1));
  v128.store(to + 3 * toStep, add(even2, odd2));
  v128.store(to + 4 * toStep, sub(even2, odd2));
  v128.store(to + 5 * toStep, plus(4, sub(d1, d3), sub(d5, d3)));
}

/** B, added to what is there: six points to six inputs. */
// @ts-ignore: decorator
@inline
export function addInputLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + step);
  const m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step);
  const m4 = v128.load(from + 4 * step);
  const m5 = v128.load(from + 5 * step);
  const even1 = add(m1, m2);
  const odd1 = sub(m1, m2);
  const even2 = add(m3, m4);
  const odd2 = times(2, sub(m3, m4));
  accumulate(to, times(4, m0));
  accumulate(to + toStep, plus(4, sub(m5, odd1), times(-1, odd2)));
  accumulate(to + 2 * toStep, plus(-5, m0, plus(-4, even1, times(-1, even2))));
  accumulate(to + 3 * toStep, plus(-5, m5, add(odd1, odd2)));
  accumulate(to + 4 * toStep, add(m0, add(even1, even2)));
  accumulate(to + 5 * toStep, m5);
}

// @ts-ignore: decorator
@inline
function accumulate(at: usize, a: v128): void {
  v128.store(at, add(v128.load(at), a));
}

/** A: the gradients of `outputs` outputs, 4 or 2, to six points. */
// @ts-ignore: decorator
@inline
export function gradientLine(outputs: i32, from: usize, step: usize, to: usize, toStep: usize): void {
  const g0 = v128.load(from);
  const g1 = v128.load(from + step);
  v128.store(to, g0);
  if (outputs == 4) {
    const g2 = v128.load(from + 2 * step);
    const g3 = v128.load(from + 3 * step);
    signedPair(add(g0, g2), add(g1, g3), to + toStep, toStep);
    signedPair(plus(4, g2, g0), times(2, plus(4, g3, g1)), to + 3 * toStep, toStep);
    v128.store(to + 5 * toStep, g3);
  } else {
    signedPair(g0, g1, to + toStep, toStep);
    signedPair(g0, times(2, g1), to + 3 * toStep, toStep);
    v128.store(to + 5 * toStep, g1);
  }
}

/** The values at p and −p from their even and odd parts. */
// @ts-ignore: decorator
@inline
function signedPair(even: v128, odd: v128, to: usize, toStep: usize): void {
  v128.store(to, add(even, odd));
  v128.store(to + toStep, sub(even, odd));
}

/** Aᵀ: six points to `outputs` outputs, 4 or 2. With `last` the bias is added, and what is below `floor` raised to it. */
// @ts-ignore: decorator
@inline
export function outputLine(
  outputs: i32, from: usize, step: usize, to: usize, toStep: usize, last: bool, bias: v128, floor: v128,
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
  storeOutput(to, add(m0, add(even1, even2)), last, bias, floor);
  if (outputs == 4) {
    storeOutput(to + toStep, plus(2, odd2, odd1), last, bias, floor);
    storeOutput(to + 2 * toStep, plus(4, even2, even1), last, bias, floor);
    storeOutput(to + 3 * toStep, plus(8, odd2, add(odd1, m5)), last, bias, floor);
  } else {
    storeOutput(to + toStep, plus(2, odd2, add(odd1, m5)), last, bias, floor);
  }
}

/** `pmax(a, floor)` is a where a is NaN, as relu has it, and one instruction where `max` is five. */
// @ts-ignore: decorator
@inline
function storeOutput(to: usize, a: v128, last: bool, bias: v128, floor: v128): void {
  v128.store(to, last ? v128.pmax<f32>(add(a, bias), floor) : a);
}

/** G: `taps` taps, 3 or 5, to six points. */
// @ts-ignore: decorator
@inline
export function filterLine(taps: i32, from: usize, step: usize, to: usize, toStep: usize): void {
  const w0 = v128.load(from);
  const w1 = v128.load(from + step);
  const w2 = v128.load(from + 2 * step);
  let even1 = add(w0, w2);
  let odd1 = w1;
  let even2 = plus(4, w2, w0);
  let odd2 = times(2, w1);
  let leading = w2;
  if (taps == 5) {
    const w3 = v128.load(from + 3 * step);
    leading = v128.load(from + 4 * step);
    even1 = add(even1, leading);
    odd1 = add(odd1, w3);
    even2 = plus(16, leading, even2);
    odd2 = plus(8, w3, odd2);
  }
  v128.store(to, times(0.25, w0));
  signedPair(times(-1.0 / 6.0, even1), times(-1.0 / 6.0, odd1), to + toStep, toStep);
  signedPair(times(1.0 / 24.0, even2), times(1.0 / 24.0, odd2), to + 3 * toStep, toStep);
  v128.store(to + 5 * toStep, leading);
}

/** Gᵀ: six points to the gradients of `taps` taps, 3 or 5. */
// @ts-ignore: decorator
@inline
export function filterGradientLine(taps: i32, from: usize, step: usize, to: usize, toStep: usize): void {
  const m0 = v128.load(from);
  const m1 = v128.load(from + step);
  const m2 = v128.load(from + 2 * step);
  const m3 = v128.load(from + 3 * step);
  const m4 = v128.load(from + 4 * step);
  const m5 = v128.load(from + 5 * step);
  const even1 = times(-1.0 / 6.0, add(m1, m2));
  const odd1 = times(-1.0 / 6.0, sub(m1, m2));
  const even2 = times(1.0 / 24.0, add(m3, m4));
  const odd2 = times(1.0 / 24.0, sub(m3, m4));
  v128.store(to, plus(0.25, m0, add(even1, even2)));
  v128.store(to + toStep, plus(2, odd2, odd1));
  if (taps == 5) {
    v128.store(to + 2 * toStep, plus(4, even2, even1));
    v128.store(to + 3 * toStep, plus(8, odd2, odd1));
    v128.store(to + 4 * toStep, add(m5, plus(16, even2, even1)));
  } else {
    v128.store(to + 2 * toStep, add(m5, plus(4, even2, even1)));
  }
}
