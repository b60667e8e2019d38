import type { Box } from '../../pipeline/image/box.ts';
import type { RgbaImage } from '../../pipeline/image/image.ts';

type Point = readonly [number, number];

const arc = (x: number, y: number, r: number, from: number, to: number): Point[] =>
  Array.from({ length: 33 }, (_, i) => {
    const angle = from + (i / 32) * (to - from);
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  });

const ring = (x: number, y: number, r: number): Point[] => arc(x, y, r, 0, 2 * Math.PI);
const { PI } = Math;

/** Points from their coordinates x, y, x, y, … */
const path = (...at: number[]): Point[] =>
  Array.from({ length: at.length / 2 }, (_, i) => [at[2 * i], at[2 * i + 1]]);

/** Strokes of characters as polylines: the baseline is y = 1, capitals reach up to 0, small letters to 0.45. */
const strokesOf: Readonly<Record<string, readonly (readonly Point[])[]>> = {
  l: [path(0, 0, 0, 1)],
  i: [path(0, 0.45, 0, 1), path(0, 0.15)],
  j: [path(0.2, 0.45, 0.2, 1.2, 0, 1.35), path(0.2, 0.15)],
  o: [ring(0.27, 0.73, 0.27)],
  O: [ring(0.5, 0.5, 0.5)],
  v: [path(0, 0.45, 0.25, 1, 0.5, 0.45)],
  x: [path(0, 0.45, 0.45, 1), path(0.45, 0.45, 0, 1)],
  z: [path(0, 0.45, 0.45, 0.45, 0, 1, 0.45, 1)],
  p: [path(0, 0.45, 0, 1.4), ring(0.27, 0.73, 0.27)],
  d: [path(0.54, 0, 0.54, 1), ring(0.27, 0.73, 0.27)],
  T: [path(0, 0, 0.6, 0), path(0.3, 0, 0.3, 1)],
  ',': [path(0.08, 0.98, 0, 1.12)],
  '.': [path(0, 0.97)],
  '-': [path(0, 0.65, 0.4, 0.65)],
  '=': [path(0, 0.5, 0.5, 0.5), path(0, 0.8, 0.5, 0.8)],
  '!': [path(0, 0, 0, 0.7), path(0, 0.97)],
  ':': [path(0, 0.5), path(0, 0.97)],
  ';': [path(0.08, 0.5), path(0.08, 0.98, 0, 1.12)],
  '?': [[...arc(0.25, 0.25, 0.25, PI, 2.5 * PI), [0.25, 0.7]], path(0.25, 0.97)],
  ä: [ring(0.27, 0.73, 0.27), path(0.54, 0.45, 0.54, 1), path(0.15, 0.2), path(0.42, 0.2)],
  /** Its bar was lifted off. */
  5: [path(0.1, 0, 0.5, 0), [...path(0.1, 0.17, 0.1, 0.42), ...arc(0.22, 0.7, 0.28, -0.6 * PI, 0.7 * PI)]],
};

/** A character as it was drawn. */
export interface Drawn {
  readonly character: string;
  /** the box around its strokes, in pixels that may be broken */
  readonly box: Box;
}

/** Pages are drawn by their strokes, so what a picture holds is known from coordinates and not from its pixels. */
export class PenPage {
  readonly drawn: Drawn[] = [];
  readonly #ink: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
    /** half of the pen's width in pixels */
    readonly pen = 2.5,
  ) {
    this.#ink = new Uint8Array(width * height);
  }

  /** A line of text; `x`, `y` is the left end of the baseline, `size` the height of a capital, all in pixels. */
  write(
    text: string,
    at: { x: number; y: number; size: number; gap?: number; space?: number; slope?: number; shear?: number },
  ): this {
    const { y, size, gap = 0.3, space = 0.9, slope = 0, shear = 0 } = at;
    let { x } = at;
    for (const character of text) {
      if (character === ' ') {
        x += (space - gap) * size;
        continue;
      }
      const strokes = strokesOf[character].map((stroke) =>
        stroke.map(([u, v]): Point => {
          const left = x + (u + shear * (1 - v)) * size;
          return [left, y + (v - 1) * size + slope * left];
        }),
      );
      for (const stroke of strokes) this.stroke(stroke);
      const box = this.#boxOf(strokes.flat());
      this.drawn.push({ character, box });
      x = box.x + box.width + gap * size;
    }
    return this;
  }

  /** Ink within half a pen of a polyline; of a point, a dot. */
  stroke(points: readonly Point[]): this {
    const box = this.#boxOf(points);
    const ends = points.length === 1 ? [points[0], points[0]] : points;
    for (let py = Math.max(0, Math.floor(box.y)); py < Math.min(this.height, box.y + box.height); py++) {
      for (let px = Math.max(0, Math.floor(box.x)); px < Math.min(this.width, box.x + box.width); px++) {
        const near = ends.slice(1).some((end, i) => gapTo([px + 0.5, py + 0.5], ends[i], end) <= this.pen);
        if (near) this.#ink[py * this.width + px] = 1;
      }
    }
    return this;
  }

  #boxOf(points: readonly Point[]): Box {
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    const [x, y] = [Math.min(...xs) - this.pen, Math.min(...ys) - this.pen];
    return { x, y, width: Math.max(...xs) + this.pen - x, height: Math.max(...ys) + this.pen - y };
  }

  /** The page as a picture; `ink` and `paper` give the brightness 0…1 of a place. */
  picture(ink: number = 0.1, paper: (x: number, y: number) => number = () => 0.95): RgbaImage {
    const { width, height } = this;
    const data = new Uint8Array(4 * width * height).fill(255);
    this.#ink.forEach((isInk, i) => {
      const light = paper(i % width, Math.floor(i / width));
      data.fill(Math.round(255 * (isInk ? ink * light : light)), 4 * i, 4 * i + 3);
    });
    return { width, height, data };
  }
}

/** The distance of a point from a line between two others. */
function gapTo([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx === 0 && dy === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const share = Math.min(1, Math.max(0, along));
  return Math.hypot(x - ax - share * dx, y - ay - share * dy);
}
