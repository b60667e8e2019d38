// What a thread has brought of the next block, to where all threads read it.

@unroll(n, A_LOADS) {
  @if(A_ALONE) { aTile[aSlot + $nu * (TOGETHER / 4u)][aPart] = Factor(aNext$n); }
  @if(!A_ALONE) { aTile[aSlot + $nu * TOGETHER] = vec4<Factor>(aNext$n); }
}
@unroll(m, B_STEPS_EACH) { @unroll(n, B_QUADS_EACH) {
  @if(FOUR_STEPS) {
    let bTo$n = bSlot + $nu * (4u * B_SPREAD);
    @unroll(r, 4) { bTile[bTo$n + $ru * (4u * B_STRIDE)] = Factor(bNext$m_$n[$r]); }
  }
  @if(!FOUR_STEPS) { bTile[bSlot + $mu * B_STRIDE + $nu * B_SPREAD] = vec4<Factor>(bNext$m_$n); }
} }
