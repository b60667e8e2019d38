// y[o,k,i] = x[o, place of index k, i] for x [outer, n, inner], a thread for each Item: one element, or four where inner
// divides by four. Elements are moved as bits; the type Item stands in front.

// include placeOf.wgsl
// include quotientBy.wgsl

struct Params { items: u32, indexCount: u32, n: u32, inner: u32, inverseInner: f32, inverseCount: f32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<Item>;
@group(0) @binding(2) var<storage, read> indices: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<Item>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = id.y * groups.x * 64u + id.x;
  if (at >= p.items) { return; }
  let row = quotientBy(at, p.inner, p.inverseInner);
  let o = quotientBy(row, p.indexCount, p.inverseCount);
  let place = placeOf(indices[row - o * p.indexCount], p.n);
  y[at] = x[(o * p.n + place) * p.inner + at - row * p.inner];
}
