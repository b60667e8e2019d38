// avgPool2d or its gradient for windows of few taps: one thread for a tile. Sums along rows and of rows are written out by
// kernels/poolTiles.ts, and what each window's sum is divided by, where not all of its taps count.

// include windowTiles.wgsl

@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<Stored>;

// How many taps of a window along one axis count in its mean, which begins `before` past its place: those below `end`, and
// from 0 on where padding does not count. Places that no window has count one.
fn counted(begin: u32, before: u32, taps: u32, dilation: u32, end: u32) -> f32 {
  var reached = 0u;
  if (end + before > begin) { reached = min(taps, (end + before - begin + dilation - 1u) / dilation); }
  var skipped = 0u;
  if (!COUNT_PADDING && before > begin) { skipped = (before - begin + dilation - 1u) / dilation; }
  return f32(max(1u, max(reached, skipped) - skipped));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  // insert windowTileStart.wgsl
  @unroll(s, SUMS) { var sum$s = 0.0; }
  EACH_COUNT
  EACH_COLUMN
  EACH_ROW
  EACH_STORE
}
