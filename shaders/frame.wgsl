// Planes laid into a larger frame of zeros, their elements spread apart: one thread per element of the frame.

struct Params {
  count: u32,
  height: u32,
  width: u32,
  frameHeight: u32,
  frameWidth: u32,
  top: u32,
  left: u32,
  spreadY: u32,
  spreadX: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= p.count) { return; }
  // Above and left of the plane the unsigned difference wraps to a large number, so one comparison checks both ends.
  let row = (i / p.frameWidth) % p.frameHeight - p.top;
  let column = i % p.frameWidth - p.left;
  let plane = i / (p.frameWidth * p.frameHeight);
  let r = row / p.spreadY;
  let c = column / p.spreadX;
  let inside = r < p.height && c < p.width && r * p.spreadY == row && c * p.spreadX == column;
  var value = 0.0;
  if (inside) { value = x[(plane * p.height + r) * p.width + c]; }
  y[i] = value;
}
