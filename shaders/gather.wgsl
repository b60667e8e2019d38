// y[o,k,i] = x[o, place of index k, i] for x [outer, n, inner]: one thread per output. Elements are moved as bits.

// include placeOf.wgsl
// include quotient.wgsl

struct Params { count: u32, indexCount: u32, n: u32, inner: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> x: array<u32>;
@group(0) @binding(2) var<storage, read> indices: array<i32>;
@group(0) @binding(3) var<storage, read_write> y: array<u32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = id.y * groups.x * 64u + id.x;
  if (at >= p.count) { return; }
  let row = quotient(at, p.inner);
  let o = quotient(row, p.indexCount);
  let place = placeOf(indices[row - o * p.indexCount], p.n);
  y[at] = x[(o * p.n + place) * p.inner + at - row * p.inner];
}
