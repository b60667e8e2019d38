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
// channels, or of eight where V8 joins pairs (PIXEL). `size` is n; where it, a count and the distances are constants of the
// caller, so are the conditions on them, and the places that are read and written lie in the instructions.
import { loadWhere, madd, nmadd, storeWhere } from './simd';
import { IS_WIDE } from './width';

// @ts-ignore: decorator
@inline
export function times(factor: f32, a: v128): v128 {
  return v128.mul<f32>(v128.splat<f32>(factor), a);
}

/** factor·a + b */
// @ts-ignore: decorator
@inline
export function plus(factor: f32, a: v128, b: v128): v128 {
  return madd(v128.splat<f32>(factor), a, b);
}

// @ts-ignore: decorator
@inline
export function add(a: v128, b: v128): v128 {
  return v128.add<f32>(a, b);
}

// @ts-ignore: decorator
@inline
export function sub(a: v128, b: v128): v128 {
  return v128.sub<f32>(a, b);
}

/** Both halves of a pair, one after the other, which is what V8 looks for. */
// @ts-ignore: decorator
@inline
export function put(to: usize, low: v128, high: v128): void {
  v128.store(to, low);
  storeWhere(IS_WIDE, to, high, 16);
}

/** The second four channels of a pixel. */
// @ts-ignore: decorator
@inline
export function high(from: usize): v128 {
  return loadWhere(IS_WIDE, from, 16);
}

/** D at 0, ±1, ±2 and ±1/2, by the number of the pair; at ∞ it is 1. */
// @ts-ignore: decorator
@inline
export function scale(size: i32, pair: i32): f32 {
  if (size == 6) return pair == 0 ? 1.0 / 4.0 : pair == 1 ? -1.0 / 6.0 : 1.0 / 24.0;
  return pair == 0 ? 1 : pair == 1 ? -2.0 / 9.0 : pair == 2 ? 1.0 / 90.0 : 32.0 / 45.0;
}

/** Bᵀ: the value at a point from all inputs of a tile, of which six points have six. `four` is 4 where there are six. */
// @ts-ignore: decorator
@inline
function inputPoint(
  size: i32, point: i32, d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, d6: v128, d7: v128, four: v128,
): v128 {
  if (size == 6) {
    if (point == 0) return madd(four, sub(d0, d2), sub(d4, d2));
    if (point == 5) return madd(four, sub(d1, d3), sub(d5, d3));
    if (point < 3) return signed(point, nmadd(four, d2, d4), nmadd(four, d1, d3));
    const half = sub(d3, d1);
    return signed(point, sub(d4, d2), add(half, half));
  }
  if (point == 0) return plus(21.0 / 4.0, sub(d4, d2), sub(d0, d6));
  if (point == 7) return plus(21.0 / 4.0, sub(d3, d5), sub(d7, d1));
  if (point < 3) return signed(point, plus(-17.0 / 4.0, d4, add(d2, d6)), plus(-17.0 / 4.0, d3, add(d1, d5)));
  if (point < 5) {
    const odd = times(2, plus(1.0 / 4.0, plus(-5, d3, d1), d5));
    return signed(point, plus(1.0 / 4.0, plus(-5, d4, d2), d6), odd);
  }
  const odd = times(0.5, plus(4, d1, plus(-5, d3, d5)));
  return signed(point, plus(4, d2, plus(-5, d4, d6)), odd);
}

/** The value at p, which odd numbers have, or at −p, from the even and the odd part. */
// @ts-ignore: decorator
@inline
export function signed(point: i32, even: v128, odd: v128): v128 {
  return point & 1 ? add(even, odd) : sub(even, odd);
}

