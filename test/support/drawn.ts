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
      const colour = colourAt(x, y);
      const at = 4 * (y * width + x);
      for (let c = 0; c < 4; c++) data[at + c] = colour[c] ?? 255;
    }
  }
  return { width, height, data };
}

/** The distance of a point from a line between two others. */
export function fromLine(x: number, y: number, line: readonly number[]): number {
  const [a, b] = line;
  const u = line[2] - a;
  const v = line[3] - b;
  const share = Math.max(0, Math.min(1, ((x - a) * u + (y - b) * v) / (u * u + v * v)));
  return Math.hypot(x - a - share * u, y - b - share * v);
}

/** The strokes of a 7 in a square of side 1: it hangs together, is as wide as high nowhere, and has no twin. */
const SEVEN = [
  [0.28, 0.2, 0.72, 0.2],
  [0.72, 0.2, 0.42, 0.82],
];

/** Whether a pixel is ink of a 7 in a square of so many pixels; strokes are `width` wide. */
export function isSeven(side: number, width = side / 12): (x: number, y: number) => boolean {
  const lines = SEVEN.map((line) => line.map((at) => at * side));
  return (x, y) => lines.some((line) => fromLine(x + 0.5, y + 0.5, line) <= width / 2);
}

/** A picture of a 7 in two colours. */
export function seven(side: number, ink: Colour = BLACK, paper: Colour = WHITE, width?: number): RgbaImage {
  const isInk = isSeven(side, width);
  return painted(side, side, (x, y) => (isInk(x, y) ? ink : paper));
}

/** How alike two prepared images are, 0…1: the cosine between them where they match best, a pixel off at most. */
export function likeness(a: Uint8Array, b: Uint8Array): number {
  const square = (image: Uint8Array) => image.reduce((sum, value) => sum + value ** 2, 0);
  const matches = [-29, -28, -27, -1, 0, 1, 27, 28, 29].map((by) =>
    a.reduce((sum, value, i) => sum + value * (b[i + by] ?? 0), 0),
  );
  return Math.max(...matches) / Math.sqrt(square(a) * square(b) || 1);
}
