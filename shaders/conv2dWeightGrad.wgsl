// dw[o,c,u,v] = Σ_{n,i,j} g[n,o,i,j] · x[n,c,i·sh+u·dh−top,j·sw+v·dw−left]: one workgroup per weight, whose 64
// threads stride over the pixels of the batch and combine their sums in a tree. A thread per weight would leave
// most of a GPU idle: few weights, very long sums.

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
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

var<workgroup> parts: array<f32, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let output = group.y * groups.x + group.x;
  if (output >= p.filters * p.depth * p.kernelHeight * p.kernelWidth) { return; }
  let v = output % p.kernelWidth;
  let u = (output / p.kernelWidth) % p.kernelHeight;
  let c = (output / (p.kernelWidth * p.kernelHeight)) % p.depth;
  let o = output / (p.kernelWidth * p.kernelHeight * p.depth);
  let channel = (o / p.filtersPerGroup) * p.depth + c;
  let pixels = p.outHeight * p.outWidth;
  var part = 0.0;
  for (var place = thread; place < p.n * pixels; place += 64u) {
    let n = place / pixels;
    let pixel = place % pixels;
    // Above the image the unsigned row wraps to a large number, so one comparison checks both ends.
    let row = (pixel / p.outWidth) * p.strideY + u * p.dilationY - p.top;
    let column = (pixel % p.outWidth) * p.strideX + v * p.dilationX - p.left;
    if (row < p.height && column < p.width) {
      part += g[(n * p.filters + o) * pixels + pixel] * x[((n * p.channels + channel) * p.height + row) * p.width + column];
    }
  }
  parts[thread] = part;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) { parts[thread] += parts[thread + half]; }
  }
  if (thread == 0u) { dw[output] = parts[0]; }
}
