// Tensors that are walked at once, each with strides of its own: where an Item of y comes from. Axes go from the last to
// the first, without those of length 1, and neighbours that are one in all tensors are one. OUTER, which stands in front
// as a constant, is how many there are but for the first, and SMALL is quotientBy's.

// include quotientBy.wgsl

struct Params {
  items: u32,
  offset: u32,
  // From one element to the next, where a thread brings four of them one by one.
  step: u32,
  // Of each axis its length in Items, and the strides of both tensors.
  axes: array<vec4<u32>, 8>,
  inverses: array<vec4<f32>, 2>,
}
@group(0) @binding(0) var<uniform> p: Params;

fn placesOf(item: u32) -> vec2<u32> {
  var rest = item;
  var places = vec2<u32>();
  @unroll(n, OUTER) {
    let next$n = quotientBy(rest, p.axes[$n].x, p.inverses[$nu >> 2u][$nu & 3u]);
    places += (rest - next$n * p.axes[$n].x) * p.axes[$n].yz;
    rest = next$n;
  }
  return places + rest * p.axes[OUTER].yz;
}
