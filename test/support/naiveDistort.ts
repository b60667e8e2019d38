// Augmentation in float64, written from its description alone: no fixed point, real sines, and the way forward, from the
// source to the output, inverted as a matrix. The random words are Philox's, in the order of engine/data/augment/draw.ts.
import { philox } from '../../engine/random.ts';
import type { Augmentation } from '../../pipeline/data/augment.ts';

/** What is drawn for one image, in radians, factors, pixels and shares. */
export interface NaiveDistortion {
  readonly angle: number;
  readonly slant: number;
  readonly scale: readonly [number, number];
  readonly shift: readonly [number, number];
  /** Displacements of 7×7 control points, [x, y] each, in pixels. */
  readonly points: readonly (readonly [number, number])[];
  readonly stroke: number;
  /** Left, top, width, height; null without. */
  readonly erased: readonly [number, number, number, number] | null;
}

/** The number of 12 bits in the upper half of a word, or of the lower one, as the middle of its share of (−1, 1). */
const upper = (word: number) => Math.floor(word / 2 ** 20);
const lower = (word: number) => Math.floor(word / 2 ** 8) % 4096;
const symmetric = (bits: number) => (bits - 2047.5) / 2048;

export function naiveDraw(
  amounts: Augmentation,
  size: number,
  [low, high, epoch]: ArrayLike<number> & Iterable<number>,
  stream: number,
  place: number,
): NaiveDistortion {
  const words = Array.from({ length: 16 }, (_, block) => [
    ...philox([block, stream, epoch, place], [low, high]),
  ]).flat();
  const draw = (i: number, most: number) => symmetric(upper(words[i])) * most;
  const factor = (t: number) => (t >= 0 ? 1 + t : 1 / (1 - t));
  const pixels = (at28: number) => (at28 * size) / 28;
  // Uniform control points of amplitude a give a field of variance a²/3·(151/315)² on average.
  const amplitude = pixels(amounts.elastic) / (Math.sqrt(1 / 3) * (151 / 315));
  const longest = Math.round(amounts.eraseSide * size);
  const side = (word: number) => 1 + Math.floor((upper(word) / 4096) * longest);
  const [width, height] = [side(words[8]), side(words[9])];
  const corner = (word: number, length: number) => Math.floor((upper(word) / 4096) * (size - length + 1));
  return {
    angle: draw(0, (amounts.rotation * Math.PI) / 180),
    slant: draw(1, amounts.shear),
    scale: [factor(draw(2, amounts.scale)), factor(draw(3, amounts.scale))],
    shift: [draw(4, pixels(amounts.shift)), draw(5, pixels(amounts.shift))],
    points: words.slice(12, 61).map((word) => {
      return [symmetric(upper(word)) * amplitude, symmetric(lower(word)) * amplitude] as const;
    }),
    stroke: draw(6, amounts.stroke),
    erased:
      upper(words[7]) / 4096 < amounts.erase && longest > 0
        ? [corner(words[10], width), corner(words[11], height), width, height]
        : null,
  };
}

type Matrix = readonly [number, number, number, number];

const times = ([a, b, c, d]: Matrix, [e, f, g, h]: Matrix): Matrix => [
  a * e + b * g,
  a * f + b * h,
  c * e + d * g,
  c * f + d * h,
];

/** From the source to the output, about the centre: scaled, then sheared, then turned. */
export function forward({ angle, slant, scale: [sx, sy] }: NaiveDistortion): Matrix {
  const turned: Matrix = [Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)];
  return times(times(turned, [1, slant, 0, 1]), [sx, 0, 0, sy]);
}

/** The cubic B-spline of width 4 about 0 (Schoenberg, 1946). */
function bump(t: number): number {
  const x = Math.abs(t);
  if (x >= 2) return 0;
  return x >= 1 ? (2 - x) ** 3 / 6 : 2 / 3 - x ** 2 + x ** 3 / 2;
}

/** The displacement at (x, y) of the output, pixel centres at whole numbers: a sum over all points. */
export function displacement({ points }: NaiveDistortion, size: number, x: number, y: number) {
  const sum = [0, 0];
  points.forEach(([dx, dy], i) => {
    // Points lie a cell apart, the second one at the border of the image; there are four cells.
    const across = (4 * (x + 0.5)) / size - ((i % 7) - 1);
    const down = (4 * (y + 0.5)) / size - (Math.floor(i / 7) - 1);
    const weight = bump(across) * bump(down);
    sum[0] += weight * dx;
    sum[1] += weight * dy;
  });
  return sum as [number, number];
}

/** The image as it is augmented; numbers from 0 to 255 that are not rounded. */
export function naiveDistort(bytes: ArrayLike<number>, size: number, drawn: NaiveDistortion): Float64Array {
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < size && y < size;
  const byte = (x: number, y: number) => (inside(x, y) ? bytes[y * size + x] : 0);
  const inked = (x: number, y: number) => {
    if (!inside(x, y)) return 0;
    const near = [byte(x, y), byte(x - 1, y), byte(x + 1, y), byte(x, y - 1), byte(x, y + 1)];
    const goal = drawn.stroke >= 0 ? Math.max(...near) : Math.min(...near);
    return near[0] + Math.abs(drawn.stroke) * (goal - near[0]);
  };
  const [a, b, c, d] = forward(drawn);
  const determinant = a * d - b * c;
  const centre = (size - 1) / 2;
  return Float64Array.from({ length: size * size }, (_, i) => {
    const [column, row] = [i % size, Math.floor(i / size)];
    if (drawn.erased !== null) {
      const [left, top, width, height] = drawn.erased;
      if (column >= left && column < left + width && row >= top && row < top + height) return 0;
    }
    const u = column - centre - drawn.shift[0];
    const v = row - centre - drawn.shift[1];
    const [dx, dy] = displacement(drawn, size, column, row);
    const x = (d * u - b * v) / determinant + centre + dx;
    const y = (a * v - c * u) / determinant + centre + dy;
    const [x0, y0] = [Math.floor(x), Math.floor(y)];
    let sum = 0;
    for (const [stepX, stepY] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ]) {
      const share = (1 - Math.abs(x - x0 - stepX)) * (1 - Math.abs(y - y0 - stepY));
      sum += share * inked(x0 + stepX, y0 + stepY);
    }
    return sum;
  });
}
