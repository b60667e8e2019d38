// Sums of many numbers: of a block in an accumulator of its own, which is then added to that of its block of blocks. The
// rounding of a single accumulator grows with each addition. Up to BLOCK numbers are added as by one.

const BLOCK = 128u;

// Adds block number n; the sum is that of both components.
fn withBlock(sums: vec2<f32>, block: f32, n: u32) -> vec2<f32> {
  let low = sums.x + block;
  if (n % BLOCK == BLOCK - 1u) { return vec2<f32>(0.0, sums.y + low); }
  return vec2<f32>(low, sums.y);
}
