// running ← running + momentum·(now − running), of the mean and of the variance, times count/(count − 1).

struct Params { channels: u32, momentum: f32, unbiased: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> mean: array<f32>;
@group(0) @binding(2) var<storage, read> variance: array<f32>;
@group(0) @binding(3) var<storage, read_write> runningMean: array<f32>;
@group(0) @binding(4) var<storage, read_write> runningVariance: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let c = id.y * groups.x * 64u + id.x;
  if (c >= p.channels) { return; }
  runningMean[c] += p.momentum * (mean[c] - runningMean[c]);
  runningVariance[c] += p.momentum * (variance[c] * p.unbiased - runningVariance[c]);
}
