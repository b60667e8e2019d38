// dx[row,column] = Σ of what the outputs that were made of it send back: one thread per pixel of dx.

// include resizeTaps.wgsl
// include longSum.wgsl

@group(0) @binding(1) var<storage, read> g: array<f32>;
@group(0) @binding(2) var<storage, read_write> dx: array<f32>;

// The outputs that lie between the neighbours of pixel k, from x up to, not including, y. Places of pixels among outputs are
// those of outputs among pixels with the two lengths exchanged.
fn seenBy(k: u32, length: u32, others: u32) -> vec2<u32> {
  var seen = vec2<u32>(0u, others);
  if (k > 0u) { seen.x = u32(placeOf(k - 1u, length, others).whole + 1); }
  if (k + 1u < length) { seen.y = min(others, u32(placeOf(k + 1u, length, others).whole + 1)); }
  return seen;
}

fn weightOf(k: u32, taps: Taps) -> f32 {
  return select(select(0.0, taps.t, taps.high == k), 1.0 - taps.t, taps.low == k);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let output = id.y * groups.x * 64u + id.x;
  if (output >= p.planes * p.height * p.width) { return; }
  let column = output % p.width;
  let row = (output / p.width) % p.height;
  let plane = output / (p.width * p.height);
  let rows = seenBy(row, p.height, p.outHeight);
  let columns = seenBy(column, p.width, p.outWidth);
  var sums = vec2<f32>();
  var block = 0.0;
  var taken = 0u;
  var n = 0u;
  for (var i = rows.x; i < rows.y; i++) {
    let u = weightOf(row, tapsOf(i, p.outHeight, p.height));
    if (u == 0.0) { continue; }
    for (var first = columns.x; first < columns.y; first += BLOCK) {
      let end = min(first + BLOCK, columns.y);
      for (var j = first; j < end; j++) {
        let v = weightOf(column, tapsOf(j, p.outWidth, p.width));
        if (v == 0.0) { continue; }
        block += u * v * g[(plane * p.outHeight + i) * p.outWidth + j];
      }
      taken += end - first;
      if (taken >= BLOCK) {
        sums = withBlock(sums, block, n);
        n++;
        block = 0.0;
        taken = 0u;
      }
    }
  }
  dx[output] = sums.y + (sums.x + block);
}
