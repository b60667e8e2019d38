// A row for each thread: its part is all of it.
fn rowOf(start: u32, thread: u32) -> vec3<f32> {
  let maximum = maximumOf(start, 0u);
  return vec3<f32>(maximum, sumsOf(start, 0u, maximum));
}
