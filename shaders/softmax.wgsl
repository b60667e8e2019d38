// softmax and logSoftmax along one axis: one thread per row, the maximum taken off first.

// include longSum.wgsl
// include real.wgsl

struct Params { rows: u32, length: u32, inner: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn startOf(row: u32) -> u32 { return (row / p.inner) * p.length * p.inner + row % p.inner; }

fn maximumOf(start: u32) -> f32 {
  var best = x[start];
  // A NaN stays, so that the whole row becomes one.
  for (var k = 1u; k < p.length && !isNaN(best); k++) {
    let value = x[start + k * p.inner];
    if (value > best || isNaN(value)) { best = value; }
  }
  return best;
}

fn totalOf(start: u32, maximum: f32) -> f32 {
  var sums = vec2<f32>();
  for (var first = 0u; first < p.length; first += BLOCK) {
    var block = 0.0;
    for (var k = first; k < min(first + BLOCK, p.length); k++) { block += exp(x[start + k * p.inner] - maximum); }
    sums = withBlock(sums, block, first / BLOCK);
  }
  return sums.y + sums.x;
}

@compute @workgroup_size(64)
fn softmax(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = id.y * groups.x * 64u + id.x;
  if (row >= p.rows || p.length == 0u) { return; }
  let start = startOf(row);
  let maximum = maximumOf(start);
  let total = totalOf(start, maximum);
  for (var k = 0u; k < p.length; k++) {
    y[start + k * p.inner] = exp(x[start + k * p.inner] - maximum) / total;
  }
}

@compute @workgroup_size(64)
fn logSoftmax(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = id.y * groups.x * 64u + id.x;
  if (row >= p.rows || p.length == 0u) { return; }
  let start = startOf(row);
  let maximum = maximumOf(start);
  let logTotal = log(totalOf(start, maximum));
  // The maximum comes off first: added to the logarithm it would round that away when the logits are large.
  for (var k = 0u; k < p.length; k++) {
    y[start + k * p.inner] = (x[start + k * p.inner] - maximum) - logTotal;
  }
}
