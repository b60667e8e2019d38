// y[n] = ln Σ e^x[n,c] − x[n,label[n]]. A label out of range makes the row NaN.

// include row.wgsl

@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = indexOf(group, groups, thread);
  let start = startOf(row);
  let both = rowOf(start, thread);
  let maximum = both.x;
  let total = both.y;
  if (row >= p.rows || laneOf(thread) != 0u) { return; }
  // A negative label is a large unsigned number, so one comparison checks both ends. NaN is written as bits:
  // WGSL has no NaN literal.
  let label = labels[row];
  if (label < p.length * WIDTH) {
    // In this order large logits do not round the logarithm away.
    y[row] = bitcast<u32>(log(total) - (numberAt(start, label) - maximum));
  } else {
    y[row] = 0x7fc00000u;
  }
}
