/** How direct convolutions are cut: into parts for threads, and into blocks that fit into the memory of one. */
import type { Pair } from '../../../ops/window.ts';

/** Rows and columns of an outer tile, as in wasm/tile.ts; inner tiles have as many rows. */
export const ROWS = 4;
export const COLUMNS = 16;

/** What sums of many taps need besides, as in wasm/longTile.ts. */
export const LONG_TILE_BYTES = 832;

/** A part is worth a thread's while from about 2 MFLOP, 40 microseconds. */
const PART = 2e6;
/** As many parts as keep several threads busy until the end. */
export const PARTS = 16;

/** Images of a part, or groups of images: enough work, but not fewer than eight parts because of it. */
export const unitsOf = (units: number, flops: number): number =>
  Math.max(1, Math.min(Math.ceil(PART / flops), Math.floor(units / 8)));

/**
 * What is made at once of an output, from the parts that images make and the work of a row: a part may as well be smaller than
 * worth it.
 */
export function blockOf(
  output: Pair,
  parts: number,
  flopsPerRow: number,
  multiple: number,
  bytesOf: (block: Pair) => number,
): Block {
  const enough = Math.ceil(PART / 2 / flopsPerRow);
  const most = Math.max(1, Math.floor(output[0] / Math.max(4, enough)));
  return fittingBlock(output, Math.min(most, Math.ceil(PARTS / parts)), multiple, bytesOf);
}

/** Panels of a part, where images and blocks make so many parts, each of so much work. */
export function panelsPerPart(panels: number, parts: number, flops: number): number {
  const chunks = Math.min(panels, Math.ceil(PARTS / parts), Math.ceil(flops / PART));
  return Math.ceil(panels / chunks);
}

/** Memory for a frame: that part of the L2 cache, of which a core has a MiB, that others leave. */
const FRAME = 384 * 1024;
/** Images wider than this are cut into strips of about half of it. */
const WIDEST = 512;
/** Narrower strips would lay out more of their surroundings than of themselves. */
const NARROWEST = 64;

/** Rows and columns of the output that are made at once. */
export interface Block {
  readonly band: number;
  readonly strip: number;
}

/**
 * The largest blocks whose memory fits, in `parts` or more equal bands: bands of whole times `multiple` rows, and strips as
 * wide as the image unless that is wide. So memory does not grow with the image.
 */
export function fittingBlock(
  [height, width]: Pair,
  parts: number,
  multiple: number,
  bytesOf: (block: Pair) => number,
): Block {
  let strip = width;
  for (let cuts = 2 * Math.ceil(width / WIDEST); ; cuts *= 2) {
    if (strip <= NARROWEST || (strip <= WIDEST && bytesOf([multiple, strip]) <= FRAME)) break;
    strip = Math.ceil(width / cuts / 8) * 8;
  }
  for (; ; parts++) {
    const band = Math.ceil(height / parts / multiple) * multiple;
    if (band === multiple || bytesOf([band, strip]) <= FRAME) return { band, strip };
  }
}

/** How many blocks an output has. */
export const blocksOf = ([height, width]: Pair, { band, strip }: Block): number =>
  Math.ceil(height / band) * Math.ceil(width / strip);
