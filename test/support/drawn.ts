import type { RgbaImage } from '../../pipeline/image/image.ts';

export type Colour = readonly [number, number, number, number?];

export const WHITE: Colour = [255, 255, 255];
export const BLACK: Colour = [0, 0, 0];
export const CLEAR: Colour = [0, 0, 0, 0];

/** A picture whose colour at (x, y) a function says; alpha is 255 where it says none. */
export function painted(
  width: number,
  height: number,
  colourAt: (x: number, y: number) => Colour,
): RgbaImage {
  const data = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [red, green, blue, alpha = 255] = colourAt(x, y);
      data.set([red, green, blue, alpha], 4 * (y * width + x));
    }
  }
  return { width, height, data };
}

/** The distance of a point from a line between two others. */
export function fromLine(x: number, y: number, [a, b, c, d]: readonly number[]): number {
  const [u, v] = [c - a, d - b];
  const share = Math.max(0, Math.min(1, ((x - a) * u + (y - b) * v) / (u * u + v * v)));
  return Math.hypot(x - a - share * u, y - b - share * v);
}

/** The strokes of a 7 in a square of side 1: it hangs together, is as wide as high nowhere, and has no twin. */
const SEVEN = [
  [0.28, 0.2, 0.72, 0.2],
  [0.72, 0.2, 0.42, 0.82],
];

/** Whether a pixel is ink of a 7 in a square of so many pixels; strokes are `width` wide. */
export const isSeven =
  (side: number, width = side / 12) =>
  (x: number, y: number): boolean =>
    SEVEN.some((line) => {
      const scaled = line.map((at) => at * side);
      return fromLine(x + 0.5, y + 0.5, scaled) <= width / 2;
    });

/** A picture of a 7 in two colours. */
export function seven(side: number, ink: Colour = BLACK, paper: Colour = WHITE, width?: number): RgbaImage {
  const isInk = isSeven(side, width);
  return painted(side, side, (x, y) => (isInk(x, y) ? ink : paper));
}
