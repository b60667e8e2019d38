// dx[p] = Σ g of the windows whose maximum was at p: one thread per pixel, which asks all windows that hold it,
// so that no two threads add to one place. In front of this stands quotient.wgsl.

struct Params {
  planes: u32,
  height: u32,
  width: u32,
  outHeight: u32,
  outWidth: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  strideY: u32,
  strideX: u32,
  top: u32,
  left: u32,
  dilationY: u32,
  dilationX: u32,
  fours: u32,
  inverseFours: f32,
  inverseKernelHeight: f32,
  inverseKernelWidth: f32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read> place: array<i32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.planes * p.height * p.width) { return; }
  let column = output % p.width;
  let row = (output / p.width) % p.height;
  let plane = output / (p.width * p.height);
  let here = i32(row * p.width + column);
  var sum = 0.0;
  for (var u = 0u; u < p.kernelHeight; u++) {
    // i·sh = row + top − u·dh; a negative one wraps to a large number and fails the comparison.
    let down = row + p.top - u * p.dilationY;
    let i = down / p.strideY;
    if (i >= p.outHeight || i * p.strideY != down) { continue; }
    for (var v = 0u; v < p.kernelWidth; v++) {
      let across = column + p.left - v * p.dilationX;
      let j = across / p.strideX;
      if (j >= p.outWidth || j * p.strideX != across) { continue; }
      let pooled = (plane * p.outHeight + i) * p.outWidth + j;
      if (place[pooled] == here) { sum += g[pooled]; }
    }
  }
  dx[output] = sum;
}

// The same where windows lie side by side, so that each pixel has one or none: one thread for four neighbours of a row,
// planes along y and z of the grid.
@compute @workgroup_size(64)
fn apart(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let plane = id.z * groups.y + id.y;
  let row = quotientSmall(id.x, p.inverseFours);
  if (row >= p.height || plane >= p.planes) { return; }
  let first = (id.x - row * p.fours) * 4u;
  let column = first + vec4<u32>(0u, 1u, 2u, 3u);
  let i = quotientSmall(row + p.top, p.inverseKernelHeight);
  let j = vec4<u32>((vec4<f32>(column + p.left) + 0.5) * p.inverseKernelWidth);
  let at = (plane * p.outHeight + min(i, p.outHeight - 1u)) * p.outWidth + min(j, vec4<u32>(p.outWidth - 1u));
  let won = vec4<i32>(place[at.x], place[at.y], place[at.z], place[at.w]) == vec4<i32>(row * p.width + column);
  let here = won & (j < vec4<u32>(p.outWidth)) & vec4<bool>(i < p.outHeight);
  let value = select(vec4<f32>(), vec4<f32>(g[at.x], g[at.y], g[at.z], g[at.w]), here);
  let to = (plane * p.height + row) * p.width + first;
  dx[to] = value.x;
  if (first + 1u < p.width) { dx[to + 1u] = value.y; }
  if (first + 2u < p.width) { dx[to + 2u] = value.z; }
  if (first + 3u < p.width) { dx[to + 3u] = value.w; }
}
