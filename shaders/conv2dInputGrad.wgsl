// dx[n,c,p,q] = Σ_{o,u,v} g[n,o,i,j] · w[o,c,u,v] over all i·sh+u·dh−top = p, j·sw+v·dw−left = q: one thread
// per input pixel, which gathers from all the windows that saw it, so that no two threads add to one place.

struct Params {
  n: u32,
  channels: u32,
  height: u32,
  width: u32,
  filters: u32,
  outHeight: u32,
  outWidth: u32,
  depth: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  strideY: u32,
  strideX: u32,
  top: u32,
  left: u32,
  dilationY: u32,
  dilationX: u32,
  filtersPerGroup: u32,
  hasBias: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.n * p.channels * p.height * p.width) { return; }
  let column = output % p.width;
  let row = (output / p.width) % p.height;
  let channel = (output / (p.width * p.height)) % p.channels;
  let n = output / (p.width * p.height * p.channels);
  let c = channel % p.depth;
  let firstFilter = (channel / p.depth) * p.filtersPerGroup;
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
      for (var k = 0u; k < p.filtersPerGroup; k++) {
        let o = firstFilter + k;
        sum += g[((n * p.filters + o) * p.outHeight + i) * p.outWidth + j]
          * w[((o * p.depth + c) * p.kernelHeight + u) * p.kernelWidth + v];
      }
    }
  }
  dx[output] = sum;
}
