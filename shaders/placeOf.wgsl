// The place that an index names on an axis of length n: from its end where it is below 0, and held within the axis.
fn placeOf(index: i32, n: u32) -> u32 {
  return u32(clamp(select(index, index + i32(n), index < 0), 0, i32(n) - 1));
}
