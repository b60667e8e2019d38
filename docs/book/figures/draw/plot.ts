import { minus } from './grid.ts';
import { line, type Point, text } from './svg.ts';

/** A plane with its axes: where its corner lies and how long it is in pixels, and what it spans. */
export interface PlotOptions {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
  /** numbers that are written along an axis */
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  /** what an axis stands for, at its end */
  readonly xName?: string;
  readonly yName?: string;
}

/** Axes as parts of a figure, and where a point lies between them. */
export function plot(options: PlotOptions): {
  readonly axes: string;
  readonly at: (x: number, y: number) => Point;
} {
  const { left, top, width, height, x, y, xTicks, yTicks, xName, yName } = options;
  const at = (px: number, py: number): Point => [
    left + (width * (px - x[0])) / (x[1] - x[0]),
    top + height - (height * (py - y[0])) / (y[1] - y[0]),
  ];
  const faint = { colour: 'faint', size: 11 } as const;
  const bottom = top + height;
  const axes = [
    ...yTicks.map((tick) => {
      const level = at(x[0], tick)[1];
      const across: Point[] = [
        [left, level],
        [left + width, level],
      ];
      const label = text(left - 6, level + 4, minus(String(tick)), { ...faint, anchor: 'end' });
      return line(across, { colour: 'rule' }) + label;
    }),
    ...xTicks.map((tick) => text(at(tick, y[0])[0], bottom + 16, minus(String(tick)), faint)),
    ...(xName ? [text(left + width, bottom + 30, xName, { ...faint, anchor: 'end' })] : []),
    ...(yName ? [text(left, top - 8, yName, { ...faint, anchor: 'start' })] : []),
  ];
  return { axes: axes.join('\n'), at };
}

/** A function as points, from one end of an axis to the other. */
export const sampled = (f: (x: number) => number, [from, to]: readonly [number, number], count = 80) =>
  Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count).map(
    (x) => [x, f(x)] as const,
  );
