// Step s of a block in contractShared.wgsl: what a thread's rows and columns add to its sums.

@unroll(i, DOWN) { let x$i = vec4<f32>(aTile[s * A_STRIDE + $iu * HIGH + down]); }
@unroll(j, ACROSS) { let v$j = vec4<f32>(bTile[s * B_STRIDE + $ju * WIDE + across]); }
@unroll(i, DOWN) { @unroll(j, ACROSS) {
  sum$i_$j_0 = fma(vec4<f32>(x$i.x), v$j, sum$i_$j_0);
  sum$i_$j_1 = fma(vec4<f32>(x$i.y), v$j, sum$i_$j_1);
  sum$i_$j_2 = fma(vec4<f32>(x$i.z), v$j, sum$i_$j_2);
  sum$i_$j_3 = fma(vec4<f32>(x$i.w), v$j, sum$i_$j_3);
} }
