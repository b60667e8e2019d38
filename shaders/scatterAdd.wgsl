// x[o,place,i] = Σ y[o,k,i] over the indices k at that place, which sortPlaces.wgsl has put in order: one thread per output.

// include longSum.wgsl
// include quotient.wgsl

struct Params { count: u32, indexCount: u32, n: u32, inner: u32 }
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> y: array<f32>;
@group(0) @binding(2) var<storage, read> sorted: array<u32>;
@group(0) @binding(3) var<storage, read_write> x: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let at = id.y * groups.x * 64u + id.x;
  if (at >= p.count) { return; }
  let row = quotient(at, p.inner);
  let o = quotient(row, p.n);
  let place = row - o * p.n;
  let column = at - row * p.inner;
  var next = 0u;
  if (place > 0u) { next = sorted[place - 1u]; }
  let end = sorted[place];
  var sums = vec2<f32>();
  for (var n = 0u; next < end; n++) {
    var block = 0.0;
    for (let stop = min(next + BLOCK, end); next < stop; next++) {
      block += y[(o * p.indexCount + sorted[p.n + next]) * p.inner + column];
    }
    sums = withBlock(sums, block, n);
  }
  x[at] = sums.y + sums.x;
}
