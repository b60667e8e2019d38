// d[n,c] = g[n]·(softmax(x)[n,c] − own·onehot − even). A label out of range leaves the softmax alone where that is all: its row
// of the loss is NaN already.

// A row has `length` Items.
struct Params { rows: u32, length: u32, inner: u32, own: f32, even: f32 }

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
  let found = rowOf(start, thread);
  let maximum = found.x;
  let total = found.y;
  if (row >= p.rows) { return; }
  let label = Bits(labels[row]);
  let scale = g[row];
  for (var k = laneOf(thread); k < p.length; k += THREADS) {
    let share = exp(x[start + k] - maximum) / total;
    let value = scale * (share - select(Item(p.even), Item(p.own + p.even), placesOf(k) == label));
    d[start + k] = select(value, Item(maximum), isNaN(maximum));
  }
}
