import type { WasmLaunch, WasmWork } from './launch.ts';

/** How work is cut into parts: by length alone, so that the bits do not depend on the number of threads. */
export interface Cut {
  readonly parts: number;
  /** Elements of one part, a multiple of 64; the last may be shorter. */
  readonly piece: number;
}

/** Below this many elements sharing costs more than it brings; above the other a part is no longer short. */
const FEWEST = 8192;
const MOST = 32768;

/**
 * @param length elements, each a few instructions
 * @param weight how many times as much work as in a sum of two floats an element is
 */
export function cut(length: number, weight = 1): Cut {
  const eighth = Math.ceil(length / 8);
  const wanted = Math.min(Math.max(eighth, FEWEST / weight), MOST / weight);
  const piece = Math.max(64, Math.ceil(wanted / 64) * 64);
  return { parts: Math.ceil(length / piece), piece };
}

/** The same for rows, planes or columns of `size` elements each, which are not cut themselves. */
export function cutRows(rows: number, size: number, weight = 1): Cut {
  const { piece } = cut(rows * size, weight);
  const together = Math.max(1, Math.floor(piece / Math.max(1, size)));
  return { parts: Math.ceil(rows / together), piece: together };
}

/** The work of these launches without scratch memory. What has no elements has no parts, and is left out. */
export const workOf = (...launches: readonly WasmLaunch[]): WasmWork => ({
  launches: launches.filter(({ parts }) => parts > 0),
  scratch: [],
});
