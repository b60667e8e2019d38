// y[start + i·step…] = x[i…], and value in all other places. Of each axis there are its length in y, that in x, where x
// begins and the step, from the last axis to the first; RANK axes, whether there are STEPS other than 1, and SMALL, which
// is quotientBy's, stand in front.

// include quotientBy.wgsl

struct Params {
  count: u32,
  value: f32,
  axes: array<vec4<u32>, 8>,
  inverses: array<vec4<f32>, 2>,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// How far from the start a place is, in steps; past the end of x where it is none of them.
fn indexOn(place: u32, axis: vec4<u32>) -> u32 {
  // Before the start the unsigned distance wraps to a large number, so one comparison checks both ends.
  let ahead = place - axis.z;
  if (!STEPS) { return ahead; }
  let step = bitcast<i32>(axis.w);
  let distance = select(ahead, 0u - ahead, step < 0);
  let index = distance / u32(abs(step));
  return select(0xffffffffu, index, index * u32(abs(step)) == distance);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  var rest = i;
  var source = 0u;
  var stride = 1u;
  var inside = true;
  @unroll(n, RANK) {
    let next$n = quotientBy(rest, p.axes[$n].x, p.inverses[$nu >> 2u][$nu & 3u]);
    let index$n = indexOn(rest - next$n * p.axes[$n].x, p.axes[$n]);
    rest = next$n;
    inside = inside && index$n < p.axes[$n].y;
    source += index$n * stride;
    stride *= p.axes[$n].y;
  }
  if (inside) { y[i] = x[source]; } else { y[i] = p.value; }
}
