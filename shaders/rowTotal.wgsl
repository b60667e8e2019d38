// Σ e^(x[c] − maximum) over the classes of a row of logits.

// include longSum.wgsl

fn totalOf(start: u32, classes: u32, maximum: f32) -> f32 {
  var sums = vec2<f32>();
  for (var first = 0u; first < classes; first += BLOCK) {
    var block = 0.0;
    for (var c = first; c < min(first + BLOCK, classes); c++) { block += exp(x[start + c] - maximum); }
    sums = withBlock(sums, block, first / BLOCK);
  }
  return sums.y + sums.x;
}
