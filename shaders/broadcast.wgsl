// y[i] = f(a[i], b[i]) where one is broadcast to the other. f, a row of the table in
// engine/ops/binary.ts, stands in front.

// include quotient.wgsl
// include real.wgsl

struct Params {
  count: u32,
  rank: u32,
  shape: array<vec4<u32>, 2>,
  aStrides: array<vec4<u32>, 2>,
  bStrides: array<vec4<u32>, 2>,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  var rest = i;
  var ia = 0u;
  var ib = 0u;
  for (var n = p.rank; n > 0u; n--) {
    let axis = n - 1u;
    let length = p.shape[axis >> 2u][axis & 3u];
    let outer = quotient(rest, length);
    let index = rest - outer * length;
    rest = outer;
    ia += index * p.aStrides[axis >> 2u][axis & 3u];
    ib += index * p.bStrides[axis >> 2u][axis & 3u];
  }
  y[i] = f(a[ia], b[ib]);
}
