/**
 * Four images side by side: what lies in one place of four images is loaded at once, with one address, and guarded by one
 * comparison. On GPUs that is most of what a convolution with few filters does besides multiplying: each number that is
 * brought is used once for each filter.
 */
import type { Traits } from '../traits.ts';
import type { Tiling, TilingName } from './tilings.ts';
import { tilings } from './tilings.ts';

/** Images are filled up to whole fours: so much more work is worth it. */
const MOST = 1.15;
/** With more filters the loads are few enough, and a thread has better things to do than to keep whole windows. */
const POOLED_ROWS = 32;

/**
 * Whether images that are laid into frames had better lie in fours, for a convolution that makes `rows` channels of each.
 *
 * @param pool whether 2×2 pixels are pooled
 */
export function inFours(
  images: number,
  rows: number,
  pool: boolean,
  { forced, isSoftware, halfFactors, matrices }: Traits,
): boolean {
  if (4 * Math.ceil(images / 4) > MOST * images) return false;
  if (forced !== undefined) return pool ? poolsFours(forced) : takesFours(forced);
  const units = halfFactors && matrices !== undefined;
  return !isSoftware && !(pool && (units || rows > POOLED_ROWS));
}

const takesFours = (name: TilingName): boolean =>
  ['contractShared', 'contractMatrix'].includes(tilings[name].shader);

/** Whether a thread of a tiling has a 2×2 window of pixels to itself when they come in fours. */
export function poolsFours(name: TilingName): boolean {
  const tiling: Tiling = tilings[name];
  return tiling.shader === 'contractShared' && tiling.across === 4;
}

/**
 * Whether images that a weight gradient of `rows` filters is summed over had better lie in fours, which are then four steps of the sum.
 * With more filters an element serves enough of them.
 */
export function sumsFours(
  images: number,
  rows: number,
  { forced, isSoftware, halfFactors, matrices }: Traits,
): boolean {
  if (images === 0 || images % 4 !== 0 || rows > 32) return false;
  if (forced !== undefined) return tilings[forced].shader === 'contractShared';
  return !isSoftware && !(halfFactors && matrices !== undefined);
}
