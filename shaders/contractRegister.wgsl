// Tiles in registers alone: a thread makes ROWS × 4·QUADS of y. Where adapters have subgroups of a known size,
// each of the LANES threads of one loads another row of a, and hands it round: one load brings LANES rows. Without
// subgroups LANES is 1 and each thread loads all its rows.

// include contract.wgsl

@compute @workgroup_size(WIDTH)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  THREAD_INDEX,
) {
  let tile = tileAt(group.y * groups.x + group.x, ROWS, WIDTH * 4u * QUADS);
  if (isPast(tile)) { return; }
  let starts = startsOf(tile.batch);
  // Past the border the last row or column is computed again: see `put`.
  @unroll(r, LOADS) {
    var a$r = starts.x + min(tile.row + $ru * LANES + thread % LANES, p.rows - 1u) * p.aRow + tile.split * p.k0PerSplit * p.aK0;
  }
  @unroll(q, QUADS) {
    let first$q = tile.column + (thread * QUADS + $qu) * 4u;
    let columns$q = columnsAt(first$q);
    var b$q = starts.y + columns$q.b + tile.split * p.k0PerSplit * p.bK0;
    @unroll(r, LOADS) { @unroll(i, SHARED_ROWS) { var sum$r_$i_$q = vec4<f32>(); } }
    @if(LONG) { @unroll(r, LOADS) { @unroll(i, SHARED_ROWS) { var whole$r_$i_$q = vec4<f32>(); } } }
  }
  @if(LONG) { var taken = 0u; }
  let last = min(p.k0PerSplit, p.k0 - min(p.k0, tile.split * p.k0PerSplit));
  for (var i0 = 0u; i0 < last; i0++) {
    for (var i1 = 0u; i1 < p.k1; i1++) {
      var aStep = i0 * p.aK0 + i1 * p.aK1;
      var bStep = i0 * p.bK0 + i1 * p.bK1;
      for (var i2 = 0u; i2 < p.k2; i2++) {
        @unroll(r, LOADS) { let x$r = factor(a[a$r + aStep]); }
        @unroll(q, QUADS) {
          let at$q = b$q + bStep;
          let v$q = factors(vec4<f32>(b[at$q.x], b[at$q.y], b[at$q.z], b[at$q.w]));
        }
        @unroll(r, LOADS) { @unroll(i, SHARED_ROWS) {
          let w$r_$i = vec4<f32>(FROM_LANE(x$r, $iu));
          @unroll(q, QUADS) { sum$r_$i_$q = fma(w$r_$i, v$q, sum$r_$i_$q); }
        } }
        aStep += p.aK2;
        bStep += p.bK2;
        @if(LONG_STEPS) {
          taken += 1u;
          if (taken >= RUN) {
            taken = 0u;
            @unroll(q, QUADS) { @unroll(r, LOADS) { @unroll(i, SHARED_ROWS) {
              whole$r_$i_$q += sum$r_$i_$q;
              sum$r_$i_$q = vec4<f32>();
            } } }
          }
        }
      }
      @if(LONG_ROWS) {
        taken += p.k2;
        if (taken >= RUN) {
          taken = 0u;
          @unroll(q, QUADS) { @unroll(r, LOADS) { @unroll(i, SHARED_ROWS) {
            whole$r_$i_$q += sum$r_$i_$q;
            sum$r_$i_$q = vec4<f32>();
          } } }
        }
      }
    }
  }
  // insert contractEnd.wgsl
}
