// y[n] = ln Σ e^x[n,c] − own·x[n,label[n]] − even·Σ x[n,c]. A label out of range makes the row NaN.

// A row has `length` Items.
struct Params { rows: u32, length: u32, inner: u32, own: f32, even: f32 }

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
  let found = rowOf(start, thread);
  let maximum = found.x;
  if (row >= p.rows || laneOf(thread) != 0u) { return; }
  // A negative label is a large unsigned number, so one comparison checks both ends. NaN is written as bits:
  // WGSL has no NaN literal.
  let label = labels[row];
  if (label < p.length * WIDTH) {
    // In this order large logits do not round the logarithm away.
    var loss = log(found.y) - p.own * (numberAt(start, label) - maximum);
    // With labels as they are a logit of −∞ counts for nothing, and 0·∞ would be NaN.
    if (TAKES_SUM) { loss -= p.even * found.z; }
    y[row] = bitcast<u32>(loss);
  } else {
    y[row] = 0x7fc00000u;
  }
}
