// Like contractRegister.wgsl, for convolutions whose windows move by one: the four columns of a thread are a 2×2 block of
// pixels, whose windows overlap. Of each row of the image TAPS + 1 numbers serve all four, and the lower row of one step
// is the upper row of the next: TAPS + 1 loads where the plain kernel makes 4·TAPS.

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
  // Past the border the last row or block is computed again: see `put`.
  @unroll(r, LOADS) {
    var a$r = starts.x + min(tile.row + $ru * LANES + thread % LANES, p.rows - 1u) * p.aRow;
  }
  @unroll(q, QUADS) {
    let first$q = tile.column + (thread * QUADS + $qu) * 4u;
    let columns$q = columnsAt(first$q);
    let b$q = starts.y + columns$q.b.x;
    @unroll(r, LOADS) { @unroll(i, SHARED_ROWS) { var sum$r_$i_$q = vec4<f32>(); } }
    @if(LONG) { @unroll(r, LOADS) { @unroll(i, SHARED_ROWS) { var whole$r_$i_$q = vec4<f32>(); } } }
  }
  @if(LONG) { var taken = 0u; }
  for (var i0 = 0u; i0 < p.k0; i0++) {
    var bRow = i0 * p.bK0;
    @unroll(q, QUADS) { @unroll(t, SPAN) { var above$q_$t = factor(b[b$q + bRow + $tu * p.bK2]); } }
    for (var i1 = 0u; i1 < p.k1; i1++) {
      let aStep = i0 * p.aK0 + i1 * p.aK1;
      bRow += p.bK1;
      @unroll(q, QUADS) { @unroll(t, SPAN) { let below$q_$t = factor(b[b$q + bRow + $tu * p.bK2]); } }
      @unroll(t, TAPS) {
        @unroll(r, LOADS) { let x$r_$t = factor(a[a$r + aStep + $tu * p.aK2]); }
        @unroll(q, QUADS) {
          let v$q_$t = vec4<f32>(above$q_$t, above$q_${t+1}, below$q_$t, below$q_${t+1});
        }
        @unroll(r, LOADS) { @unroll(i, SHARED_ROWS) {
          let w$r_$i_$t = vec4<f32>(FROM_LANE(x$r_$t, $iu));
          @unroll(q, QUADS) { sum$r_$i_$q = fma(w$r_$i_$t, v$q_$t, sum$r_$i_$q); }
        } }
      }
      @unroll(q, QUADS) { @unroll(t, SPAN) { above$q_$t = below$q_$t; } }
    }
    @if(LONG) {
      taken += p.k1 * TAPS;
      if (taken >= RUN) {
        taken = 0u;
        @unroll(q, QUADS) { @unroll(r, LOADS) { @unroll(i, SHARED_ROWS) {
          whole$r_$i_$q += sum$r_$i_$q;
          sum$r_$i_$q = vec4<f32>();
        } } }
      }
    }
  }
  // insert contractEnd.wgsl
}
