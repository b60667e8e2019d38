// y[i,j] = the mean of window (i,j): one thread per window.

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
  countPadding: u32,
  bottom: u32,
  right: u32,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

// How many taps of a window along one axis count in its mean: those inside, and those on padding if that counts.
// Padding before the image is never passed by a window; what lies past the padding after it never counts.
fn counted(window: u32, stride: u32, before: u32, after: u32, taps: u32, dilation: u32, length: u32) -> u32 {
  let end = select(length, length + after, p.countPadding == 1u);
  var count = 0u;
  for (var tap = 0u; tap < taps; tap++) {
    let at = window * stride + tap * dilation;
    let inside = at < end + before && (p.countPadding == 1u || at >= before);
    count += select(0u, 1u, inside);
  }
  return count;
}

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
