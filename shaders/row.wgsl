// Rows of logits, THREADS threads of a workgroup for each: `rowOf` gives them the maximum of their row, Σ e^(x − maximum), and
// for a shader that TAKES_SUM Σ (x − maximum). In front stand what a thread takes at a time (rowItems in kernels/classes.ts), and
// rowFew.wgsl, rowAlone.wgsl or rowTogether.wgsl; the shader that includes this has the parameters.

// include longSum.wgsl
// include real.wgsl

@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<Item>;

// By shifts and masks: a software adapter divides number by number, also by a constant.
fn laneOf(thread: u32) -> u32 { return thread & (THREADS - 1u); }
fn indexOf(group: vec3<u32>, groups: vec3<u32>, thread: u32) -> u32 {
  return (group.y * groups.x + group.x) * (64u / THREADS) + (thread >> SHIFT);
}

// Threads past the last row go along with it: all of a workgroup meet at barriers.
fn startOf(index: u32) -> u32 {
  let row = min(index, p.rows - 1u);
  if (FLAT) { return row * p.length; }
  let outer = row / p.inner;
  return outer * p.length * p.inner + (row - outer * p.inner);
}

fn apart() -> u32 {
  if (FLAT) { return 1u; }
  return p.inner;
}

fn larger(a: f32, b: f32) -> f32 {
  if (isNaN(a) || (!isNaN(b) && a >= b)) { return a; }
  return b;
}

// The maximum of a thread's part.
fn maximumOf(start: u32, lane: u32) -> f32 {
  let step = apart() * THREADS;
  var at = start + min(lane, p.length - 1u) * apart();
  var best = x[at];
  // A NaN makes all of the row one, so that a run that has diverged shows it. max may drop it; among bits without sign it is the
  // largest.
  var largestBits = bitcast<Bits>(best) & Bits(0x7fffffffu);
  for (var k = lane + THREADS; k < p.length; k += THREADS) {
    at += step;
    let value = x[at];
    best = max(best, value);
    largestBits = max(largestBits, bitcast<Bits>(value) & Bits(0x7fffffffu));
  }
  return most(select(best, bitcast<Item>(largestBits), largestBits > Bits(0x7f800000u)));
}

// Both sums of a thread's part.
fn sumsOf(start: u32, lane: u32, maximum: f32) -> vec2<f32> {
  let step = apart() * THREADS;
  var at = start + lane * apart();
  var totals = vec2<f32>();
  var belows = vec2<f32>();
  var n = 0u;
  for (var first = lane; first < p.length; first += BLOCK * THREADS) {
    var total = Item();
    var below = Item();
    let end = min(first + BLOCK * THREADS, p.length);
    for (var k = first; k < end; k += THREADS) {
      let value = x[at] - maximum;
      total += exp(value);
      if (TAKES_SUM) { below += value; }
      at += step;
    }
    totals = withBlock(totals, sumOf(total), n);
    if (TAKES_SUM) { belows = withBlock(belows, sumOf(below), n); }
    n++;
  }
  return vec2<f32>(totals.y + totals.x, belows.y + belows.x);
}
