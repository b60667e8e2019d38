// Sums, a thread for each Item: where they are many. `whole`, which stands in front with the types, makes a Result of a
// sum. FEW is how many numbers there are in a row or column, where that is all and they are few, else 0: loops that end at
// once are most of the work of an adapter that computes on a CPU.

// include longSum.wgsl
// include fours.wgsl

fn sumFrom(base: u32) -> Item {
  if (FEW > 0u) {
    var sum = Item();
    @unroll(i, FEW) { sum += x[base + $iu * p.columnStride]; }
    return sum;
  }
  // As many rows as make up a block, or blocks of a row.
  let together = max(1u, BLOCK / p.columns);
  var low = Item();
  var high = Item();
  var n = 0u;
  for (var row = 0u; row < p.rows; row += together) {
    let endRow = min(row + together, p.rows);
    for (var column = 0u; column < p.columns; column += BLOCK) {
      let count = min(BLOCK, p.columns - column);
      var block = Item();
      for (var r = row; r < endRow; r++) {
        var at = base + r * p.rowStride + column * p.columnStride;
        for (var i = 0u; i < count; i++) {
          block += x[at];
          at += p.columnStride;
        }
      }
      low += block;
      n++;
      if (n % BLOCK == 0u) {
        high += low;
        low = Item();
      }
    }
  }
  return high + low;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let item = id.y * groups.x * 64u + id.x;
  if (item < p.items) { y[item] = whole(sumFrom(baseOf(item))); }
}
