// Tiles in the matrix units of a GPU ("tensor cores"), through `chromium_experimental_subgroup_matrix`: blocks of both
// factors lie in workgroup memory as f16, and each of HIGH × WIDE subgroups multiplies M × K pieces of one by K × N pieces
// of the other, with sums in f32.
// https://github.com/gpuweb/gpuweb/blob/main/proposals/subgroup-matrix.md

// include contractSteps.wgsl

const THREADS = HIGH * WIDE * LANES;
const A_QUADS = ROWS / 4u;
const B_QUADS = COLUMNS / 4u;
// Whether all that a thread brings of a factor is of one step.
const A_ALIKE = A_STEPS_FIRST && THREADS % DEPTH == 0;
const B_ALIKE = B_STEPS_FIRST && THREADS % DEPTH == 0;
// The step is the slower index of both: a column of the left factor and a row of the right one lie together.
var<workgroup> aTile: array<f16, ROWS * DEPTH>;
var<workgroup> bTile: array<f16, COLUMNS * DEPTH>;
// One piece of the result for each subgroup, on its way out.
var<workgroup> piece: array<f32, HIGH * WIDE * M * N>;

// A step of the sum by its digits, and where it lies in one factor. `next` goes on by a constant number of steps with
// additions alone, where stepAt divides: on GPUs a quotient costs more than 32 multiply-adds.
struct Step { i1: u32, i2: u32, at: u32 }

fn stepFrom(k: u32, strides: vec3<u32>) -> Step {
  let rest = over(k, p.k2);
  let i2 = k - rest * p.k2;
  let i0 = over(rest, p.k1);
  let i1 = rest - i0 * p.k1;
  return Step(i1, i2, i0 * strides.x + i1 * strides.y + i2 * strides.z);
}

// `by` is the step of that number; `carries` is what a full second and third digit are worth.
fn next(step: Step, by: Step, carries: vec2<u32>) -> Step {
  var i2 = step.i2 + by.i2;
  var i1 = step.i1 + by.i1;
  var at = step.at + by.at;
  if (i2 >= p.k2) { i2 -= p.k2; i1 += 1u; at += carries.y; }
  if (i1 >= p.k1) { i1 -= p.k1; at += carries.x; }
  return Step(i1, i2, at);
}

fn carriesOf(strides: vec3<u32>) -> vec2<u32> {
  return vec2<u32>(strides.x - p.k1 * strides.y, strides.y - p.k2 * strides.z);
}

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
  if (isPast(tile)) { return; }
  let starts = startsOf(tile.batch);
  let begin = tile.split * p.k0PerSplit * p.k1 * p.k2;
  let end = min(p.k0, (tile.split + 1u) * p.k0PerSplit) * p.k1 * p.k2;
  let subgroup = thread / LANES;
  let down = subgroup / WIDE * (ROWS / HIGH);
  let across = subgroup % WIDE * (COLUMNS / WIDE);
  let own = subgroup * M * N;
  let lane = thread % LANES;

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
    let a$n = starts.x + min(tile.row + aQuad$n * 4u + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(p.rows - 1u)) * p.aRow;
    let aSlot$n = aK$n * ROWS + aQuad$n * 4u;
    var aStep$n = stepFrom(begin + aK$n, aStrides);
  }
  @unroll(n, B_LOADS) {
    let bPlace$n = thread + $nu * THREADS;
    let bQuad$n = select(bPlace$n % B_QUADS, bPlace$n / DEPTH, B_STEPS_FIRST);
    let bK$n = select(bPlace$n / B_QUADS, bPlace$n % DEPTH, B_STEPS_FIRST);
    let b$n = starts.y + columnsAt(tile.column + bQuad$n * 4u).b;
    let bSlot$n = bK$n * COLUMNS + bQuad$n * 4u;
    var bStep$n = stepFrom(begin + bK$n, bStrides);
  }
  @unroll(i, DOWN) { @unroll(j, ACROSS) { var sum$i_$j: subgroup_matrix_result<f32, N, M>; } }
  // Units multiply and add, but do not add their results: those of a run go through memory to the lanes that store them.
  @if(LONG) {
    var taken = 0u;
    @unroll(i, DOWN) { @unroll(j, ACROSS) { @unroll(t, TURNS) { var whole$i_$j_$t = vec4<f32>(); } } }
  }

  for (var k = begin; k < end; k += DEPTH) {
    // What each thread brings it stores at once: sums take the registers that would hold it meanwhile.
    @unroll(n, A_LOADS) {
      if (aPlace$n < A_QUADS * DEPTH) {
        var values = vec4<f16>();
        if (k + aK$n < end) { values = vec4<f16>(aFour(a$n + aStep$n.at)); }
        @unroll(r, 4) { aTile[aSlot$n + $ru] = values[$r]; }
      }
      if (A_ALIKE && $nu > 0u) { aStep$n = aStep0; } else { aStep$n = next(aStep$n, aBy, aCarries); }
    }
    @unroll(n, B_LOADS) {
      if (bPlace$n < B_QUADS * DEPTH) {
        var values = vec4<f16>();
        if (k + bK$n < end) { values = vec4<f16>(bFour(b$n + bStep$n.at)); }
        @unroll(r, 4) { bTile[bSlot$n + $ru] = values[$r]; }
      }
      if (B_ALIKE && $nu > 0u) { bStep$n = bStep0; } else { bStep$n = next(bStep$n, bBy, bCarries); }
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
    @if(LONG) {
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
        @if(LONG) { sums += whole$i_$j_$t; }
        let inside = tile.row + down + $iu * M + row;
        if (inside < p.rows && first < p.columns) { store(tile, inside, columnsAt(first), sums); }
      }
    }
    workgroupBarrier();
  } }
}
