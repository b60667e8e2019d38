// Planes laid into a larger frame of zeros, their elements spread apart: one thread per element of the frame, planes along
// y and z of the grid. In front of this stands quotient.wgsl.

struct Params {
  planes: u32,
  height: u32,
  width: u32,
  frameHeight: u32,
  frameWidth: u32,
  top: u32,
  left: u32,
  spreadY: u32,
  spreadX: u32,
  inverseWidth: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let plane = id.z * groups.y + id.y;
  let pixels = p.frameHeight * p.frameWidth;
  if (id.x >= pixels || plane >= p.planes) { return; }
  // Above and left of the plane the unsigned difference wraps to a large number, so one comparison checks both ends.
  let line = quotientSmall(id.x, p.inverseWidth);
  let row = line - p.top;
  let column = id.x - line * p.frameWidth - p.left;
  var r = row;
  var c = column;
  if (p.spreadY > 1u) { r = row / p.spreadY; }
  if (p.spreadX > 1u) { c = column / p.spreadX; }
  let inside = r < p.height && c < p.width && r * p.spreadY == row && c * p.spreadX == column;
  let value = x[select(0u, (plane * p.height + r) * p.width + c, inside)];
  y[plane * pixels + id.x] = select(0.0, value, inside);
}
