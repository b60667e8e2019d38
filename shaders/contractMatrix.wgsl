// Tiles in the matrix units of a GPU ("tensor cores"), through `chromium_experimental_subgroup_matrix`: blocks of both
// factors lie in workgroup memory as f16, and each of HIGH × WIDE subgroups multiplies M × K pieces of one by K × N pieces
// of the other, with sums in f32.
// https://github.com/gpuweb/gpuweb/blob/main/proposals/subgroup-matrix.md

// include contractSteps.wgsl

const THREADS = HIGH * WIDE * LANES;
const A_QUADS = ROWS / 4u;
const B_QUADS = COLUMNS / 4u;
// The step is the slower index of both: a column of the left factor and a row of the right one lie together.
var<workgroup> aTile: array<f16, ROWS * DEPTH>;
var<workgroup> bTile: array<f16, COLUMNS * DEPTH>;
// One piece of the result for each subgroup, on its way out.
var<workgroup> piece: array<f32, HIGH * WIDE * M * N>;

// Fours of a piece, of which each lane brings out TURNS.
const FOURS = M * N / 4u;

fn fourAt(own: u32, place: u32) -> vec4<f32> {
  let at = own + min(place, FOURS - 1u) * 4u;
  return vec4<f32>(piece[at], piece[at + 1u], piece[at + 2u], piece[at + 3u]);
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
  let subgroup = thread / LANES;
  let down = subgroup / WIDE * (ROWS / HIGH);
  let across = subgroup % WIDE * (COLUMNS / WIDE);
  let own = subgroup * M * N;
  let lane = thread % LANES;
  @unroll(i, DOWN) { @unroll(j, ACROSS) { var sum$i_$j: subgroup_matrix_result<f32, N, M>; } }
  // Units multiply and add, but do not add their results: those of a run go through memory to the lanes that store them.
  @unroll(l, LONG) {
    var taken = 0u;
    @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(t, TURNS) { var whole$i_$j_$t = vec4<f32>(); } } }
  }

  for (var k = begin; k < end; k += DEPTH) {
    for (var place = thread; place < A_QUADS * DEPTH; place += THREADS) {
      let quad = select(place % A_QUADS, place / DEPTH, A_STEPS_FIRST);
      let step = select(place / A_QUADS, place % DEPTH, A_STEPS_FIRST);
      let rows = min(tile.row + quad * 4u + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(p.rows - 1u));
      let values = vec4<f16>(aAt(starts.x + rows * p.aRow, k + step, end));
      @unroll(n, 4) { aTile[step * ROWS + quad * 4u + $nu] = values[$n]; }
    }
    for (var place = thread; place < B_QUADS * DEPTH; place += THREADS) {
      let quad = select(place % B_QUADS, place / DEPTH, B_STEPS_FIRST);
      let step = select(place / B_QUADS, place % DEPTH, B_STEPS_FIRST);
      let values = vec4<f16>(bAt(starts.y + columnsAt(tile.column + quad * 4u).b, k + step, end));
      @unroll(n, 4) { bTile[step * COLUMNS + quad * 4u + $nu] = values[$n]; }
    }
    workgroupBarrier();
    for (var s = 0u; s < DEPTH; s += K) {
      @unroll(i, DOWN) {
        let x$i = subgroupMatrixLoad<subgroup_matrix_left<f16, K, M>, col_major>(&aTile, s * ROWS + down + $iu * M, ROWS);
      }
      @unroll(j, ACROSS) {
        let v$j = subgroupMatrixLoad<subgroup_matrix_right<f16, N, K>, row_major>(&bTile, s * COLUMNS + across + $ju * N, COLUMNS);
      }
      @unroll(i, DOWN) { @unroll(j, ACROSS) {
        sum$i_$j = subgroupMatrixMultiplyAccumulate(x$i, v$j, sum$i_$j);
      } }
    }
    workgroupBarrier();
    @unroll(l, LONG) {
      taken += DEPTH;
      if (taken >= RUN) {
        taken = 0u;
        @unroll(i, DOWN) { @unroll(j, ACROSS) {
          subgroupMatrixStore<row_major>(&piece, own, sum$i_$j, N);
          workgroupBarrier();
          @unroll(t, TURNS) { whole$i_$j_$t += fourAt(own, lane + $tu * LANES); }
          workgroupBarrier();
          sum$i_$j = subgroup_matrix_result<f32, N, M>();
        } }
      }
    }
  }
  @unroll(i, DOWN) { @unroll(j, ACROSS) {
    subgroupMatrixStore<row_major>(&piece, own, sum$i_$j, N);
    workgroupBarrier();
    @unroll(t, TURNS) {
      if (lane + $tu * LANES < FOURS) {
        let place = lane + $tu * LANES;
        let row = place / (N / 4u);
        let first = tile.column + across + $ju * N + place % (N / 4u) * 4u;
        var sums = fourAt(own, place);
        @unroll(l, LONG) { sums += whole$i_$j_$t; }
        store(tile, tile.row + down + $iu * M + row, first, columnsAt(first), sums);
      }
    }
    workgroupBarrier();
  } }
}
