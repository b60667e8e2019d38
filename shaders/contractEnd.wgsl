// The end of contractRegister.wgsl and contractWindow.wgsl: what lies inside is stored.
@unroll(q, QUADS) {
  if (first$q < p.columns) {
    @unroll(r, LOADS) { @unroll(i, SHARED_ROWS) {
      let row$r_$i_$q = tile.row + $ru * LANES + $iu;
      if (row$r_$i_$q < p.rows) {
        @if(LONG) { sum$r_$i_$q += whole$r_$i_$q; }
        store(tile, row$r_$i_$q, columns$q, sum$r_$i_$q);
      }
    } }
  }
}
