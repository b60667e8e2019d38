// A convolution whose groups have one channel, and the gradient of its input: one thread for an element of the result, which sums
// its few taps. As a contraction each group would be a tile of one row, or of few. In front of this stand GRADIENT and BIAS.

struct Params {
  count: u32,
  filters: u32,
  perChannel: u32,
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
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> source: array<f32>;
@group(0) @binding(2) var<storage, read> w: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.count) { return; }
  let column = output % p.outWidth;
  let row = (output / p.outWidth) % p.outHeight;
  let plane = output / (p.outWidth * p.outHeight);
  // A channel gets from each of its filters.
  let sources = select(1u, p.perChannel, GRADIENT);
  var sum = 0.0;
  if (BIAS) { sum = bias[plane % p.filters]; }
  for (var s = 0u; s < sources; s++) {
    let one = select(plane, plane * p.perChannel + s, GRADIENT) % p.filters;
    let first = select(plane / p.perChannel, plane * p.perChannel + s, GRADIENT) * p.height;
    var tap = one * p.kernelHeight * p.kernelWidth;
    for (var u = 0u; u < p.kernelHeight; u++) {
      // i·sh = row + top − u·dh, or row·sh − top + u·dh; a negative one wraps to a large number and fails the comparison.
      var i = row * p.strideY + u * p.dilationY - p.top;
      var meets = true;
      if (GRADIENT) {
        let down = row + p.top - u * p.dilationY;
        i = down / p.strideY;
        meets = i * p.strideY == down;
      }
      if (i >= p.height || !meets) {
        tap += p.kernelWidth;
        continue;
      }
      let line = (first + i) * p.width;
      for (var v = 0u; v < p.kernelWidth; v++) {
        var j = column * p.strideX + v * p.dilationX - p.left;
        var inside = true;
        if (GRADIENT) {
          let across = column + p.left - v * p.dilationX;
          j = across / p.strideX;
          inside = j * p.strideX == across;
        }
        if (inside && j < p.width) { sum += source[line + j] * w[tap]; }
        tap++;
      }
    }
  }
  y[output] = sum;
}
