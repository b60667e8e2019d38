// dx[p] = Σ g/size of the windows that hold p: one thread per pixel.

// include avgPoolParams.wgsl
// include longSum.wgsl

@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.planes * p.height * p.width) { return; }
  let column = output % p.width;
  let row = (output / p.width) % p.height;
  let plane = output / (p.width * p.height);
  var sums = vec2<f32>();
  var block = 0.0;
  var taken = 0u;
  var n = 0u;
  for (var u = 0u; u < p.kernelHeight; u++) {
    // i·sh = row + top − u·dh; a negative one wraps to a large number and fails the comparison.
    let down = row + p.top - u * p.dilationY;
    let i = down / p.strideY;
    if (i >= p.outHeight || i * p.strideY != down) { continue; }
    for (var first = 0u; first < p.kernelWidth; first += BLOCK) {
      let end = min(first + BLOCK, p.kernelWidth);
      for (var v = first; v < end; v++) {
        let across = column + p.left - v * p.dilationX;
        let j = across / p.strideX;
        if (j >= p.outWidth || j * p.strideX != across) { continue; }
        let rows = counted(i, p.strideY, p.top, p.bottom, p.kernelHeight, p.dilationY, p.height);
        let columns = counted(j, p.strideX, p.left, p.right, p.kernelWidth, p.dilationX, p.width);
        block += g[(plane * p.outHeight + i) * p.outWidth + j] / f32(rows * columns);
      }
      taken += end - first;
      if (taken >= BLOCK) {
        sums = withBlock(sums, block, n);
        n++;
        block = 0.0;
        taken = 0u;
      }
    }
  }
  dx[output] = sums.y + (sums.x + block);
}
