// y[b,m,n] = Σₖ a[b,m,k]·b[b,k,n]. A workgroup makes a 16×16 tile of y: its threads bring 16×16 tiles of a and
// b into workgroup memory, so that each value is read from the buffer once for 16 products.

struct Params {
  m: u32,
  n: u32,
  k: u32,
  batches: u32,
  aRow: u32,
  aStep: u32,
  bStep: u32,
  bColumn: u32,
  batchRank: u32,
  batchShape: array<vec4<u32>, 2>,
  aBatch: array<vec4<u32>, 2>,
  bBatch: array<vec4<u32>, 2>,
}
@group(0) @binding(0) var<uniform> p: Params;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<f32>;

const TILE = 16u;
var<workgroup> aTile: array<f32, 256>;
var<workgroup> bTile: array<f32, 256>;

@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_id) thread: vec3<u32>,
) {
  let row = group.y * TILE + thread.y;
  let column = group.x * TILE + thread.x;
  for (var batch = group.z; batch < p.batches; batch += groups.z) {
    var rest = batch;
    var aAt = 0u;
    var bAt = 0u;
    for (var i = p.batchRank; i > 0u; i--) {
      let axis = i - 1u;
      let length = p.batchShape[axis >> 2u][axis & 3u];
      aAt += (rest % length) * p.aBatch[axis >> 2u][axis & 3u];
      bAt += (rest % length) * p.bBatch[axis >> 2u][axis & 3u];
      rest /= length;
    }
    var sum = 0.0;
    for (var k = 0u; k < p.k; k += TILE) {
      var aValue = 0.0;
      if (row < p.m && k + thread.x < p.k) { aValue = a[aAt + row * p.aRow + (k + thread.x) * p.aStep]; }
      var bValue = 0.0;
      if (column < p.n && k + thread.y < p.k) { bValue = b[bAt + (k + thread.y) * p.bStep + column * p.bColumn]; }
      aTile[thread.y * TILE + thread.x] = aValue;
      bTile[thread.y * TILE + thread.x] = bValue;
      workgroupBarrier();
      for (var i = 0u; i < TILE; i++) { sum += aTile[thread.y * TILE + i] * bTile[i * TILE + thread.x]; }
      workgroupBarrier();
    }
    if (row < p.m && column < p.n) { y[(batch * p.m + row) * p.n + column] = sum; }
  }
}
