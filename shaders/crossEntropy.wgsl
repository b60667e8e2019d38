// y[n] = ln Σ e^x[n,c] − x[n,label[n]]: one thread per row. A label out of range makes the row
// NaN.

// include real.wgsl
// include rowTotal.wgsl

struct Params { rows: u32, classes: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let row = id.y * groups.x * 64u + id.x;
  if (row >= p.rows) { return; }
  let start = row * p.classes;
  var maximum = x[start];
  // A NaN stays, so that a run that has diverged shows it.
  for (var c = 1u; c < p.classes && !isNaN(maximum); c++) {
    let value = x[start + c];
    if (value > maximum || isNaN(value)) { maximum = value; }
  }
  let total = totalOf(start, p.classes, maximum);
  // A negative label is a large unsigned number, so one comparison checks both ends. NaN is written as bits:
  // WGSL has no NaN literal.
  let label = labels[row];
  if (label < p.classes) {
    // In this order large logits do not round the logarithm away.
    y[row] = bitcast<u32>(log(total) - (x[start + label] - maximum));
  } else {
    y[row] = 0x7fc00000u;
  }
}
