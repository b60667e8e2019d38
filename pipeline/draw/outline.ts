/** A closed polygon as x, y, x, y, …; the last point is joined to the first. */
export type Contour = Float64Array;

/** One piece of a path, as fonts and SVG have them: to (x, y), curves by way of (x1, y1) and (x2, y2). */
export type PathCommand =
  | { readonly type: 'M' | 'L'; readonly x: number; readonly y: number }
  | {
      readonly type: 'Q';
      readonly x1: number;
      readonly y1: number;
      readonly x: number;
      readonly y: number;
    }
  | {
      readonly type: 'C';
      readonly x1: number;
      readonly y1: number;
      readonly x2: number;
      readonly y2: number;
      readonly x: number;
      readonly y: number;
    }
  | { readonly type: 'Z' };

/**
 * Replaces the curves of a path by chords, n for each curve at even steps of its parameter t.
 *
 * A chord over a step h strays from its curve by h²/8 · max |B″(t)| at the most. For a quadratic Bézier curve
 * |B″| = 2·|P₀ − 2P₁ + P₂|, so that n = √(|P₀ − 2P₁ + P₂| / 4ε) steps stay within ε; for a cubic one |B″| is
 * at most 6·max(|P₀ − 2P₁ + P₂|, |P₁ − 2P₂ + P₃|), which gives n = √(3·max(…) / 4ε). This is Wang's formula:
 * Goldman, "Pyramid Algorithms" (2003), section 5.6.3.
 *
 * @param tolerance ε, the largest distance of a chord from its curve, in units of the path, > 0
 * @returns a polygon for each closed piece of the path; the last point never repeats the first
 */
export function flatten(commands: Iterable<PathCommand>, tolerance: number): Contour[] {
  const contours: Contour[] = [];
  let points: number[] = [];
  let [x0, y0] = [0, 0];
  const close = () => {
    const last = points.length - 2;
    if (last > 0 && points[0] === points[last] && points[1] === points[last + 1]) points.length = last;
    // Fewer than three points enclose nothing.
    if (points.length >= 6) contours.push(Float64Array.from(points));
    points = [];
  };

  for (const command of commands) {
    if (command.type === 'Z') {
      close();
      continue;
    }
    const { x, y } = command;
    if (command.type === 'M') close();
    if (command.type === 'Q') {
      const { x1, y1 } = command;
      const steps = Math.ceil(Math.sqrt(Math.hypot(x0 - 2 * x1 + x, y0 - 2 * y1 + y) / (4 * tolerance)));
      for (let k = 1; k < steps; k++) {
        const t = k / steps;
        const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t * t];
        points.push(a * x0 + b * x1 + c * x, a * y0 + b * y1 + c * y);
      }
    }
    if (command.type === 'C') {
      const { x1, y1, x2, y2 } = command;
      const bend = Math.max(
        Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2),
        Math.hypot(x1 - 2 * x2 + x, y1 - 2 * y2 + y),
      );
      const steps = Math.ceil(Math.sqrt((3 * bend) / (4 * tolerance)));
      for (let k = 1; k < steps; k++) {
        const t = k / steps;
        const s = 1 - t;
        const [a, b, c, d] = [s ** 3, 3 * s * s * t, 3 * s * t * t, t ** 3];
        points.push(a * x0 + b * x1 + c * x2 + d * x, a * y0 + b * y1 + c * y2 + d * y);
      }
    }
    points.push(x, y);
    [x0, y0] = [x, y];
  }
  close();
  return contours;
}

/** The contours with each point (x, y) moved to (scale·x + dx, scale·y + dy). */
export const placed = (contours: readonly Contour[], scale: number, dx: number, dy: number): Contour[] =>
  contours.map((contour) => contour.map((value, i) => scale * value + (i % 2 === 0 ? dx : dy)));
