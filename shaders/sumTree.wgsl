// include reduce.wgsl

// The sum of one number of each of the 64 threads, for thread 0: halves are added to halves.
fn together(part: f32, thread: u32) -> f32 {
  values[thread] = part;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) { values[thread] += values[thread + half]; }
  }
  return values[0];
}
