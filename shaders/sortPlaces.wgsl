// Indices in the order of the places that they name, equals as they come: first where those of each of the n places end,
// then their order. A thread has `share` neighbouring places, and goes through all indices twice.

// include placeOf.wgsl

struct Params { indexCount: u32, n: u32, share: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> indices: array<i32>;
@group(0) @binding(2) var<storage, read_write> sorted: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let first = (id.y * groups.x * 64u + id.x) * p.share;
  let end = min(first + p.share, p.n);
  if (first >= end) { return; }
  for (var place = first; place < end; place++) { sorted[place] = 0u; }
  var start = 0u;
  for (var k = 0u; k < p.indexCount; k++) {
    let place = placeOf(indices[k], p.n);
    if (place < first) { start++; } else if (place < end) { sorted[place]++; }
  }
  for (var place = first; place < end; place++) {
    let those = sorted[place];
    sorted[place] = start;
    start += those;
  }
  for (var k = 0u; k < p.indexCount; k++) {
    let place = placeOf(indices[k], p.n);
    if (place < first || place >= end) { continue; }
    sorted[p.n + sorted[place]] = k;
    sorted[place]++;
  }
}
