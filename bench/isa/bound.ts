/** What a kernel can reach of a GPU's peak. */
import { shareOf } from './assembly.ts';
import type { Compiled } from './compiled.ts';
import type { Gpu } from './probe.ts';

/**
 * The share of the peak that the hottest loop can reach, and where nothing loops the whole program. RDNA 3 has two multiply-adds
 * for each lane and cycle: an instruction of a subgroup of 64 takes both, one of a subgroup of 32 takes one unless it is a pair
 * (`v_dual_…`). "RDNA 3 Instruction Set Architecture", 7.6.
 */
export const boundOf = (gpu: Gpu, { loop, whole, lanes }: Compiled): number =>
  shareOf(loop ?? whole) / (gpu === 'navi31' && lanes === 32 ? 2 : 1);
