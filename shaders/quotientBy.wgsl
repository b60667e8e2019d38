// ⌊n/d⌋ with 1/d at hand, where the constant SMALL, which stands in front, says whether all n are small enough for
// quotientSmall. A branch in the shader would have both ways taken on adapters that compute on a CPU.

// include quotient.wgsl

fn quotientBy(n: u32, d: u32, inverse: f32) -> u32 {
  if (SMALL) { return quotientSmall(n, inverse); }
  return quotient(n, d);
}

fn quotientBy4(n: vec4<u32>, d: u32, inverse: f32) -> vec4<u32> {
  if (SMALL) { return vec4<u32>((vec4<f32>(n) + 0.5) * inverse); }
  return quotient4(n, d);
}
