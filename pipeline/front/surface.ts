import type { RgbaImage } from '../image/image.ts';
import { wordsOf } from './words.ts';

/** What lies under the clear pixels of a picture. */
export type Surface =
  /** nothing is clear */
  | { readonly kind: 'opaque' }
  /** a sheet with a clear surround, which takes this colour: that of the sheet's own edge, so that its outline vanishes */
  | { readonly kind: 'sheet'; readonly color: readonly [number, number, number] }
  /** ink without paper, as a canvas exports it: the ink is where the picture is not clear, whatever its colour */
  | { readonly kind: 'ink' };

/** From this alpha on a pixel lets nothing through that could be seen. */
const SOLID = 250;

/** A pixel with at least this alpha counts as there. */
const THERE = 128;

/** A sheet fills at least this share of the box around all that is there; strokes of a brush fill less. */
const SHEET = 0.6;

/** So small a share of all pixels may have another colour: a page with a few thin letters has more ink. */
const RARE = 0.002;

/** Colours that differ by less than this, of 255, are one colour to the eye of this file. */
const ALIKE = 40;

/**
 * Finds out what clear pixels mean. White ink that a canvas exports on nothing would vanish on white paper, and the
 * round corners of a black tile would become strokes on it.
 */
export function surfaceOf({ width, height, data }: RgbaImage): Surface {
  if (isOpaque(data)) return { kind: 'opaque' };
  let [left, right, top, bottom, there] = [width, -1, height, -1, 0];
  const edge = [0, 1, 2].map(() => new Uint32Array(256));
  const inside = [0, 1, 2].map(() => new Uint32Array(256));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      if (data[at + 3] < THERE) continue;
      there++;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
      const isEdge =
        (x > 0 && data[at - 1] < THERE) ||
        (x + 1 < width && data[at + 7] < THERE) ||
        (y > 0 && data[at + 3 - 4 * width] < THERE) ||
        (y + 1 < height && data[at + 3 + 4 * width] < THERE);
      for (let c = 0; c < 3; c++) {
        inside[c][data[at + c]]++;
        if (isEdge) edge[c][data[at + c]]++;
      }
    }
  }
  if (there === 0) return { kind: 'ink' };
  const spread = Math.max(...inside.map((histogram) => at(histogram, 1 - RARE) - at(histogram, RARE)));
  const isSheet = there >= SHEET * (right - left + 1) * (bottom - top + 1);
  if (spread < ALIKE || !isSheet) return { kind: 'ink' };
  const hasEdge = edge[0].some((count) => count > 0);
  const [red, green, blue] = (hasEdge ? edge : inside).map((histogram) => at(histogram, 0.5));
  return { kind: 'sheet', color: [red, green, blue] };
}

/** Whether nothing shines through; a byte of 250 is what a careless editor leaves of 255. */
function isOpaque(data: Uint8Array): boolean {
  const words = wordsOf(data);
  if (words === undefined) return data.every((byte, i) => i % 4 !== 3 || byte >= SOLID);
  let common = 0xff000000;
  for (let i = 0; i < words.length; i++) common &= words[i];
  if (common >>> 24 === 255) return true;
  for (let i = 0; i < words.length; i++) if (words[i] >>> 24 < SOLID) return false;
  return true;
}

/** The value below which a share of a histogram lies. */
function at(histogram: Uint32Array, share: number): number {
  const wanted = share * histogram.reduce((sum, count) => sum + count, 0);
  let below = 0;
  return Math.max(
    0,
    histogram.findIndex((count) => {
      below += count;
      return below > wanted;
    }),
  );
}
