import { type Contrast, fullStep } from './contrast.ts';
import type { Plane } from './extremes.ts';
import type { Level } from './level.ts';
import type { Piece } from './pieces.ts';

/** What the outline of a piece says of it. */
export interface Outline {
  /** the share of the outline that is an edge of the picture, 0…1 */
  readonly support: number;
  /** the sum of the steps of brightness along it */
  readonly edge: number;
}

/** An outline is at an edge of the picture where brightness steps by this share of the ink's contrast. */
const STEP = 0.4;

/**
 * Walks along the sides that ink and paper share. Across each, brightness must step within as many pixels as half
 * the reach, so that blurred edges of broad strokes count too.
 */
export function outlineOf(
  { pixels }: Piece,
  mask: Uint8Array,
  seen: Contrast,
  { ink }: Level,
  plane: Plane,
): Outline {
  const { width, height, data } = plane;
  const { ground, polarity } = seen;
  const far = Math.max(1, Math.round(seen.reach / 2));
  const sign = polarity === 'dark' ? 1 : -1;
  let [sides, supported, edge] = [0, 0, 0];
  const side = (pixel: number, stride: number, room: number, back: number): void => {
    if (room === 0 || mask[pixel + stride]) return;
    sides++;
    const inner = back > 0 && mask[pixel - stride] ? pixel - stride : pixel;
    const outer = pixel + Math.min(far, room) * stride;
    const near = pixel + stride;
    const step = Math.max(sign * (data[outer] - data[inner]), sign * (data[near] - data[inner]));
    const full = fullStep(ink, ground.data[pixel], polarity);
    supported += Math.max(0, Math.min(1, step / (STEP * full)));
    edge += Math.max(0, step);
  };
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i];
    const y = Math.floor(pixel / width);
    const x = pixel - y * width;
    side(pixel, -1, x, width - 1 - x);
    side(pixel, 1, width - 1 - x, x);
    side(pixel, -width, y, height - 1 - y);
    side(pixel, width, height - 1 - y, y);
  }
  return { support: sides === 0 ? 0 : supported / sides, edge };
}
