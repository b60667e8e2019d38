// maxPool2dGrad where windows lie side by side, so that each pixel has one or none: one thread for four neighbours of a
// row, planes along y of the grid, and either along z. In front of this stand SMALL, the type Stored and `put`.

// include quotientBy.wgsl

struct Params {
  // include poolFields.wgsl
  fours: u32,
  inverseFours: f32,
  layerPixels: u32,
  layerPlanes: u32,
  inverseKernelHeight: f32,
  inverseKernelWidth: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read> place: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<Stored>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let plane = id.z * p.layerPlanes + id.y;
  let quad = id.z * p.layerPixels + id.x;
  let row = quotientBy(quad, p.fours, p.inverseFours);
  if (row >= p.height || plane >= p.planes) { return; }
  let first = (quad - row * p.fours) * 4u;
  let column = first + vec4<u32>(0u, 1u, 2u, 3u);
  let i = quotientBy(row + p.top, p.kernelHeight, p.inverseKernelHeight);
  let j = quotientBy4(column + p.left, p.kernelWidth, p.inverseKernelWidth);
  let at = (plane * p.outHeight + min(i, p.outHeight - 1u)) * p.outWidth + min(j, vec4<u32>(p.outWidth - 1u));
  let won = vec4<i32>(place[at.x], place[at.y], place[at.z], place[at.w]) == vec4<i32>(row * p.width + column);
  let here = won & (j < vec4<u32>(p.outWidth)) & vec4<bool>(i < p.outHeight);
  let value = select(vec4<f32>(), vec4<f32>(g[at.x], g[at.y], g[at.z], g[at.w]), here);
  put((plane * p.height + row) * p.width + first, first, p.width, value);
}
