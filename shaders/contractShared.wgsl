// Tiles of ROWS × COLUMNS in workgroup memory, DEPTH steps of the sum at a time (the blocked product of GPUs: Volkov
// and Demmel, 2008). A grid of HIGH × WIDE threads makes 4·DOWN × 4·ACROSS values each; while they compute, the next
// block is on its way into registers.

// include contractSteps.wgsl

const THREADS = HIGH * WIDE;
// Steps that k counts as one.
const EACH = select(1u, 4u, FOUR_STEPS);
const A_QUADS = ROWS / 4u;
const B_QUADS = COLUMNS / 4u;
// So many threads bring a step of a block; of b where it is read in fours B_SPREAD.
const TOGETHER = THREADS / DEPTH;
const DEPTH_BITS = firstTrailingBit(DEPTH);
const TOGETHER_BITS = firstTrailingBit(TOGETHER);
// With room for what threads bring that find no more fours. One more than needed: threads that store one below the other then
// write to different banks.
const A_STRIDE = select(A_LOADS * TOGETHER, (A_LOADS * TOGETHER + 3u) / 4u, A_ALONE) + 1u;
const B_STRIDE = B_QUADS_EACH * B_SPREAD + 1u;
// Where numbers come one by one they are no parts of a vec4: to write one of those may write all four.
@if(A_ALONE) { var<workgroup> aTile: array<array<Factor, 4>, A_STRIDE * DEPTH>; }
@if(!A_ALONE) { var<workgroup> aTile: array<vec4<Factor>, A_STRIDE * DEPTH>; }
@if(FOUR_STEPS) { var<workgroup> bTile: array<Factor, 4u * B_STRIDE * DEPTH>; }
@if(!FOUR_STEPS) { var<workgroup> bTile: array<vec4<Factor>, B_STRIDE * DEPTH>; }
// Where the tile's columns lie in b, and then the next steps in both factors: worked out once for all threads, so that in the
// main loop a place is one addition (as in the precomputed implicit GEMM of cuDNN: Chetlur et al., 2014).
var<workgroup> steps: array<u32, 2u * (LISTED + DEPTH)>;

@if(A_ALONE) { fn aSome(at: u32) -> f32 { return a[at]; } }
@if(!A_ALONE) { fn aSome(at: vec4<u32>) -> vec4<f32> { return aFour(at); } }

// The places in b of a four of the tile's columns. With WINDOWS the fours of a thread are the 2×2 pixels that are pooled, of four
// images each.
fn placesOf(column: u32, quad: u32) -> Places {
  @if(WINDOWS) {
    let pixel = quad / WIDE;
    return columnsAt(column + quad % WIDE * 16u).b + (pixel >> 1u) * p.bDown + (pixel & 1u) * p.bRight;
  }
  @if(!WINDOWS) { return columnsAt(column + quad * 4u).b; }
}

// Ends the sums of four rows, of which the first is inside.
fn storeFour(tile: Tile, row: u32, at: Columns, sum0: vec4<f32>, sum1: vec4<f32>, sum2: vec4<f32>, sum3: vec4<f32>) {
  @unroll(r, 4) {
    let row$r = min(row + $ru, p.rows - 1u);
    let start$r = rowStart(tile, row$r);
    let value$r = ended(tile, row$r, sum$r);
  }
  @if(POOL) {
    let pixels = transpose(mat4x4<f32>(value0, value1, value2, value3));
    let best = largest(at.place, pixels[0], pixels[1], pixels[2], pixels[3]);
    @unroll(r, 4) { y[start$r + at.y.x] = best.value[$r]; }
    @unroll(r, 4) { place[start$r + at.y.x] = best.place[$r]; }
  }
  @if(!POOL) { @unroll(r, 4) { put(start$r, at, value$r); } }
}

