/** Where outputs of another number lie among the pixels of an axis. */

import type { Pair } from './window.ts';

export interface Resampling {
  /** Height and width of the result: of the image that was resized, on the way back. */
  readonly size: Pair;
  readonly mode: 'nearest' | 'bilinear';
  /** Whether the first and last pixels lie on those of the image, instead of the borders of the two. */
  readonly alignCorners: boolean;
}

/** A pixel along one axis, and its weight. */
export interface Tap {
  readonly pixel: number;
  readonly weight: number;
}

/** What each of `to` outputs is made of along an axis of `from` pixels; engine/ops/resize2d.ts has the formulas. */
export function tapsOf(from: number, to: number, { mode, alignCorners }: Resampling): Tap[][] {
  return Array.from({ length: to }, (_, i) => {
    const halfPixel = ((2 * i + 1) * from - to) / (2 * to);
    const place = alignCorners ? (i * (from - 1)) / Math.max(1, to - 1) : halfPixel;
    const inside = Math.min(Math.max(place, 0), from - 1);
    if (mode === 'nearest') return [{ pixel: Math.floor(inside + 0.5), weight: 1 }];
    const pixel = Math.floor(inside);
    const t = inside - pixel;
    const taps = [
      { pixel, weight: 1 - t },
      { pixel: pixel + 1, weight: t },
    ];
    return taps.filter(({ weight }) => weight > 0);
  });
}

/** The same from the other side: by which outputs each of `from` pixels is seen. */
export function seenBy(from: number, to: number, how: Resampling): Tap[][] {
  const seen: Tap[][] = Array.from({ length: from }, () => []);
  for (const [i, taps] of tapsOf(from, to, how).entries()) {
    for (const { pixel, weight } of taps) seen[pixel].push({ pixel: i, weight });
  }
  return seen;
}
