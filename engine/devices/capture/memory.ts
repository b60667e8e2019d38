/** A block of memory that a plan needs from its first launch to its last. */
export interface Need {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Which shared block each need gets, and how large the blocks are. */
export interface MemoryPlan {
  readonly blockOf: readonly number[];
  readonly blocks: readonly number[];
}

/**
 * Shares blocks between needs whose lifetimes do not meet: the largest first, each into the block that is in use at
 * none of its launches and fits best ("greedy by size" of Pisarchyk and Lee, "Efficient memory management for deep
 * neural net inference", 2020). Blocks are whole buffers: WebGPU refuses a launch that reads and writes one buffer.
 */
export function planMemory(needs: readonly Need[]): MemoryPlan {
  const bySize = needs.map((_, i) => i).sort((i, j) => needs[j].bytes - needs[i].bytes || i - j);
  const blocks: { bytes: number; tenants: Need[] }[] = [];
  const blockOf = new Array<number>(needs.length);
  for (const i of bySize) {
    const need = needs[i];
    const isFree = ({ tenants }: { tenants: Need[] }) =>
      tenants.every(({ first, last }) => last < need.first || first > need.last);
    // The largest come first, so every block is large enough; the smallest free one wastes least.
    let best = -1;
    blocks.forEach((block, at) => {
      if (isFree(block) && (best < 0 || block.bytes < blocks[best].bytes)) best = at;
    });
    if (best < 0) best = blocks.push({ bytes: need.bytes, tenants: [] }) - 1;
    blocks[best].tenants.push(need);
    blockOf[i] = best;
  }
  return { blockOf, blocks: blocks.map(({ bytes }) => bytes) };
}
