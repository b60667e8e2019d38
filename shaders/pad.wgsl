// y[start + i·step…] = x[i…], and value in all other places.

struct Params {
  count: u32,
  rank: u32,
  value: f32,
  shape: array<vec4<u32>, 2>,
  inner: array<vec4<u32>, 2>,
  start: array<vec4<u32>, 2>,
  steps: array<vec4<u32>, 2>,
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
    let step = bitcast<i32>(p.steps[axis >> 2u][axis & 3u]);
    // Before the start the unsigned distance wraps to a large number, so one comparison checks both ends.
    let place = rest % length - p.start[axis >> 2u][axis & 3u];
    let distance = select(place, 0u - place, step < 0);
    let index = distance / u32(abs(step));
    rest /= length;
    inside = inside && index * u32(abs(step)) == distance && index < inner;
    source += index * stride;
    stride *= inner;
  }
  if (inside) { y[i] = x[source]; } else { y[i] = p.value; }
}
