// Tiles of ROWS × COLUMNS in workgroup memory, DEPTH steps of the sum at a time (the blocked product of GPUs: Volkov
// and Demmel, 2008). A grid of HIGH × WIDE threads makes 4·DOWN × 4·ACROSS values each; while they compute, the next
// block is on its way into registers.

// include contractSteps.wgsl

const THREADS = HIGH * WIDE;
const A_QUADS = ROWS / 4u;
const B_QUADS = COLUMNS / 4u;
// So many threads bring a step of a block.
const TOGETHER = THREADS / DEPTH;
const A_ALL = A_QUADS % TOGETHER == 0u;
const B_ALL = B_QUADS % TOGETHER == 0u;
// One more than needed: threads that store one below the other then write to different banks.
const A_STRIDE = A_QUADS + 1u;
const B_STRIDE = B_QUADS + 1u;
var<workgroup> aTile: array<vec4<Factor>, A_STRIDE * DEPTH>;
var<workgroup> bTile: array<vec4<Factor>, B_STRIDE * DEPTH>;
// Where the tile's columns lie in b, and the next steps in both factors: worked out once for all threads, so that in the main
// loop a place is one addition (as in the precomputed implicit GEMM of cuDNN: Chetlur et al., 2014).
var<workgroup> bPlaces: array<vec4<u32>, B_QUADS>;
const LISTED = 256u;
var<workgroup> steps: array<vec2<u32>, LISTED + DEPTH>;

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let tile = tileAt(group.y * groups.x + group.x, ROWS, COLUMNS);
  if (tile.batch >= p.batches) { return; }
  let starts = startsOf(tile.batch);
  let begin = tile.split * p.k0PerSplit * p.k1 * p.k2;
  let end = min(p.k0, (tile.split + 1u) * p.k0PerSplit) * p.k1 * p.k2;

  for (var quad = thread; quad < B_QUADS; quad += THREADS) {
    bPlaces[quad] = starts.y + columnsAt(tile.column + quad * 4u).b;
  }
  workgroupBarrier();

  // A thread brings one step of each block, four rows or columns at a time. Neighbours load what lies side by side in
  // memory. Where there are more threads than fours, those at the end load the last one, and keep it.
  let aStep = select(thread / TOGETHER, thread % DEPTH, A_STEPS_FIRST);
  let bStep = select(thread / TOGETHER, thread % DEPTH, B_STEPS_FIRST);
  let aFirst = select(thread % TOGETHER, thread / DEPTH, A_STEPS_FIRST);
  let bFirst = select(thread % TOGETHER, thread / DEPTH, B_STEPS_FIRST);
  @unroll(n, A_LOADS) {
    let aQuad$n = aFirst + $nu * TOGETHER;
    let aRow$n = tile.row + min(aQuad$n, A_QUADS - 1u) * 4u;
    let a$n = starts.x + min(aRow$n + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(p.rows - 1u)) * p.aRow;
    let aSlot$n = aStep * A_STRIDE + aQuad$n;
    var aNext$n: vec4<f32>;
  }
  @unroll(n, B_LOADS) {
    let bQuad$n = bFirst + $nu * TOGETHER;
    let b$n = bPlaces[min(bQuad$n, B_QUADS - 1u)];
    let bSlot$n = bStep * B_STRIDE + bQuad$n;
    var bNext$n: vec4<f32>;
  }
  let down = thread / WIDE;
  let across = thread % WIDE;
  @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(r, 4) { var sum$i_$j_$r = vec4<f32>(); } } }
  @unroll(l, LONG) {
    var taken = 0u;
    @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(r, 4) { var whole$i_$j_$r = vec4<f32>(); } } }
  }

  for (var first = begin; first < end; first += LISTED) {
    let listed = min(LISTED, end - first);
    workgroupBarrier();
    // Past the end stands the last one again: it is loaded, and not added.
    for (var i = thread; i < listed + DEPTH; i += THREADS) { steps[i] = stepAt(min(first + i, end - 1u)); }
    workgroupBarrier();
    if (first == begin) {
      @unroll(n, A_LOADS) { aNext$n = aFour(a$n + steps[aStep].x); }
      @unroll(n, B_LOADS) { bNext$n = bFour(b$n + steps[bStep].y); }
    }
    for (var k = DEPTH; k <= listed; k += DEPTH) {
      workgroupBarrier();
      @unroll(n, A_LOADS) { if (A_ALL || aQuad$n < A_QUADS) { aTile[aSlot$n] = vec4<Factor>(aNext$n); } }
      @unroll(n, B_LOADS) { if (B_ALL || bQuad$n < B_QUADS) { bTile[bSlot$n] = vec4<Factor>(bNext$n); } }
      workgroupBarrier();
      let aOffset = steps[k + aStep].x;
      @unroll(n, A_LOADS) { aNext$n = aFour(a$n + aOffset); }
      let bOffset = steps[k + bStep].y;
      @unroll(n, B_LOADS) { bNext$n = bFour(b$n + bOffset); }
      for (var s = 0u; s < DEPTH; s++) {
        // insert contractProducts.wgsl
      }
    }
    @unroll(l, LONG) {
      taken += LISTED;
      if (taken >= RUN) {
        taken = 0u;
        @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(r, 4) {
          whole$i_$j_$r += sum$i_$j_$r;
          sum$i_$j_$r = vec4<f32>();
        } } }
      }
    }
  }
  // Fewer than DEPTH steps are left.
  workgroupBarrier();
  @unroll(n, A_LOADS) { if (A_ALL || aQuad$n < A_QUADS) { aTile[aSlot$n] = vec4<Factor>(aNext$n); } }
  @unroll(n, B_LOADS) { if (B_ALL || bQuad$n < B_QUADS) { bTile[bSlot$n] = vec4<Factor>(bNext$n); } }
  workgroupBarrier();
  for (var s = 0u; s < (end - begin) % DEPTH; s++) {
    // insert contractProducts.wgsl
  }
  @unroll(j, ACROSS) {
    let first$j = tile.column + ($ju * WIDE + across) * 4u;
    let columns$j = columnsAt(first$j);
    @unroll(i, DOWN) { @unroll(r, 4) {
      @unroll(l, LONG) { sum$i_$j_$r += whole$i_$j_$r; }
      store(tile, tile.row + ($iu * HIGH + down) * 4u + $ru, first$j, columns$j, sum$i_$j_$r);
    } }
  }
}
