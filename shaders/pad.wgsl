// y[i…] = x[i − low…] inside x, and value around it.

struct Params {
  count: u32,
  rank: u32,
  value: f32,
  shape: array<vec4<u32>, 2>,
  inner: array<vec4<u32>, 2>,
  low: array<vec4<u32>, 2>,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  var rest = i;
  var source = 0u;
  var stride = 1u;
  var inside = true;
  for (var n = p.rank; n > 0u; n--) {
    let axis = n - 1u;
    let length = p.shape[axis >> 2u][axis & 3u];
    let inner = p.inner[axis >> 2u][axis & 3u];
    // Below low the unsigned difference wraps to a large number, so one comparison checks both ends.
    let index = rest % length - p.low[axis >> 2u][axis & 3u];
    rest /= length;
    inside = inside && index < inner;
    source += index * stride;
    stride *= inner;
  }
  if (inside) { y[i] = x[source]; } else { y[i] = p.value; }
}
