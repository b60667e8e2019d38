import type { Random } from '../../engine/random.ts';
import type { GrayImage, RgbaImage } from '../../pipeline/image/image.ts';

/** Red, green and blue, 0…255, and alpha where it is not opaque. */
export type Colour = readonly [number, number, number, number?];

/** Where the ink of a character lies in its picture, in pixels. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Changes a picture in place; it may look where the character is, or will be. */
export type Painter = (image: RgbaImage, place: Place, random: Random) => void;

/** `#rrggbb` → its colour. */
export const hex = (text: string): Colour => {
  const value = Number.parseInt(text.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
};

export const grey = (level: number): Colour => [level, level, level];

/** A picture of one colour. */
export function blank(width: number, height: number, [red, green, blue, alpha = 255]: Colour): RgbaImage {
  const data = new Uint8Array(4 * width * height);
  data.set([Math.round(red), Math.round(green), Math.round(blue), alpha]);
  // Doubles what is there until all is.
  for (let done = 4; done < data.length; done *= 2)
    data.copyWithin(done, 0, Math.min(done, data.length - done));
  return { width, height, data };
}

/** Lays a colour over one pixel, `share` of which it covers. */
export function blend(data: Uint8Array, at: number, [red, green, blue]: Colour, share: number): void {
  const below = (data[at + 3] / 255) * (1 - share);
  const alpha = share + below;
  if (alpha === 0) return;
  const [over, under] = [share / alpha, below / alpha];
  data[at] = Math.round(over * red + under * data[at]);
  data[at + 1] = Math.round(over * green + under * data[at + 1]);
  data[at + 2] = Math.round(over * blue + under * data[at + 2]);
  data[at + 3] = Math.round(255 * alpha);
}

/** Lays a colour over a picture where a mask covers it; what lies outside is left out. */
export function lay(image: RgbaImage, mask: GrayImage, left: number, top: number, colour: Colour): void {
  for (let y = Math.max(0, -top); y < mask.height && top + y < image.height; y++) {
    for (let x = Math.max(0, -left); x < mask.width && left + x < image.width; x++) {
      const share = mask.data[y * mask.width + x];
      if (share > 0) blend(image.data, 4 * ((top + y) * image.width + left + x), colour, share);
    }
  }
}

/** A line along an axis, or nearly so. */
export interface Stripe {
  /** `across` runs from left to right, `down` from top to bottom */
  readonly way: 'across' | 'down';
  /** the edge nearer to the top or left, at the start of the line; in pixels */
  readonly at: number;
  readonly thickness: number;
  /** pixels sideways for each pixel along */
  readonly slope?: number;
  /** where it starts and ends; all of the picture when left out */
  readonly from?: number;
  readonly to?: number;
  /** how much of what lies below it hides, 0…1 */
  readonly strength?: number;
}

export function stripe(image: RgbaImage, colour: Colour, line: Stripe): void {
  const { way, at, thickness, slope = 0, strength = 1 } = line;
  const { width, height, data } = image;
  const [long, deep] = way === 'across' ? [width, height] : [height, width];
  const [step, sideways] = way === 'across' ? [4, 4 * width] : [4 * width, 4];
  const from = Math.max(0, Math.round(line.from ?? 0));
  const to = Math.min(long, Math.round(line.to ?? long));
  for (let i = from; i < to; i++) {
    const low = at + slope * (i - from);
    const high = low + thickness;
    const end = Math.min(deep, Math.ceil(high));
    for (let k = Math.max(0, Math.floor(low)); k < end; k++) {
      const share = Math.min(k + 1, high) - Math.max(k, low);
      blend(data, i * step + k * sideways, colour, strength * share);
    }
  }
}

/** How much of the pixel at (x, y) an upright rectangle with round corners covers, 0…1. */
export function roundedShare(
  x: number,
  y: number,
  { left, top, width, height }: Place,
  radius: number,
): number {
  const dx = Math.abs(x + 0.5 - left - width / 2) - width / 2 + radius;
  const dy = Math.abs(y + 0.5 - top - height / 2) - height / 2 + radius;
  const outside = Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius;
  return Math.min(1, Math.max(0, 0.5 - outside));
}

/** A place with `room` more on each side. */
export const around = ({ left, top, width, height }: Place, room: number): Place => ({
  left: left - room,
  top: top - room,
  width: width + 2 * room,
  height: height + 2 * room,
});

/** Several painters in turn. */
export const each =
  (...painters: readonly Painter[]): Painter =>
  (image, place, random) => {
    for (const paint of painters) paint(image, place, random);
  };
