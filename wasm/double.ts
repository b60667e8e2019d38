// eˣ, ln x and xʸ in double precision, for kernels that are small or that need the digits. AssemblyScript's
// own take their numbers from tables in memory, which several instances would share. Formulas are those of
// fdlibm (Sun, 1993).

/** eˣ = 2ᵏ·eʳ, to a unit in the last place. */
export function exp(x: f64): f64 {
  if (x != x) return x;
  if (x > 709.782712893384) return f64.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  const k = nearest(x * 1.4426950408889634);
  const high = x - k * 6.93147180369123816490e-1;
  const low = k * 1.90821492927058770002e-10;
  const r = high - low;
  const t = r * r;
  let p = -1.65339022054652515390e-6 + t * 4.13813679705723846039e-8;
  p = 6.61375632143793436117e-5 + t * p;
  p = -2.77777777770155933842e-3 + t * p;
  p = 1.66666666666666019037e-1 + t * p;
  const c = r - t * p;
  const y = 1 + (high - (low - (r * c) / (2 - c)));
  // In two factors, since 2ᵏ alone may lie outside of the normal numbers.
  const half = <i64>k >> 1;
  return y * powerOf2(half) * powerOf2(<i64>k - half);
}

// @ts-ignore: decorator
@inline
function powerOf2(n: i64): f64 {
  return reinterpret<f64>((n + 1023) << 52);
}

/** ln x for what comes from float32, which is no denormal of float64: k·ln 2 + ln m with m in [√½, √2). */
export function log(x: f64): f64 {
  if (x == 0) return -f64.POSITIVE_INFINITY;
  if (x < 0) return f64.NaN;
  if (!(x < f64.POSITIVE_INFINITY)) return x;
  // The bits of √½ taken off, the exponent is that of x/m.
  const root: i64 = 0x3fe6a09e667f3bcd;
  const bits = reinterpret<i64>(x) - root;
  const k = <f64>(bits >> 52);
  const f = reinterpret<f64>((bits & 0x000fffffffffffff) + root) - 1;
  const half = 0.5 * f * f;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1));
  const odd =
    z *
    (6.666666666666735130e-1 +
      w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)));
  return s * (half + even + odd) + k * 1.90821492927058770002e-10 - half + f + k * 6.93147180369123816490e-1;
}

/** xʸ as JavaScript has it: x⁰ = 1 also for NaN, and (±1)^±∞ and 1^NaN are NaN. */
export function pow(x: f64, y: f64): f64 {
  if (y == 0) return 1;
  if (x != x || y != y) return f64.NaN;
  const size = abs(x);
  if (size == 1 && abs(y) == f64.POSITIVE_INFINITY) return f64.NaN;
  const isWhole = floor(y) == y;
  // From 2⁵³ on all numbers are even, ∞ too.
  const isOdd = isWhole && floor(y * 0.5) * 2 != y;
  if (x < 0 && !isWhole && size != f64.POSITIVE_INFINITY) return f64.NaN;
  const power = exp(y * log(size));
  return isOdd ? copysign(power, x) : power;
}
