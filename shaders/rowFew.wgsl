// A row for each thread, of FEW Items that it keeps: loops that end at once would be most of the work of a software adapter.
fn rowOf(start: u32, thread: u32) -> vec3<f32> {
  var best = x[start];
  var largestBits = bitcast<Bits>(best) & Bits(0x7fffffffu);
  @unroll(i, FEW) {
    let value$i = x[start + $iu * apart()];
    best = max(best, value$i);
    largestBits = max(largestBits, bitcast<Bits>(value$i) & Bits(0x7fffffffu));
  }
  let maximum = most(select(best, bitcast<Item>(largestBits), largestBits > Bits(0x7f800000u)));
  var total = Item();
  @unroll(i, FEW) { total += exp(value$i - maximum); }
  var below = Item();
  if (TAKES_SUM) {
    @unroll(i, FEW) { below += value$i - maximum; }
  }
  return vec3<f32>(maximum, sumOf(total), sumOf(below));
}
