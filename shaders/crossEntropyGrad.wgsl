// d[n,c] = g[n]·(softmax(x)[n,c] − onehot). A label out of range leaves the softmax alone: its row of the loss is NaN already.

// include row.wgsl

@group(0) @binding(2) var<storage, read> labels: array<u32>;
@group(0) @binding(3) var<storage, read> g: array<f32>;
@group(0) @binding(4) var<storage, read_write> d: array<Item>;

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
  if (row >= p.rows) { return; }
  let label = Bits(labels[row]);
  let scale = g[row];
  for (var k = laneOf(thread); k < p.length; k += THREADS) {
    let share = exp(x[start + k] - maximum) / total;
    let value = scale * (share - select(Item(), Item(1.0), placesOf(k) == label));
    d[start + k] = select(value, Item(maximum), isNaN(maximum));
  }
}
