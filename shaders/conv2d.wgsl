// y[n,o,i,j] = bias[o] + Σ_{c,u,v} x[n,c,i·sh+u·dh−top,j·sw+v·dw−left] · w[o,c,u,v]: one thread per output.

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
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.n * p.filters * p.outHeight * p.outWidth) { return; }
  let j = output % p.outWidth;
  let i = (output / p.outWidth) % p.outHeight;
  let o = (output / (p.outWidth * p.outHeight)) % p.filters;
  let n = output / (p.outWidth * p.outHeight * p.filters);
  let firstChannel = (o / p.filtersPerGroup) * p.depth;
  var sum = 0.0;
  if (p.hasBias == 1u) { sum = bias[o]; }
  for (var c = 0u; c < p.depth; c++) {
    let plane = (n * p.channels + firstChannel + c) * p.height;
    let filterAt = (o * p.depth + c) * p.kernelHeight;
    for (var u = 0u; u < p.kernelHeight; u++) {
      // Above the image the unsigned row wraps to a large number, so one comparison checks both ends.
      let row = i * p.strideY + u * p.dilationY - p.top;
      if (row >= p.height) { continue; }
      for (var v = 0u; v < p.kernelWidth; v++) {
        let column = j * p.strideX + v * p.dilationX - p.left;
        if (column >= p.width) { continue; }
        sum += x[(plane + row) * p.width + column] * w[(filterAt + u) * p.kernelWidth + v];
      }
    }
  }
  y[output] = sum;
}
