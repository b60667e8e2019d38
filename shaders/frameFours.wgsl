// Planes of four images at a time, laid into a larger frame of zeros, elements of the four side by side: one thread for a
// place of the frame, planes along y of the grid, and either along z. In front of this stands SMALL.

// include quotientBy.wgsl

struct Params {
  images: u32,
  channels: u32,
  height: u32,
  width: u32,
  frameHeight: u32,
  frameWidth: u32,
  top: u32,
  left: u32,
  inverseWidth: f32,
  planes: u32,
  layerPixels: u32,
  layerPlanes: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<vec4<f32>>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let plane = id.z * p.layerPlanes + id.y;
  let place = id.z * p.layerPixels + id.x;
  let line = quotientBy(place, p.frameWidth, p.inverseWidth);
  if (line >= p.frameHeight || plane >= p.planes) { return; }
  // Above and left of the plane the unsigned difference wraps to a large number, so one comparison checks both ends.
  let row = line - p.top;
  let column = place - line * p.frameWidth - p.left;
  let inside = row < p.height && column < p.width;
  let four = plane / p.channels;
  let image = four * 4u + vec4<u32>(0u, 1u, 2u, 3u);
  let there = vec4<bool>(inside) & (image < vec4<u32>(p.images));
  let channel = plane - four * p.channels;
  let at = select(vec4<u32>(), ((image * p.channels + channel) * p.height + row) * p.width + column, there);
  y[plane * p.frameHeight * p.frameWidth + place] =
    select(vec4<f32>(), vec4<f32>(x[at.x], x[at.y], x[at.z], x[at.w]), there);
}
