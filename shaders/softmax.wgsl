// softmax and logSoftmax along one axis, the maximum taken off first.

// A row has `length` Items, `inner` apart.
struct Params { rows: u32, length: u32, inner: u32 }

// include row.wgsl

@group(0) @binding(2) var<storage, read_write> y: array<Item>;

@compute @workgroup_size(64)
fn softmax(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = indexOf(group, groups, thread);
  let start = startOf(row);
  let found = rowOf(start, thread);
  let maximum = found.x;
  let total = found.y;
  if (row >= p.rows) { return; }
  for (var k = laneOf(thread); k < p.length; k += THREADS) {
    let at = start + k * apart();
    y[at] = exp(x[at] - maximum) / total;
  }
}

@compute @workgroup_size(64)
fn logSoftmax(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let row = indexOf(group, groups, thread);
  let start = startOf(row);
  let found = rowOf(start, thread);
  let maximum = found.x;
  let logTotal = log(found.y);
  if (row >= p.rows) { return; }
  // The maximum comes off first: added to the logarithm it would round that away when the logits are large.
  for (var k = laneOf(thread); k < p.length; k += THREADS) {
    let at = start + k * apart();
    y[at] = (x[at] - maximum) - logTotal;
  }
}
