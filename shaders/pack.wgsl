// y[start + i] = x[i], and zeros from there to the next multiple of 64. Moved as bits.

struct Params { count: u32, start: u32, end: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (p.start + i >= p.end) { return; }
  var value = 0u;
  if (i < p.count) { value = x[i]; }
  y[p.start + i] = value;
}
