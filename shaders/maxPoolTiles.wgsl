// maxPool2d for windows of few taps: one thread for a tile. The first largest of each row of a window, and what it is beside
// the rows above, is written out by kernels/poolTiles.ts.

// include windowTiles.wgsl

@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<Stored>;
@group(0) @binding(3) var<storage, read_write> place: array<Placed>;

// A whole number that grows with x and makes one comparison of the rest: both zeros are equal, and a NaN is the largest. All
// are above NOTHING.
fn keyOf(x: f32) -> i32 {
  let bits = bitcast<i32>(x);
  let size = bits & 0x7fffffff;
  return select(select(size, -size, bits < 0), 0x7fffffff, size > 0x7f800000);
}

const NOTHING = i32(-0x80000000);

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  // insert windowTileStart.wgsl
  // A window that sees nothing but padding has −∞ and no place.
  var bits = 0xff800000u;
  let least = bitcast<f32>(bits);
  @unroll(s, SUMS) { var best$s = least; var most$s = NOTHING; var at$s = -1; }
  EACH_COLUMN
  EACH_ROW
  EACH_STORE
}
