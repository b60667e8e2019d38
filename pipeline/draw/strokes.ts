import type { Random } from '../../engine/random.ts';

/** A line through points x, y, x, y, … */
export type Path = readonly number[];

/** Draws one kind of figure somewhere in the plane, at any size; it is fitted into its picture afterwards. */
export type Figure = (random: Random) => Path[];

/** A smooth curve through points: Catmull and Rom, "A class of local interpolating splines" (1974). */
export function spline(points: readonly (readonly [number, number])[]): Path {
  const at = (i: number) => points[Math.min(Math.max(i, 0), points.length - 1)];
  const out: number[] = [];
  for (let i = 0; i + 1 < points.length; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    for (let k = 0; k < 6; k++) {
      const t = k / 6;
      for (const axis of [0, 1]) {
        const [p, q, r, s] = [a[axis], b[axis], c[axis], d[axis]];
        out.push(q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p))));
      }
    }
  }
  return [...out, ...points[points.length - 1]];
}

/** How a figure lies in its picture, in pixels. */
export interface Fit {
  /** side of the picture */
  readonly size: number;
  /** the longer side of the ink */
  readonly extent: number;
  /** half the width of the pen */
  readonly radius: number;
}

/** Moves a figure so that its ink, with the pen's width, has the extent that is asked for around the origin. */
export function fitted(paths: readonly Path[], { extent, radius }: Fit): Path[] {
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const line of paths)
    for (let i = 0; i < line.length; i += 2) {
      left = Math.min(left, line[i]);
      right = Math.max(right, line[i]);
      top = Math.min(top, line[i + 1]);
      bottom = Math.max(bottom, line[i + 1]);
    }
  const scale = Math.max(extent - 2 * radius, 1) / Math.max(right - left, bottom - top, 1e-9);
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return paths.map((line) => line.map((value, i) => scale * (value - (i % 2 === 0 ? x : y))));
}

/** Draws a fitted figure around the middle with a round pen: each pixel is as bright as it is near to a line. */
export function drawn(paths: readonly Path[], { size, radius }: Fit): Float32Array {
  const middle = size / 2;
  const ink = new Float32Array(size * size);
  const reach = radius + 0.5;
  for (const line of paths)
    for (let i = 0; i + 3 < line.length; i += 2) {
      const [x0, y0] = [line[i] + middle, line[i + 1] + middle];
      const [x1, y1] = [line[i + 2] + middle, line[i + 3] + middle];
      const [dx, dy] = [x1 - x0, y1 - y0];
      const square = dx * dx + dy * dy || 1e-9;
      const bottom = Math.min(size - 1, Math.ceil(Math.max(y0, y1) + reach));
      const right = Math.min(size - 1, Math.ceil(Math.max(x0, x1) + reach));
      for (let row = Math.max(0, Math.floor(Math.min(y0, y1) - reach)); row <= bottom; row++)
        for (let column = Math.max(0, Math.floor(Math.min(x0, x1) - reach)); column <= right; column++) {
          const [px, py] = [column + 0.5 - x0, row + 0.5 - y0];
          const t = Math.min(1, Math.max(0, (px * dx + py * dy) / square));
          const distance = Math.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2);
          const at = row * size + column;
          const light = Math.min(1, reach - distance);
          if (light > ink[at]) ink[at] = light;
        }
    }
  return ink;
}
