// y[i] = x at the noted place of the same plane, or 0 where there is none.

struct Params { count: u32, pixels: u32, pooled: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> place: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  if (place[i] < 0) {
    y[i] = 0.0;
  } else {
    y[i] = x[(i / p.pooled) * p.pixels + u32(place[i])];
  }
}
