// y[i] = Σ_s parts[s, i], in the order of s: the end of a sum that was split among workgroups.

struct Params { count: u32, splits: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  var total = 0.0;
  for (var s = 0u; s < p.splits; s++) { total += parts[s * p.count + i]; }
  y[i] = total;
}
