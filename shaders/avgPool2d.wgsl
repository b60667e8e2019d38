// y[i,j] = the mean of window (i,j): one thread per window.

// include avgPoolParams.wgsl

@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.planes * p.outHeight * p.outWidth) { return; }
  let j = output % p.outWidth;
  let i = (output / p.outWidth) % p.outHeight;
  let plane = output / (p.outWidth * p.outHeight);
  var sum = 0.0;
  for (var u = 0u; u < p.kernelHeight; u++) {
    // Above the image the unsigned row wraps to a large number, so one comparison checks both ends.
    let row = i * p.strideY + u * p.dilationY - p.top;
    if (row >= p.height) { continue; }
    for (var v = 0u; v < p.kernelWidth; v++) {
      let column = j * p.strideX + v * p.dilationX - p.left;
      if (column >= p.width) { continue; }
      sum += x[(plane * p.height + row) * p.width + column];
    }
  }
  let rows = counted(i, p.strideY, p.top, p.bottom, p.kernelHeight, p.dilationY, p.height);
  let columns = counted(j, p.strideX, p.left, p.right, p.kernelWidth, p.dilationX, p.width);
  y[output] = sum / f32(max(rows * columns, 1u));
}
