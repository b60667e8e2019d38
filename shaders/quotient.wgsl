// ⌊n/d⌋ by a float division and two corrections: integer division is many times slower on most adapters, and takes
// turns for each lane on those that compute on a CPU. Exact for n below 2³¹.

fn quotient4(n: vec4<u32>, d: u32) -> vec4<u32> {
  var q = vec4<u32>(vec4<f32>(n) / f32(d));
  let left = vec4<i32>(n - q * d);
  q += vec4<u32>(vec4<i32>(floor(vec4<f32>(left) / f32(d))));
  let rest = n - q * d;
  let over = rest > vec4<u32>(0x7fffffffu);
  q = select(q, q + 1u, (rest >= vec4<u32>(d)) & !over);
  return select(q, q - 1u, over);
}

fn quotient(n: u32, d: u32) -> u32 {
  var q = u32(f32(n) / f32(d));
  let left = i32(n - q * d);
  q += u32(i32(floor(f32(left) / f32(d))));
  let rest = n - q * d;
  let over = rest > 0x7fffffffu;
  q = select(q, q + 1u, rest >= d && !over);
  return select(q, q - 1u, over);
}

// The same by one multiplication with 1/d, for n below 2²¹: half a step away from n the rounding cannot reach the next
// whole number.
fn quotientSmall(n: u32, inverse: f32) -> u32 { return u32((f32(n) + 0.5) * inverse); }
