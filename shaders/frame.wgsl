// Planes laid into a larger frame of zeros: one thread for four neighbours of a row of the
// frame, planes along y of the grid, and either along z. In front of this stand SMALL, the type Stored and `put`.

// include quotientBy.wgsl

struct Params {
  planes: u32,
  height: u32,
  width: u32,
  frameHeight: u32,
  frameWidth: u32,
  top: u32,
  left: u32,
  fours: u32,
  inverseFours: f32,
  layerPixels: u32,
  layerPlanes: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<Stored>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let plane = id.z * p.layerPlanes + id.y;
  let place = id.z * p.layerPixels + id.x;
  let line = quotientBy(place, p.fours, p.inverseFours);
  if (line >= p.frameHeight || plane >= p.planes) { return; }
  let first = (place - line * p.fours) * 4u;
  // Above and left of the plane the unsigned difference wraps to a large number, so one comparison checks both ends.
  let row = line - p.top;
  let column = first + vec4<u32>(0u, 1u, 2u, 3u) - p.left;
  let inside = vec4<bool>(row < p.height) & (column < vec4<u32>(p.width));
  let at = select(vec4<u32>(), (plane * p.height + row) * p.width + column, inside);
  let value = select(vec4<f32>(), vec4<f32>(x[at.x], x[at.y], x[at.z], x[at.w]), inside);
  put((plane * p.frameHeight + line) * p.frameWidth + first, first, p.frameWidth, value);
}
