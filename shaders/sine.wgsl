// sin x for any x. WGSL's own promises an absolute error of 2⁻¹¹ from −π to π, and nothing beyond.

// include real.wgsl

// 1/2π in binary, after a word of zeros (Payne and Hanek, 1983).
const TURN = array<u32, 8>(
  0u, 0x28be60dbu, 0x9391054au, 0x7f09d5f4u, 0x7d4d3770u, 0x36d8a566u, 0x4f10e410u, 0x7f9458eau);

// 32 bits of it from bit 32·i + shift on.
fn turnBits(i: u32, shift: u32) -> u32 {
  return (TURN[i] << shift) | ((TURN[i + 1u] >> 1u) >> (31u - shift));
}

// The upper half of a product.
fn mulHigh(a: u32, b: u32) -> u32 {
  let low = vec2<u32>(a & 0xffffu, b & 0xffffu);
  let high = vec2<u32>(a >> 16u, b >> 16u);
  let middle = high.x * low.y + ((low.x * low.y) >> 16u);
  let other = low.x * high.y + (middle & 0xffffu);
  return high.x * high.y + (middle >> 16u) + (other >> 16u);
}

// The fractional part of size/2π in units of 2⁻⁶⁴, for size ≥ ½: whole turns drop out as overflow.
fn turns(size: f32) -> vec2<u32> {
  let bits = bitcast<u32>(size);
  let significand = (bits << 8u) | 0x80000000u;
  let exponent = (bits >> 23u) - 126u;
  let i = exponent >> 5u;
  let shift = exponent & 31u;
  let middle = turnBits(i + 1u, shift);
  let low = significand * middle;
  let sum = low + mulHigh(significand, turnBits(i + 2u, shift));
  let carry = select(0u, 1u, sum < low);
  return vec2<u32>(significand * turnBits(i, shift) + mulHigh(significand, middle) + carry, sum);
}

// sin(x + quarters·π/2): by the nearest quarter of a turn and the rest r of at most π/4, for which the polynomials are
// sinf's and cosf's of the Cephes library (Moshier, 1992).
fn sine(x: f32, quarters: u32) -> f32 {
  // By its bits: a compiler may assume that neither NaN nor infinities occur.
  if ((bitcast<u32>(x) & 0x7fffffffu) >= 0x7f800000u) { return nan(); }
  let size = abs(x);
  var quarter = 0u;
  var r = size;
  if (size > 0.78539816) {
    let turn = turns(size);
    quarter = (turn.x + 0x20000000u) >> 30u;
    r = (f32(bitcast<i32>(turn.x << 2u) >> 2u) + f32(turn.y) * 0x1p-32f) * 1.4629180793e-9;
  }
  if (x < 0.0) {
    quarter = 0u - quarter;
    r = -r;
  }
  quarter += quarters;
  let s = r * r;
  var y = r + r * s * (-1.6666654611e-1 + s * (8.3321608736e-3 - s * 1.9515295891e-4));
  if ((quarter & 1u) == 1u) {
    y = 1.0 + s * (-0.5 + s * (4.166664568298827e-2 + s * (-1.388731625493765e-3 + s * 2.443315711809948e-5)));
  }
  return select(y, -y, (quarter & 2u) == 2u);
}
