// y[n,o,i,j] = bias[o] + Σ_{c,u,v} x[n,c,i·sh+u·dh−top,j·sw+v·dw−left] · w[o,c,u,v]. A thread makes 4 filters at
// 4 pixels: 8 values are read for 16 products.
// In front of this stands convParams.wgsl.

@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let thread = id.y * groups.x * 64u + id.x;
  let pixels = p.outHeight * p.outWidth;
  let total = p.n * pixels;
  let pixelBlocks = (total + 3u) / 4u;
  let blocksPerGroup = (p.filtersPerGroup + 3u) / 4u;
  let block = thread / pixelBlocks;
  let group = block / blocksPerGroup;
  if (group * p.filtersPerGroup >= p.filters) { return; }

  // The filters of this thread; past the end of the group the last one is computed again and not stored.
  let end = (group + 1u) * p.filtersPerGroup;
  let first = group * p.filtersPerGroup + (block % blocksPerGroup) * 4u;
  let o = min(vec4<u32>(first, first + 1u, first + 2u, first + 3u), vec4<u32>(end - 1u));
  let taps = p.kernelHeight * p.kernelWidth;

  let place = (thread % pixelBlocks) * 4u + vec4<u32>(0u, 1u, 2u, 3u);
  let n = place / pixels;
  let pixel = place % pixels;
  let top = (pixel / p.outWidth) * p.strideY - p.top;
  let left = (pixel % p.outWidth) * p.strideX - p.left;

  var sum0 = vec4<f32>();
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  for (var c = 0u; c < p.depth; c++) {
    let plane = (n * p.channels + group * p.depth + c) * p.height;
    var at = (o * p.depth + c) * taps;
    for (var u = 0u; u < p.kernelHeight; u++) {
      // Above the image the unsigned row wraps to a large number, so one comparison checks both ends.
      let row = top + u * p.dilationY;
      let inRow = (place < vec4<u32>(total)) & (row < vec4<u32>(p.height));
      for (var v = 0u; v < p.kernelWidth; v++) {
        let column = left + v * p.dilationX;
        let inside = inRow & (column < vec4<u32>(p.width));
        let source = select(vec4<u32>(), (plane + row) * p.width + column, inside);
        let value = select(vec4<f32>(), vec4<f32>(x[source.x], x[source.y], x[source.z], x[source.w]), inside);
        sum0 += w[at.x] * value;
        sum1 += w[at.y] * value;
        sum2 += w[at.z] * value;
        sum3 += w[at.w] * value;
        at += 1u;
      }
    }
  }
  if (p.hasBias == 1u) {
    sum0 += bias[o.x];
    sum1 += bias[o.y];
    sum2 += bias[o.z];
    sum3 += bias[o.w];
  }
  for (var k = 0u; k < 4u; k++) {
    if (place[k] >= total) { return; }
    let output = n[k] * p.filters * pixels + pixel[k];
    y[output + o.x * pixels] = sum0[k];
    y[output + o.y * pixels] = sum1[k];
    y[output + o.z * pixels] = sum2[k];
    y[output + o.w * pixels] = sum3[k];
  }
}
