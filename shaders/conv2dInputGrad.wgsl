// dx[n,c,p,q] = Σ_{o,u,v} g[n,o,i,j] · w[o,c,u,v] over all i·sh+u·dh−top = p, j·sw+v·dw−left = q. A thread makes
// 4 channels at 4 pixels and gathers from all the windows that saw them, so that no two threads add to one place.
// In front of this stands convParams.wgsl.

@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let thread = id.y * groups.x * 64u + id.x;
  let pixels = p.height * p.width;
  let total = p.n * pixels;
  let pixelBlocks = (total + 3u) / 4u;
  let blocksPerGroup = (p.depth + 3u) / 4u;
  let block = thread / pixelBlocks;
  let group = block / blocksPerGroup;
  if (group * p.depth >= p.channels) { return; }

  // The channels of this thread; past the end of the group the last one is computed again and not stored.
  let first = (block % blocksPerGroup) * 4u;
  let c = min(vec4<u32>(first, first + 1u, first + 2u, first + 3u), vec4<u32>(p.depth - 1u));
  let taps = p.kernelHeight * p.kernelWidth;

  let place = (thread % pixelBlocks) * 4u + vec4<u32>(0u, 1u, 2u, 3u);
  let n = place / pixels;
  let pixel = place % pixels;
  let bottom = pixel / p.width + p.top;
  let right = pixel % p.width + p.left;

  var sum0 = vec4<f32>();
  var sum1 = vec4<f32>();
  var sum2 = vec4<f32>();
  var sum3 = vec4<f32>();
  for (var u = 0u; u < p.kernelHeight; u++) {
    // i·sh = row + top − u·dh; a negative one wraps to a large number and fails the comparison.
    let down = bottom - u * p.dilationY;
    let i = down / p.strideY;
    let inRow = (place < vec4<u32>(total)) & (i < vec4<u32>(p.outHeight)) & (i * p.strideY == down);
    for (var v = 0u; v < p.kernelWidth; v++) {
      let across = right - v * p.dilationX;
      let j = across / p.strideX;
      let inside = inRow & (j < vec4<u32>(p.outWidth)) & (j * p.strideX == across);
      for (var k = 0u; k < p.filtersPerGroup; k++) {
        let o = group * p.filtersPerGroup + k;
        let source = select(vec4<u32>(), ((n * p.filters + o) * p.outHeight + i) * p.outWidth + j, inside);
        let value = select(vec4<f32>(), vec4<f32>(g[source.x], g[source.y], g[source.z], g[source.w]), inside);
        let at = (o * p.depth + c) * taps + u * p.kernelWidth + v;
        sum0 += w[at.x] * value;
        sum1 += w[at.y] * value;
        sum2 += w[at.z] * value;
        sum3 += w[at.w] * value;
      }
    }
  }
  let channel = group * p.depth + c;
  for (var k = 0u; k < 4u; k++) {
    if (place[k] >= total) { return; }
    let output = n[k] * p.channels * pixels + pixel[k];
    dx[output + channel.x * pixels] = sum0[k];
    dx[output + channel.y * pixels] = sum1[k];
    dx[output + channel.z * pixels] = sum2[k];
    dx[output + channel.w * pixels] = sum3[k];
  }
}
