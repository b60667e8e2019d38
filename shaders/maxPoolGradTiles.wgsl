// maxPool2dGrad for windows of few taps: one thread for a tile of pixels, each of which asks the windows that hold it, as
// written out by kernels/poolTiles.ts.

// include windowTiles.wgsl

@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read> place: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<Stored>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  // insert windowTileStart.wgsl
  let here = i32(tile.row * p.outWidth + tile.column);
  let down = i32(p.outWidth);
  @unroll(s, SUMS) { var sum$s = 0.0; }
  EACH_COLUMN
  EACH_ROW
  EACH_STORE
}