/** Bᵀ: inputs, `step` bytes apart, to points, which lie s1 to s7 bytes after the first. */
// @ts-ignore: decorator
@inline
export function inputLine(
  size: i32, from: usize, step: usize, to: usize,
  s1: usize, s2: usize, s3: usize, s4: usize, s5: usize, s6: usize, s7: usize, four: v128,
): void {
  const a0 = v128.load(from);
  const b0 = high(from);
  const a1 = v128.load(from + step);
  const b1 = high(from + step);
  const a2 = v128.load(from + 2 * step);
  const b2 = high(from + 2 * step);
  const a3 = v128.load(from + 3 * step);
  const b3 = high(from + 3 * step);
  const a4 = v128.load(from + 4 * step);
  const b4 = high(from + 4 * step);
  const a5 = v128.load(from + 5 * step);
  const b5 = high(from + 5 * step);
  const a6 = loadWhere(size == 8, from + 6 * step, 0);
  const b6 = loadWhere(IS_WIDE && size == 8, from + 6 * step, 16);
  const a7 = loadWhere(size == 8, from + 7 * step, 0);
  const b7 = loadWhere(IS_WIDE && size == 8, from + 7 * step, 16);
  put(
    to,
    inputPoint(size, 0, a0, a1, a2, a3, a4, a5, a6, a7, four),
    inputPoint(size, 0, b0, b1, b2, b3, b4, b5, b6, b7, four),
  );
  put(
    to + s1,
    inputPoint(size, 1, a0, a1, a2, a3, a4, a5, a6, a7, four),
    inputPoint(size, 1, b0, b1, b2, b3, b4, b5, b6, b7, four),
  );
  put(
    to + s2,
    inputPoint(size, 2, a0, a1, a2, a3, a4, a5, a6, a7, four),
    inputPoint(size, 2, b0, b1, b2, b3, b4, b5, b6, b7, four),
  );
  put(
    to + s3,
    inputPoint(size, 3, a0, a1, a2, a3, a4, a5, a6, a7, four),
    inputPoint(size, 3, b0, b1, b2, b3, b4, b5, b6, b7, four),
  );
  put(
    to + s4,
    inputPoint(size, 4, a0, a1, a2, a3, a4, a5, a6, a7, four),
    inputPoint(size, 4, b0, b1, b2, b3, b4, b5, b6, b7, four),
  );
  put(
    to + s5,
    inputPoint(size, 5, a0, a1, a2, a3, a4, a5, a6, a7, four),
    inputPoint(size, 5, b0, b1, b2, b3, b4, b5, b6, b7, four),
  );
  if (size == 8) {
    put(
      to + s6,
      inputPoint(size, 6, a0, a1, a2, a3, a4, a5, a6, a7, four),
      inputPoint(size, 6, b0, b1, b2, b3, b4, b5, b6, b7, four),
    );
    put(
      to + s7,
      inputPoint(size, 7, a0, a1, a2, a3, a4, a5, a6, a7, four),
      inputPoint(size, 7, b0, b1, b2, b3, b4, b5, b6, b7, four),
    );
  }
}

/** B: the input of a tile from the values at all points. `four` and `five` are 4 and 5 where there are six. */
// @ts-ignore: decorator
@inline
function inputFrom(
  size: i32, input: i32, m0: v128, m1: v128, m2: v128, m3: v128, m4: v128, m5: v128, m6: v128, m7: v128,
  four: v128, five: v128,
): v128 {
  const even1 = add(m1, m2);
  const odd1 = sub(m1, m2);
  const even2 = add(m3, m4);
  const odd2 = sub(m3, m4);
  if (size == 6) {
    if (input == 0) return f32x4.mul(four, m0);
    if (input == 1) return sub(f32x4.mul(four, sub(m5, odd1)), add(odd2, odd2));
    if (input == 2) return sub(nmadd(five, m0, f32x4.neg(f32x4.mul(four, even1))), even2);
    if (input == 3) return add(nmadd(five, m5, odd1), add(odd2, odd2));
    if (input == 4) return add(m0, add(even1, even2));
    return m5;
  }
  const even3 = add(m5, m6);
  const odd3 = sub(m5, m6);
  if (input == 0) return m0;
  if (input == 1) return plus(0.5, odd2, plus(2, odd3, sub(odd1, m7)));
  if (input == 2) return plus(-21.0 / 4.0, m0, plus(1.0 / 4.0, even2, plus(4, even3, even1)));
  if (input == 3) {
    return plus(21.0 / 4.0, m7, plus(-17.0 / 4.0, odd1, times(-5.0 / 2.0, add(odd2, odd3))));
  }
  if (input == 4) {
    return plus(21.0 / 4.0, m0, plus(-17.0 / 4.0, even1, plus(-5.0 / 4.0, even2, times(-5, even3))));
  }
  if (input == 5) return plus(-21.0 / 4.0, m7, plus(2, odd2, plus(0.5, odd3, odd1)));
  if (input == 6) return add(sub(even1, m0), add(even2, even3));
  return m7;
}

