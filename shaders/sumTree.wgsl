// include reduce.wgsl

// The sum of one number of each of the threads of an output, for its lane 0: halves are added to halves.
fn together(part: f32, thread: u32) -> f32 {
  values[thread] = part;
  for (var half = p.threads / 2u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (laneOf(thread) < half) { values[thread] += values[thread + half]; }
  }
  return values[thread];
}
