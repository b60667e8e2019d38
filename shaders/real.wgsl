// Functions of a real number that WGSL leaves undefined, or less exact than float32 allows.

// Written as bits: WGSL has no literal for it, and folds constants that would make one.
fn nan() -> f32 {
  var bits = 0x7fc00000u;
  return bitcast<f32>(bits);
}

// By its bits as well: a compiler may assume that x != x is never true.
fn isNaN(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }

// xʸ: the built-in is undefined for a negative x, and less exact than a product.
fn realPow(x: f32, y: f32) -> f32 {
  if (y == 0.0) { return 1.0; }
  if (y == 1.0) { return x; }
  if (y == 2.0) { return x * x; }
  if (y == -1.0) { return 1.0 / x; }
  let whole = floor(y) == y;
  if (isNaN(x) || isNaN(y) || (x < 0.0 && !whole)) { return nan(); }
  var size = pow(abs(x), y);
  // 2^(y·log2 0) is no 0 everywhere: 8e-20 for √0 on SwiftShader. Below the normal numbers x may count as 0.
  if (abs(x) < 0x1p-126f) {
    var infinity = 0x7f800000u;
    size = select(bitcast<f32>(infinity), 0.0, y > 0.0);
  }
  let odd = whole && floor(y * 0.5) * 2.0 != y;
  return select(size, -size, x < 0.0 && odd);
}

// ln x: the built-in is undefined for a negative x, and −88 at 0 on SwiftShader.
fn realLog(x: f32) -> f32 {
  if (x < 0.0 || isNaN(x)) { return nan(); }
  if (x == 0.0) {
    var infinity = 0xff800000u;
    return bitcast<f32>(infinity);
  }
  return log(x);
}

// tanh x: the built-in loses digits near 0 (5e-5 at 0.001 on SwiftShader) and may overflow far out. Near 0
// this is the continued fraction of Lambert (1761), and past ±10 float32 rounds to ±1.
fn realTanh(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  let s = x * x;
  if (s < 1.0) { return x / (1.0 + s / (3.0 + s / (5.0 + s / (7.0 + s / 9.0)))); }
  return sign(x) * (1.0 - 2.0 / (exp(2.0 * min(abs(x), 10.0)) + 1.0));
}

// eˣ − 1 for x ≤ 0: near 0 the difference would cancel, and tanh(x/2) = (eˣ − 1)/(eˣ + 1) does not.
fn realExpm1(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  let z = select(x, -100.0, x < -100.0);
  return (exp(z) + 1.0) * realTanh(0.5 * z);
}

// ln(1 + eˣ) = max(x, 0) + ln(1 + u) with u = e^−|x| ≤ 1, and that is 2·artanh(u/(2 + u)) as a series.
fn realSoftplus(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  let u = exp(-min(abs(x), 100.0));
  let s = u / (2.0 + u);
  let q = s * s;
  let series = 1.0 + q * (0.33333333 + q * (0.2 + q * (0.14285714 + q * (0.11111111 + q * (0.09090909 + q * 0.07692308)))));
  return select(0.0, x, x > 0.0) + 2.0 * s * series;
}

// The error function: its series near 0, where 1 − erfc x would cancel.
fn realErf(x: f32) -> f32 {
  if (isNaN(x)) { return x; }
  let q = x * x;
  if (q < 0.25) {
    return x * (1.12837917 + q * (-0.37612639 + q * (0.11283792 + q * (-0.02686617 + q * (0.00522398 - q * 0.00085483)))));
  }
  return 1.0 - erfc(clamp(x, -10.0, 10.0));
}

// The complementary error function with a fractional error below 1.2e-7 everywhere: Press et al.,
// Numerical Recipes, section 6.2, after Chebyshev.
fn erfc(x: f32) -> f32 {
  let z = abs(x);
  let t = 1.0 / (1.0 + 0.5 * z);
  let series = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
    + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  let tail = t * exp(-z * z + series);
  return select(tail, 2.0 - tail, x < 0.0);
}
