// y[i] = f(x[i], a, b), an Item at a time: four elements, or one. In front of this stand the
// type Item, f, a row of the table in engine/ops/unary.ts, and `all`, which is f for an Item.

// include real.wgsl
// include sine.wgsl

struct Params { items: u32, a: f32, b: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<Item>;
@group(0) @binding(2) var<storage, read_write> y: array<Item>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.items) { return; }
  y[i] = all(x[i], p.a, p.b);
}
