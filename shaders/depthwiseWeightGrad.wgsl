// The gradient of filters that have a channel to themselves: a workgroup for each channel, along x and y of the grid, and share
// of the images, along z. Each thread has a sum for each tap over tiles of g, to which where PARTED it adds that of a tile; then
// they meet, with a single barrier. The loads and products of a tile are written out by kernels/depthwise.ts.

// include windowTiles.wgsl

@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

var<workgroup> sums: array<f32, TAPS * 64u>;

@compute @workgroup_size(64)
fn main(
  @builtin(local_invocation_index) thread: u32,
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
) {
  let channel = group.y * groups.x + group.x;
  if (channel >= p.channels) { return; }
  let first = group.z * p.share;
  let tiles = min(p.share, p.images - first) * p.area;
  @unroll(t, TAPS) { var sum$t = 0.0; }
  for (var i = thread; i < tiles; i += 64u) {
    let tile = tileOf(i);
    let source = (first + tile.plane) * p.channels + channel;
    let top = tile.top;
    let left = tile.left;
    @if(PARTED) { @unroll(t, TAPS) { var part$t = 0.0; } }
    EACH_GRADIENT
    EACH_COLUMN
    EACH_ROW
    @if(PARTED) { @unroll(t, TAPS) { sum$t += part$t; } }
  }
  @unroll(t, TAPS) { sums[$tu * 64u + thread] = sum$t; }
  workgroupBarrier();
  if (thread >= TAPS) { return; }
  var total = 0.0;
  for (var begin = 0u; begin < 64u; begin += 8u) {
    var part = 0.0;
    for (var k = 0u; k < 8u; k++) { part += sums[thread * 64u + begin + k]; }
    total += part;
  }
  y[(group.z * p.channels + channel) * TAPS + thread] = total;
}
