// max and argmax, a thread for each Item: where they are many. The first maximum counts; a NaN is larger than every
// number, and the first one stays. PLACED, which stands in front with the types, says that its place is asked for; FEW is as in sumEach.wgsl.

// include fours.wgsl

// By its bits, as in real.wgsl.
fn isNaN(value: Item) -> Flags {
  return (bitcast<Bits>(value) & Bits(0x7fffffffu)) > Bits(0x7f800000u);
}

struct Largest { value: Item, place: Bits }

fn larger(best: Largest, value: Item, place: Bits) -> Largest {
  let wins = ((value > best.value) | isNaN(value)) & !isNaN(best.value);
  return Largest(select(best.value, value, wins), select(best.place, place, wins));
}

fn largestFrom(base: u32) -> Largest {
  var best = Largest(x[base], Bits());
  if (FEW > 0u) {
    @unroll(i, FEW) { best = larger(best, x[base + $iu * p.columnStride], Bits($iu)); }
    return best;
  }
  var place = Bits();
  for (var row = 0u; row < p.rows; row++) {
    var at = base + row * p.rowStride;
    for (var i = 0u; i < p.columns; i++) {
      best = larger(best, x[at], place);
      place += Bits(1u);
      at += p.columnStride;
    }
  }
  return best;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let item = id.y * groups.x * 64u + id.x;
  if (item >= p.items) { return; }
  let best = largestFrom(baseOf(item));
  if (PLACED) { y[item] = best.place; } else { y[item] = bitcast<Bits>(best.value); }
}
