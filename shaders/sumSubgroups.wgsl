// include reduce.wgsl

// The sum of one number of each of 64 threads, for the first: within each subgroup of LANES without memory, then of those.
fn together(part: f32, thread: u32) -> f32 {
  let sum = subgroupAdd(part);
  if (thread % LANES == 0u) { values[thread / LANES] = sum; }
  workgroupBarrier();
  var total = 0.0;
  if (thread == 0u) {
    for (var i = 0u; i < (64u + LANES - 1u) / LANES; i++) { total += values[i]; }
  }
  return total;
}
