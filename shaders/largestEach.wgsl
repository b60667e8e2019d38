// max and argmax, a thread for each Item: where they are many. The first maximum counts; a NaN is larger than every
// number, and the first one stays. PLACED, which stands in front with the types, says that its place is asked for.

// include fours.wgsl

// By its bits, as in real.wgsl.
fn isNaN(value: Item) -> Flags {
  return (bitcast<Bits>(value) & Bits(0x7fffffffu)) > Bits(0x7f800000u);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let item = id.y * groups.x * 64u + id.x;
  if (item >= p.items) { return; }
  let base = baseOf(item);
  var best = x[base];
  var place = Bits();
  var index = Bits();
  for (var row = 0u; row < p.rows; row++) {
    var at = base + row * p.rowStride;
    for (var i = 0u; i < p.columns; i++) {
      let value = x[at];
      let wins = ((value > best) | isNaN(value)) & !isNaN(best);
      best = select(best, value, wins);
      place = select(place, index, wins);
      index += Bits(1u);
      at += p.columnStride;
    }
  }
  if (PLACED) { y[item] = place; } else { y[item] = bitcast<Bits>(best); }
}
