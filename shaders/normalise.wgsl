// y = (x − mean)/√(variance + eps)·weight + bias by channel, a thread for each Item; relu where RELU, which stands in front.

// include channels.wgsl

@group(0) @binding(1) var<storage, read> x: array<Item>;
@group(0) @binding(2) var<storage, read> mean: array<f32>;
@group(0) @binding(3) var<storage, read> variance: array<f32>;
@group(0) @binding(4) var<storage, read> weight: array<f32>;
@group(0) @binding(5) var<storage, read> bias: array<f32>;
@group(0) @binding(6) var<storage, read_write> y: array<Item>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.images * p.channels * p.items) { return; }
  let c = channelOf(i);
  let scale = weight[c] / sqrt(variance[c] + p.eps);
  let value = (x[i] - mean[c]) * scale + bias[c];
  // Whatever is not below 0 stays, NaN too.
  y[i] = select(value, select(value, Item(), value <= Item()), RELU);
}
