// y[i,j] = the maximum of window (i,j), and the place in the plane of its first one: one thread per window.

// include real.wgsl

struct Params {
  // include poolFields.wgsl
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read_write> place: array<i32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.planes * p.outHeight * p.outWidth) { return; }
  let j = output % p.outWidth;
  let i = (output / p.outWidth) % p.outHeight;
  let plane = output / (p.outWidth * p.outHeight);
  // A window that sees nothing but padding has −∞ and no place.
  var bits = 0xff800000u;
  var best = bitcast<f32>(bits);
  var at = -1;
  for (var u = 0u; u < p.kernelHeight; u++) {
    // Above the image the unsigned row wraps to a large number, so one comparison checks both ends.
    let row = i * p.strideY + u * p.dilationY - p.top;
    if (row >= p.height) { continue; }
    for (var v = 0u; v < p.kernelWidth; v++) {
      let column = j * p.strideX + v * p.dilationX - p.left;
      if (column >= p.width) { continue; }
      let value = x[(plane * p.height + row) * p.width + column];
      // A NaN counts as the largest, and the first one stays.
      if (at < 0 || value > best || (isNaN(value) && !isNaN(best))) {
        best = value;
        at = i32(row * p.width + column);
      }
    }
  }
  y[output] = best;
  place[output] = at;
}
