// y[i] = Σ_s parts[s, i], in the order of s: the end of a sum that was split among workgroups; then bias and relu, which
// wait for the whole sum. The constants BIAS and RELU stand in front.

struct Params { count: u32, splits: u32, yRow: u32, rows: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<storage, read> bias: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  var total = 0.0;
  for (var s = 0u; s < p.splits; s++) { total += parts[s * p.count + i]; }
  if (BIAS) { total += bias[(i / p.yRow) % p.rows]; }
  if (RELU) { total = select(total, 0.0, total <= 0.0); }
  y[i] = total;
}