@if(WINDOWS) {
// The same for a row and four pixels of four images.
fn storeWindow(tile: Tile, row: u32, at: Columns, sum0: vec4<f32>, sum1: vec4<f32>, sum2: vec4<f32>, sum3: vec4<f32>) {
  let inside = min(row, p.rows - 1u);
  let start = rowStart(tile, inside);
  @unroll(m, 4) { let value$m = ended(tile, inside, sum$m); }
  let best = largest(at.place, value0, value1, value2, value3);
  put(start, at, best.value);
  @unroll(m, 4) { place[start + at.y[3 - $m]] = best.place[3 - $m]; }
}
}

@compute @workgroup_size(THREADS)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let tile = tileAt(group.y * groups.x + group.x, ROWS, COLUMNS);
  if (isPast(tile)) { return; }
  let starts = startsOf(tile.batch);
  let begin = tile.split * p.k0PerSplit * p.k2 * EACH;
  let end = min(p.k0 * p.k1, (tile.split + 1u) * p.k0PerSplit) * p.k2 * EACH;

  for (var quad = thread; quad < B_QUADS; quad += THREADS) {
    let places = starts.y + placesOf(tile.column, quad);
    @if(BY_IMAGES) { steps[quad] = places; }
    @if(FOUR_COLUMNS) { steps[quad] = places.x / 4u; }
    @if(FOUR_STEPS) { @unroll(c, 4) { steps[4u * quad + $cu] = places[$c] / 4u; } }
    @if(!B_TOGETHER) { @unroll(c, 4) { steps[4u * quad + $cu] = places[$c]; } }
  }
  workgroupBarrier();

  // A thread brings one step of each block, four rows or columns at a time. Neighbours load what lies side by side in
  // memory: neighbouring steps, where `flags` says so, else fours. Where there are more threads than fours, those at
  // the end bring the last one, to where nobody reads. With A_ALONE rows come one at a time. With FOUR_ACROSS, where four
  // columns have one place, a thread brings B_STEPS_EACH steps of them; with FOUR_STEPS four steps of a column at a time.
  let aAlong = (p.flags & A_ALONG) != 0u;
  let bAlong = (p.flags & B_ALONG) != 0u;
  let aStep = (thread >> select(TOGETHER_BITS, 0u, aAlong)) % DEPTH;
  let aFirst = (thread >> select(0u, DEPTH_BITS, aAlong)) % TOGETHER;
  @if(FOUR_STEPS) {
    let bStep = thread % (DEPTH / 4u) * 4u;
    let bFirst = (thread / (DEPTH / 4u)) % (4u * B_SPREAD);
    let bSlot = bStep * (4u * B_STRIDE) + bFirst;
  }
  @if(FOUR_ACROSS) {
    let bStep = thread / B_SPREAD * B_STEPS_EACH;
    let bFirst = thread % B_SPREAD;
    let bSlot = bStep * B_STRIDE + bFirst;
  }
  @if(!B_TOGETHER) {
    let bStep = (thread >> select(TOGETHER_BITS, 0u, bAlong)) % DEPTH;
    let bFirst = (thread >> select(0u, DEPTH_BITS, bAlong)) % TOGETHER;
    let bSlot = bStep * B_STRIDE + bFirst;
  }
  @if(A_ALONE) {
    let aSlot = aStep * A_STRIDE + aFirst / 4u;
    let aPart = aFirst % 4u;
    @unroll(n, A_LOADS) {
      let a$n = starts.x + min(tile.row + aFirst + $nu * TOGETHER, p.rows - 1u) * p.aRow;
    }
  }
  @if(!A_ALONE) {
    let aSlot = aStep * A_STRIDE + aFirst;
    @unroll(n, A_LOADS) {
      let aQuad$n = aFirst + $nu * TOGETHER;
      let aRow$n = tile.row + min(aQuad$n, A_QUADS - 1u) * 4u;
      let a$n = starts.x + min(aRow$n + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(p.rows - 1u)) * p.aRow;
    }
  }
  @unroll(n, B_QUADS_EACH) {
    @if(FOUR_STEPS) { let b$n = steps[min(bFirst + $nu * (4u * B_SPREAD), COLUMNS - 1u)]; }
    @if(!FOUR_STEPS) {
      let bListed$n = min(bFirst + $nu * B_SPREAD, B_QUADS - 1u);
      @if(B_TOGETHER) { let b$n = steps[bListed$n]; }
      @if(!B_TOGETHER) { let b$n = vec4<u32>(@unroll(c, 4) { steps[4u * bListed$n + $cu], }); }
    }
  }
  let down = thread / WIDE;
  let across = thread % WIDE;
  @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(r, 4) { var sum$i_$j_$r = vec4<f32>(); } } }
  @if(LONG) {
    var taken = 0u;
    @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(r, 4) { var whole$i_$j_$r = vec4<f32>(); } } }
  }

  for (var first = begin; first < end; first += LISTED) {
    let listed = min(LISTED, end - first);
    workgroupBarrier();
    // Past the end stands the last one again: it is loaded, and not added.
    for (var i = thread; i < listed + DEPTH; i += THREADS) {
      let step = min(first + i, end - 1u);
      let at = stepAt(step / EACH);
      @if(FOUR_STEPS) { steps[2u * i] = at.x + step % 4u * p.aInner; }
      @if(!FOUR_STEPS) { steps[2u * i] = at.x; }
      steps[2u * i + 1u] = at.y;
    }
    workgroupBarrier();
    if (first == begin) {
      @unroll(n, A_LOADS) { let aNext$n = aSome(a$n + steps[2u * aStep]); }
      @unroll(m, B_STEPS_EACH) {
        let bOffset$m = steps[2u * (bStep + $mu) + 1u];
        @unroll(n, B_QUADS_EACH) { let bNext$m_$n = bFour(b$n + bOffset$m); }
      }
      // insert contractBring.wgsl
      workgroupBarrier();
    }
    for (var block = 1u; block <= LISTED / DEPTH; block++) {
      let k = block * DEPTH;
      if (k > listed) { break; }
      let aOffset = steps[2u * (k + aStep)];
      @unroll(n, A_LOADS) { let aNext$n = aSome(a$n + aOffset); }
      @unroll(m, B_STEPS_EACH) { let bOffset$m = steps[2u * (k + bStep + $mu) + 1u]; }
      @unroll(m, B_STEPS_EACH) { @unroll(n, B_QUADS_EACH) { let bNext$m_$n = bFour(b$n + bOffset$m); } }
      for (var s = 0u; s < DEPTH; s++) {
        // insert contractProducts.wgsl
      }
      workgroupBarrier();
      // insert contractBring.wgsl
      workgroupBarrier();
    }
    @if(LONG) {
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
  @if(LONG) {
    @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(r, 4) { sum$i_$j_$r += whole$i_$j_$r; } } }
  }
  @if(!WINDOWS) { @unroll(j, ACROSS) {
    let first$j = tile.column + ($ju * WIDE + across) * 4u;
    if (first$j < p.columns) {
      let columns$j = columnsAt(first$j);
      @unroll(i, DOWN) {
        let row$i_$j = tile.row + ($iu * HIGH + down) * 4u;
        if (row$i_$j < p.rows) {
          storeFour(tile, row$i_$j, columns$j, sum$i_$j_0, sum$i_$j_1, sum$i_$j_2, sum$i_$j_3);
        }
      }
    }
  } }
  @if(WINDOWS) {
    let firstColumn = tile.column + across * 16u;
    if (firstColumn >= p.columns) { return; }
    let columns = columnsAt(firstColumn);
    @unroll(i, DOWN) {
      let row$i = tile.row + ($iu * HIGH + down) * 4u;
      if (row$i < p.rows) {
        @unroll(r, 4) { storeWindow(tile, row$i + $ru, columns, sum$i_0_$r, sum$i_1_$r, sum$i_2_$r, sum$i_3_$r); }
      }
    }
  }
}
