// y[i] = f(x[i], a, b). The function f is appended: a row of the table in engine/ops/unary.ts. In front of this
// stands real.wgsl.

struct Params { count: u32, a: f32, b: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  y[i] = f(x[i], p.a, p.b);
}
