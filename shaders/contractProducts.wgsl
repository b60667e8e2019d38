// Step s of a block in contractShared.wgsl: what a thread's rows and columns add to its sums.

@unroll(i, DOWN) {
  let rows$i = s * A_STRIDE + $iu * HIGH + down;
  @if(A_ALONE) { let x$i = vec4<f32>(vec4<Factor>(@unroll(r, 4) { aTile[rows$i][$r], })); }
  @if(!A_ALONE) { let x$i = vec4<f32>(aTile[rows$i]); }
}
@unroll(j, ACROSS) {
  let columns$j = s * B_STRIDE + $ju * WIDE + across;
  @if(FOUR_STEPS) { let v$j = vec4<f32>(vec4<Factor>(@unroll(c, 4) { bTile[4u * columns$j + $cu], })); }
  @if(!FOUR_STEPS) { let v$j = vec4<f32>(bTile[columns$j]); }
  @unroll(i, DOWN) {
    sum$i_$j_0 = fma(vec4<f32>(x$i.x), v$j, sum$i_$j_0);
    sum$i_$j_1 = fma(vec4<f32>(x$i.y), v$j, sum$i_$j_1);
    sum$i_$j_2 = fma(vec4<f32>(x$i.z), v$j, sum$i_$j_2);
    sum$i_$j_3 = fma(vec4<f32>(x$i.w), v$j, sum$i_$j_3);
  }
}
