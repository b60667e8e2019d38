// Tiles of ROWS × COLUMNS in workgroup memory, DEPTH steps of the sum at a time (the blocked product of GPUs: Volkov
// and Demmel, 2008). A grid of HIGH × WIDE threads makes 4·DOWN × 4·ACROSS values each; while they compute, the next
// block is on its way into registers.

// include contractSteps.wgsl

const THREADS = HIGH * WIDE;
// Whether all that a thread brings of a factor is of one step.
const A_ALIKE = A_STEPS_FIRST && THREADS % DEPTH == 0;
const B_ALIKE = B_STEPS_FIRST && THREADS % DEPTH == 0;
const A_QUADS = ROWS / 4u;
const B_QUADS = COLUMNS / 4u;
// One more than needed: threads that store one below the other then write to different banks.
const A_STRIDE = A_QUADS + 1u;
const B_STRIDE = B_QUADS + 1u;
var<workgroup> aTile: array<vec4<Factor>, A_STRIDE * DEPTH>;
var<workgroup> bTile: array<vec4<Factor>, B_STRIDE * DEPTH>;

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

  let aStrides = vec3<u32>(p.aK0, p.aK1, p.aK2);
  let bStrides = vec3<u32>(p.bK0, p.bK1, p.bK2);
  let aCarries = carriesOf(aStrides);
  let bCarries = carriesOf(bStrides);
  let aBy = stepFrom(DEPTH, aStrides);
  let bBy = stepFrom(DEPTH, bStrides);

  // A thread brings four rows, or columns, of one step. Neighbours load what lies side by side in memory.
  @unroll(n, A_LOADS) {
    let aPlace$n = thread + $nu * THREADS;
    let aQuad$n = select(aPlace$n % A_QUADS, aPlace$n / DEPTH, A_STEPS_FIRST);
    let aK$n = select(aPlace$n / A_QUADS, aPlace$n % DEPTH, A_STEPS_FIRST);
    let aRows$n = min(tile.row + aQuad$n * 4u + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(p.rows - 1u));
    let a$n = starts.x + aRows$n * p.aRow;
    let aSlot$n = aK$n * A_STRIDE + aQuad$n;
    // Threads past a small tile bring nothing.
    let aEnd$n = select(0u, end, aPlace$n < A_QUADS * DEPTH);
    var aStep$n = stepFrom(begin + aK$n, aStrides);
    var aNext$n = aFrom(a$n, aStep$n.at, begin + aK$n < aEnd$n);
  }
  @unroll(n, B_LOADS) {
    let bPlace$n = thread + $nu * THREADS;
    let bQuad$n = select(bPlace$n % B_QUADS, bPlace$n / DEPTH, B_STEPS_FIRST);
    let bK$n = select(bPlace$n / B_QUADS, bPlace$n % DEPTH, B_STEPS_FIRST);
    let b$n = starts.y + columnsAt(tile.column + bQuad$n * 4u).b;
    let bSlot$n = bK$n * B_STRIDE + bQuad$n;
    let bEnd$n = select(0u, end, bPlace$n < B_QUADS * DEPTH);
    var bStep$n = stepFrom(begin + bK$n, bStrides);
    var bNext$n = bFrom(b$n, bStep$n.at, begin + bK$n < bEnd$n);
  }
  let down = thread / WIDE;
  let across = thread % WIDE;
  @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(r, 4) { var sum$i_$j_$r = vec4<f32>(); } } }
  @unroll(l, LONG) {
    var taken = 0u;
    @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(r, 4) { var whole$i_$j_$r = vec4<f32>(); } } }
  }

  for (var k = begin; k < end; k += DEPTH) {
    workgroupBarrier();
    @unroll(n, A_LOADS) { if (aPlace$n < A_QUADS * DEPTH) { aTile[aSlot$n] = vec4<Factor>(aNext$n); } }
    @unroll(n, B_LOADS) { if (bPlace$n < B_QUADS * DEPTH) { bTile[bSlot$n] = vec4<Factor>(bNext$n); } }
    workgroupBarrier();
    @unroll(n, A_LOADS) {
      if (A_ALIKE && $nu > 0u) { aStep$n = aStep0; } else { aStep$n = next(aStep$n, aBy, aCarries); }
      aNext$n = aFrom(a$n, aStep$n.at, k + DEPTH + aK$n < aEnd$n);
    }
    @unroll(n, B_LOADS) {
      if (B_ALIKE && $nu > 0u) { bStep$n = bStep0; } else { bStep$n = next(bStep$n, bBy, bCarries); }
      bNext$n = bFrom(b$n, bStep$n.at, k + DEPTH + bK$n < bEnd$n);
    }
    for (var s = 0u; s < DEPTH; s++) {
      @unroll(i, DOWN) { let x$i = vec4<f32>(aTile[s * A_STRIDE + $iu * HIGH + down]); }
      @unroll(j, ACROSS) { let v$j = vec4<f32>(bTile[s * B_STRIDE + $ju * WIDE + across]); }
      @unroll(i, DOWN) { @unroll(j, ACROSS) {
        sum$i_$j_0 = fma(vec4<f32>(x$i.x), v$j, sum$i_$j_0);
        sum$i_$j_1 = fma(vec4<f32>(x$i.y), v$j, sum$i_$j_1);
        sum$i_$j_2 = fma(vec4<f32>(x$i.z), v$j, sum$i_$j_2);
        sum$i_$j_3 = fma(vec4<f32>(x$i.w), v$j, sum$i_$j_3);
      } }
    }
    @unroll(l, LONG) {
      taken += DEPTH;
      if (taken >= RUN) {
        taken = 0u;
        @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(r, 4) {
          whole$i_$j_$r += sum$i_$j_$r;
          sum$i_$j_$r = vec4<f32>();
        } } }
      }
    }
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
