// A convolution of each channel with a filter of its own, or its input gradient: one thread for a tile. What is done with each
// row that a tile sees is written out by kernels/depthwise.ts.

// include windowTiles.wgsl

@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<Stored>;

fn ended(sum: f32) -> f32 {
  @if(RELU) { return select(sum, 0.0, sum <= 0.0); }
  @if(!RELU) { return sum; }
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  // insert windowTileStart.wgsl
  let channel = source - quotientBy(source, p.channels, p.inverseChannels) * p.channels;
  @unroll(t, TAPS) { let w$t = w[channel * TAPS + $tu]; }
  var start = 0.0;
  if (BIAS) { start = bias[channel]; }
  @unroll(s, SUMS) { var sum$s = start; }
  EACH_COLUMN
  EACH_ROW
  EACH_STORE
}
