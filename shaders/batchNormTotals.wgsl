// dbias = Σ h and dweight = r·Σ h·(x − mean) of each channel from the sums of its shares; `totals` has them side by side.
// A sum stands there `width` times.

struct Params { channels: u32, shares: u32, width: u32, eps: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> sums: array<f32>;
@group(0) @binding(2) var<storage, read> variance: array<f32>;
@group(0) @binding(3) var<storage, read_write> dweight: array<f32>;
@group(0) @binding(4) var<storage, read_write> dbias: array<f32>;
@group(0) @binding(5) var<storage, read_write> totals: array<vec2<f32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let channel = id.y * groups.x * 64u + id.x;
  if (channel >= p.channels) { return; }
  var both = vec2<f32>();
  for (var s = 0u; s < p.shares; s++) { 
    let at = 2u * p.width * (s * p.channels + channel);
    both += vec2<f32>(sums[at], sums[at + p.width]);
  }
  both.y /= sqrt(variance[channel] + p.eps);
  dbias[channel] = both.x;
  dweight[channel] = both.y;
  totals[channel] = both;
}
