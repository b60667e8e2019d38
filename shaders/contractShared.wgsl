// Tiles of ROWS × COLUMNS in workgroup memory, DEPTH steps of the sum at a time (the blocked product of GPUs: Volkov
// and Demmel, 2008). A grid of HIGH × WIDE threads makes 4·DOWN × 4·ACROSS values each; while they compute, the next
// block is on its way into registers.

// include contractSteps.wgsl

const THREADS = HIGH * WIDE;
const A_QUADS = ROWS / 4u;
const B_QUADS = COLUMNS / 4u;
// So many threads bring a step of a block.
const TOGETHER = THREADS / DEPTH;
// How many threads lie between those of neighbouring steps, and of neighbouring fours.
const A_STEP_APART = select(TOGETHER, 1u, A_STEPS_FIRST);
const B_STEP_APART = select(TOGETHER, 1u, B_STEPS_FIRST);
const A_FOUR_APART = select(1u, DEPTH, A_STEPS_FIRST);
const B_FOUR_APART = select(1u, DEPTH, B_STEPS_FIRST);
// With room for what threads bring that find no more fours. One more than needed: threads that store one below the other then
// write to different banks.
const A_STRIDE = A_LOADS * TOGETHER + 1u;
const B_STRIDE = B_LOADS * TOGETHER + 1u;
var<workgroup> aTile: array<vec4<Factor>, A_STRIDE * DEPTH>;
var<workgroup> bTile: array<vec4<Factor>, B_STRIDE * DEPTH>;
// Where the tile's columns lie in b, and then the next steps in both factors: worked out once for all threads, so that in the
// main loop a place is one addition (as in the precomputed implicit GEMM of cuDNN: Chetlur et al., 2014).
const LISTED = 256u;
var<workgroup> steps: array<vec2<u32>, LISTED + DEPTH>;

// Where WINDOWS is 1, the fours of a thread are the 2×2 pixels that are pooled, of four images each.
fn placesOf(column: u32, quad: u32) -> vec4<u32> {
  if (WINDOWS == 0u) { return columnsAt(column + quad * 4u).b; }
  let pixel = quad / WIDE;
  return columnsAt(column + quad % WIDE * 16u).b + (pixel >> 1u) * p.bDown + (pixel & 1u) * p.bRight;
}

@unroll(w, WINDOWS) {
fn isLater(value: vec4<f32>, best: vec4<f32>) -> vec4<bool> {
  let isNumber = best == best;
  return (value > best) | ((value != value) & isNumber);
}

// As `store`, for four pixels of four images.
fn storeWindow(tile: Tile, row: u32, first: u32, at: Columns, sums: array<vec4<f32>, 4>) {
  if (row >= p.rows || first >= p.columns) { return; }
  let start = rowStart(tile, row);
  var best = ended(tile, row, sums[0]);
  var which = vec4<u32>();
  @unroll(m, 3) {
    let value$m = ended(tile, row, sums[${m+1}]);
    let later$m = isLater(value$m, best);
    best = select(best, value$m, later$m);
    which = select(which, vec4<u32>(${m+1}), later$m);
  }
  let places = vec4<i32>(at.place + (which >> vec4<u32>(1u)) * p.imageWidth + (which & vec4<u32>(1u)));
  @unroll(m, 4) {
    if ($mu < at.count) {
      y[start + at.y[$m]] = best[$m];
      place[start + at.y[$m]] = places[$m];
    }
  }
}
}

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
    let places = starts.y + placesOf(tile.column, quad);
    steps[2u * quad] = places.xy;
    steps[2u * quad + 1u] = places.zw;
  }
  workgroupBarrier();

  // A thread brings one step of each block, four rows or columns at a time. Neighbours load what lies side by side in
  // memory. Where there are more threads than fours, those at the end bring the last one, to where nobody reads.
  let aStep = thread / A_STEP_APART % DEPTH;
  let bStep = thread / B_STEP_APART % DEPTH;
  let aFirst = thread / A_FOUR_APART % TOGETHER;
  let bFirst = thread / B_FOUR_APART % TOGETHER;
  let aSlot = aStep * A_STRIDE + aFirst;
  let bSlot = bStep * B_STRIDE + bFirst;
  @unroll(n, A_LOADS) {
    let aQuad$n = aFirst + $nu * TOGETHER;
    let aRow$n = tile.row + min(aQuad$n, A_QUADS - 1u) * 4u;
    let a$n = starts.x + min(aRow$n + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(p.rows - 1u)) * p.aRow;
  }
  @unroll(n, B_LOADS) {
    let bQuad$n = bFirst + $nu * TOGETHER;
    let bListed$n = min(bQuad$n, B_QUADS - 1u) * 2u;
    let b$n = vec4<u32>(steps[bListed$n], steps[bListed$n + 1u]);
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
      @unroll(n, A_LOADS) { let a$nFirst = aFour(a$n + steps[aStep].x); }
      @unroll(n, B_LOADS) { let b$nFirst = bFour(b$n + steps[bStep].y); }
      @unroll(n, A_LOADS) { aTile[aSlot + $nu * TOGETHER] = vec4<Factor>(a$nFirst); }
      @unroll(n, B_LOADS) { bTile[bSlot + $nu * TOGETHER] = vec4<Factor>(b$nFirst); }
      workgroupBarrier();
    }
    for (var block = 1u; block <= LISTED / DEPTH; block++) {
      let k = block * DEPTH;
      if (k > listed) { break; }
      let aOffset = steps[k + aStep].x;
      @unroll(n, A_LOADS) { let aNext$n = aFour(a$n + aOffset); }
      let bOffset = steps[k + bStep].y;
      @unroll(n, B_LOADS) { let bNext$n = bFour(b$n + bOffset); }
      for (var s = 0u; s < DEPTH; s++) {
        // insert contractProducts.wgsl
      }
      workgroupBarrier();
      @unroll(n, A_LOADS) { aTile[aSlot + $nu * TOGETHER] = vec4<Factor>(aNext$n); }
      @unroll(n, B_LOADS) { bTile[bSlot + $nu * TOGETHER] = vec4<Factor>(bNext$n); }
      workgroupBarrier();
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
  for (var s = 0u; s < (end - begin) % DEPTH; s++) {
    // insert contractProducts.wgsl
  }
  @unroll(l, LONG) {
    @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(r, 4) { sum$i_$j_$r += whole$i_$j_$r; } } }
  }
  @unroll(n, NO_WINDOWS) { @unroll(j, ACROSS) {
    let first$j = tile.column + ($ju * WIDE + across) * 4u;
    let columns$j = columnsAt(first$j);
    @unroll(i, DOWN) { @unroll(r, 4) {
      store(tile, tile.row + ($iu * HIGH + down) * 4u + $ru, first$j, columns$j, sum$i_$j_$r);
    } }
  } }
  @unroll(w, WINDOWS) {
    let first = tile.column + across * 16u;
    let columns = columnsAt(first);
    @unroll(i, DOWN) { @unroll(r, 4) {
      let sums$i_$r = array<vec4<f32>, 4>(sum$i_0_$r, sum$i_1_$r, sum$i_2_$r, sum$i_3_$r);
      storeWindow(tile, tile.row + ($iu * HIGH + down) * 4u + $ru, first, columns, sums$i_$r);
    } }
  }
}
