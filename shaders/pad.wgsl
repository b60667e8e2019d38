// y[low + i·step…] = x[i…], and value in all other places. Where x comes backwards its strides are negative.

struct Params {
  count: u32,
  rank: u32,
  value: f32,
  offset: u32,
  shape: array<vec4<u32>, 2>,
  inner: array<vec4<u32>, 2>,
  low: array<vec4<u32>, 2>,
  steps: array<vec4<u32>, 2>,
  strides: array<vec4<u32>, 2>,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  var rest = i;
  var source = p.offset;
  var inside = true;
  for (var n = p.rank; n > 0u; n--) {
    let axis = n - 1u;
    let length = p.shape[axis >> 2u][axis & 3u];
    let step = p.steps[axis >> 2u][axis & 3u];
    // Below low the unsigned difference wraps to a large number, so one comparison checks both ends.
    let place = rest % length - p.low[axis >> 2u][axis & 3u];
    let index = place / step;
    rest /= length;
    inside = inside && index * step == place && index < p.inner[axis >> 2u][axis & 3u];
    source += index * p.strides[axis >> 2u][axis & 3u];
  }
  if (inside) { y[i] = x[source]; } else { y[i] = p.value; }
}
