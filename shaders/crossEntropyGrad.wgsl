// d[n,c] = g[n]·(softmax(x)[n,c] − onehot): one thread per row. A label out of range leaves the softmax alone: its row of
// the loss is NaN already.

// include real.wgsl
// include rowTotal.wgsl

struct Params { rows: u32, classes: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> g: array<f32>;
@group(0) @binding(4) var<storage, read_write> d: array<f32>;

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
  for (var c = 0u; c < p.classes; c++) {
    let share = exp(x[start + c] - maximum) / total;
    var value = g[row] * (share - select(0.0, 1.0, c == labels[row]));
    if (isNaN(maximum)) { value = maximum; }
    d[start + c] = value;
  }
}
