// A row for each thread: its part is all of it.
fn rowOf(start: u32, thread: u32) -> vec2<f32> {
  let maximum = maximumOf(start, 0u);
  return vec2<f32>(maximum, totalOf(start, 0u, maximum));
}
