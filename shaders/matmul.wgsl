// y[b,m,n] = Σₖ a[b,m,k]·b[b,k,n]. A thread makes a 4×4 tile of y: 8 values are read for 16 products.

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

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let thread = id.y * groups.x * 64u + id.x;
  let rowTiles = (p.m + 3u) / 4u;
  let columnTiles = (p.n + 3u) / 4u;
  let batch = thread / (rowTiles * columnTiles);
  if (batch >= p.batches) { return; }
  var rest = batch;
  var aStart = 0u;
  var bStart = 0u;
  for (var i = p.batchRank; i > 0u; i--) {
    let axis = i - 1u;
    let length = p.batchShape[axis >> 2u][axis & 3u];
    aStart += (rest % length) * p.aBatch[axis >> 2u][axis & 3u];
    bStart += (rest % length) * p.bBatch[axis >> 2u][axis & 3u];
    rest /= length;
  }
  // Past the border the last row or column is computed again and not stored.
  let tile = thread % (rowTiles * columnTiles);
  let row = (tile / columnTiles) * 4u + vec4<u32>(0u, 1u, 2u, 3u);
  let column = (tile % columnTiles) * 4u + vec4<u32>(0u, 1u, 2u, 3u);
  var aAt = aStart + min(row, vec4<u32>(p.m - 1u)) * p.aRow;
  var bAt = bStart + min(column, vec4<u32>(p.n - 1u)) * p.bColumn;
  var sum = mat4x4<f32>();
  for (var k = 0u; k < p.k; k++) {
    let value = vec4<f32>(b[bAt.x], b[bAt.y], b[bAt.z], b[bAt.w]);
    sum[0] += a[aAt.x] * value;
    sum[1] += a[aAt.y] * value;
    sum[2] += a[aAt.z] * value;
    sum[3] += a[aAt.w] * value;
    aAt += p.aStep;
    bAt += p.bStep;
  }
  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      if (row[i] < p.m && column[j] < p.n) { y[(batch * p.m + row[i]) * p.n + column[j]] = sum[i][j]; }
    }
  }
}
