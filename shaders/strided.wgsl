// y[i₀,i₁,…] = x[offset + i₀·s₀ + i₁·s₁ + …]: permute, slice and broadcastTo. Elements are moved as bits.

// include quotient.wgsl

struct Params {
  count: u32,
  rank: u32,
  offset: u32,
  shape: array<vec4<u32>, 2>,
  strides: array<vec4<u32>, 2>,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  var rest = i;
  var source = p.offset;
  for (var n = p.rank; n > 0u; n--) {
    let axis = n - 1u;
    let length = p.shape[axis >> 2u][axis & 3u];
    let outer = quotient(rest, length);
    source += (rest - outer * length) * p.strides[axis >> 2u][axis & 3u];
    rest = outer;
  }
  y[i] = x[source];
}
