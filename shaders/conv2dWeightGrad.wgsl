// dw[o,c,u,v] = Σ_{n,i,j} g[n,o,i,j] · x[n,c,i·sh+u·dh−top,j·sw+v·dw−left]. A workgroup makes 4 filters × 4 taps:
// its 64 threads stride over the pixels of the batch and combine their sums in a tree, always in the same
// order. A thread per weight would leave most of a GPU idle: few weights, very long sums.
// In front of this stands convParams.wgsl.

@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> g: array<f32>;
@group(0) @binding(3) var<storage, read_write> dw: array<f32>;

var<workgroup> parts: array<mat4x4<f32>, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let weights = p.depth * p.kernelHeight * p.kernelWidth;
  let tapBlocks = (weights + 3u) / 4u;
  let blocksPerGroup = (p.filtersPerGroup + 3u) / 4u;
  let index = workgroup.y * groups.x + workgroup.x;
  let block = index / tapBlocks;
  let group = block / blocksPerGroup;
  if (group * p.filtersPerGroup >= p.filters) { return; }

  // Past the end of the group, or of the taps, the last one is computed again and not stored.
  let end = (group + 1u) * p.filtersPerGroup;
  let first = group * p.filtersPerGroup + (block % blocksPerGroup) * 4u;
  let o = min(vec4<u32>(first, first + 1u, first + 2u, first + 3u), vec4<u32>(end - 1u));
  let tap = min((index % tapBlocks) * 4u + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(weights - 1u));
  let right = (tap % p.kernelWidth) * p.dilationX - p.left;
  let down = ((tap / p.kernelWidth) % p.kernelHeight) * p.dilationY - p.top;
  let plane = (group * p.depth + tap / (p.kernelWidth * p.kernelHeight)) * p.height;

  let pixels = p.outHeight * p.outWidth;
  var sum = mat4x4<f32>();
  for (var place = thread; place < p.n * pixels; place += 64u) {
    let n = place / pixels;
    let pixel = place % pixels;
    // Outside the image the unsigned row wraps to a large number, so one comparison checks both ends.
    let row = (pixel / p.outWidth) * p.strideY + down;
    let column = (pixel % p.outWidth) * p.strideX + right;
    let inside = (row < vec4<u32>(p.height)) & (column < vec4<u32>(p.width));
    let source = select(vec4<u32>(), (n * p.channels * p.height + plane + row) * p.width + column, inside);
    let value = select(vec4<f32>(), vec4<f32>(x[source.x], x[source.y], x[source.z], x[source.w]), inside);
    let at = (n * p.filters + o) * pixels + pixel;
    sum[0] += g[at.x] * value;
    sum[1] += g[at.y] * value;
    sum[2] += g[at.z] * value;
    sum[3] += g[at.w] * value;
  }
  parts[thread] = sum;
  for (var half = 32u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (thread < half) { parts[thread] += parts[thread + half]; }
  }
  if (thread < 4u) {
    let total = parts[0];
    dw[o.x * weights + tap[thread]] = total[0][thread];
    dw[o.y * weights + tap[thread]] = total[1][thread];
    dw[o.z * weights + tap[thread]] = total[2][thread];
    dw[o.w * weights + tap[thread]] = total[3][thread];
  }
}
