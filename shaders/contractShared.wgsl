// Tiles of ROWS × COLUMNS in workgroup memory, DEPTH steps of the sum at a time (the blocked product of GPUs: Volkov
// and Demmel, 2008). A grid of HIGH × WIDE threads makes 4·DOWN × 4·ACROSS values each; while they compute, the next
// block is on its way into registers.

// include contractSteps.wgsl

const THREADS = HIGH * WIDE;
const A_QUADS = ROWS / 4u;
const B_QUADS = COLUMNS / 4u;
// So many threads bring a step of a block.
const TOGETHER = THREADS / DEPTH;
const DEPTH_BITS = firstTrailingBit(DEPTH);
const TOGETHER_BITS = firstTrailingBit(TOGETHER);
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
  let begin = tile.split * p.k0PerSplit * p.k1 * p.k2;
  let end = min(p.k0, (tile.split + 1u) * p.k0PerSplit) * p.k1 * p.k2;

  for (var quad = thread; quad < B_QUADS; quad += THREADS) {
    let places = starts.y + placesOf(tile.column, quad);
    @if(BY_IMAGES) { steps[quad].x = places; }
    @if(!BY_IMAGES) {
      steps[2u * quad] = places.xy;
      steps[2u * quad + 1u] = places.zw;
    }
  }
  workgroupBarrier();

  // A thread brings one step of each block, four rows or columns at a time. Neighbours load what lies side by side in
  // memory: neighbouring steps, where `flags` says so, else fours. Where there are more threads than fours, those at
  // the end bring the last one, to where nobody reads.
  let aAlong = (p.flags & A_ALONG) != 0u;
  let bAlong = (p.flags & B_ALONG) != 0u;
  let aStep = (thread >> select(TOGETHER_BITS, 0u, aAlong)) % DEPTH;
  let bStep = (thread >> select(TOGETHER_BITS, 0u, bAlong)) % DEPTH;
  let aFirst = (thread >> select(0u, DEPTH_BITS, aAlong)) % TOGETHER;
  let bFirst = (thread >> select(0u, DEPTH_BITS, bAlong)) % TOGETHER;
  let aSlot = aStep * A_STRIDE + aFirst;
  let bSlot = bStep * B_STRIDE + bFirst;
  @unroll(n, A_LOADS) {
    let aQuad$n = aFirst + $nu * TOGETHER;
    let aRow$n = tile.row + min(aQuad$n, A_QUADS - 1u) * 4u;
    let a$n = starts.x + min(aRow$n + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(p.rows - 1u)) * p.aRow;
  }
  @unroll(n, B_LOADS) {
    let bQuad$n = bFirst + $nu * TOGETHER;
    let bListed$n = min(bQuad$n, B_QUADS - 1u);
    @if(BY_IMAGES) { let b$n = steps[bListed$n].x; }
    @if(!BY_IMAGES) { let b$n = vec4<u32>(steps[2u * bListed$n], steps[2u * bListed$n + 1u]); }
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