/** B: points, which lie s1 to s7 bytes after the first, to inputs. The first `shared` are added to what is there, from the tile before. */
// @ts-ignore: decorator
@inline
export function addInputLine(
  size: i32, shared: i32, from: usize, s1: usize, s2: usize, s3: usize, s4: usize, s5: usize, s6: usize, s7: usize,
  to: usize, toStep: usize, four: v128, five: v128,
): void {
  const a0 = v128.load(from);
  const b0 = high(from);
  const a1 = v128.load(from + s1);
  const b1 = high(from + s1);
  const a2 = v128.load(from + s2);
  const b2 = high(from + s2);
  const a3 = v128.load(from + s3);
  const b3 = high(from + s3);
  const a4 = v128.load(from + s4);
  const b4 = high(from + s4);
  const a5 = v128.load(from + s5);
  const b5 = high(from + s5);
  const a6 = loadWhere(size == 8, from + s6, 0);
  const b6 = loadWhere(IS_WIDE && size == 8, from + s6, 16);
  const a7 = loadWhere(size == 8, from + s7, 0);
  const b7 = loadWhere(IS_WIDE && size == 8, from + s7, 16);
  putOrAdd(
    true, to,
    inputFrom(size, 0, a0, a1, a2, a3, a4, a5, a6, a7, four, five),
    inputFrom(size, 0, b0, b1, b2, b3, b4, b5, b6, b7, four, five),
  );
  putOrAdd(
    true, to + toStep,
    inputFrom(size, 1, a0, a1, a2, a3, a4, a5, a6, a7, four, five),
    inputFrom(size, 1, b0, b1, b2, b3, b4, b5, b6, b7, four, five),
  );
  putOrAdd(
    shared > 2, to + 2 * toStep,
    inputFrom(size, 2, a0, a1, a2, a3, a4, a5, a6, a7, four, five),
    inputFrom(size, 2, b0, b1, b2, b3, b4, b5, b6, b7, four, five),
  );
  putOrAdd(
    shared > 3, to + 3 * toStep,
    inputFrom(size, 3, a0, a1, a2, a3, a4, a5, a6, a7, four, five),
    inputFrom(size, 3, b0, b1, b2, b3, b4, b5, b6, b7, four, five),
  );
  putOrAdd(
    false, to + 4 * toStep,
    inputFrom(size, 4, a0, a1, a2, a3, a4, a5, a6, a7, four, five),
    inputFrom(size, 4, b0, b1, b2, b3, b4, b5, b6, b7, four, five),
  );
  putOrAdd(
    false, to + 5 * toStep,
    inputFrom(size, 5, a0, a1, a2, a3, a4, a5, a6, a7, four, five),
    inputFrom(size, 5, b0, b1, b2, b3, b4, b5, b6, b7, four, five),
  );
  if (size == 8) {
    putOrAdd(
      false, to + 6 * toStep,
      inputFrom(size, 6, a0, a1, a2, a3, a4, a5, a6, a7, four, five),
      inputFrom(size, 6, b0, b1, b2, b3, b4, b5, b6, b7, four, five),
    );
    putOrAdd(
      false, to + 7 * toStep,
      inputFrom(size, 7, a0, a1, a2, a3, a4, a5, a6, a7, four, five),
      inputFrom(size, 7, b0, b1, b2, b3, b4, b5, b6, b7, four, five),
    );
  }
}

// @ts-ignore: decorator
@inline
function putOrAdd(adds: bool, to: usize, low: v128, upper: v128): void {
  if (!adds) put(to, low, upper);
  else {
    const before = v128.load(to);
    const before2 = high(to);
    put(to, add(before, low), add(before2, upper));
  }
}
