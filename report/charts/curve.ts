import * as Plot from '@observablehq/plot';
import { SERIES_COLOURS } from '../page/palette.ts';
import { draw } from './draw.ts';

/** One line of a chart. */
export interface Curve {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** which colour of a page it has; the next one when left out */
  readonly colour?: number;
  readonly isDashed?: boolean;
}

export interface CurveOptions {
  /** what a reader that hears the page is told */
  readonly name: string;
  readonly x: string;
  readonly y: string;
  /** equal factors along an axis lie equally far apart */
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** how values along y are written */
  readonly formatY?: (value: number) => string;
  /** a place along x that is marked, and what is said of it */
  readonly marked?: readonly [x: number, label: string];
  /** whether a line alone is named too */
  readonly isNamed?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** Lines over one axis, with a legend where there are several or one is named; as SVG in the colours of a page. */
export function curveChart(curves: readonly Curve[], options: CurveOptions): string {
  const { name, x, y, logX = false, logY = false, formatY, marked, width = 360, height = 220 } = options;
  const coloured = curves.map((curve, i) => ({
    ...curve,
    stroke: SERIES_COLOURS[(curve.colour ?? i) % SERIES_COLOURS.length],
  }));
  const legend = curves.length > 1 || options.isNamed ? legendOf(coloured, width) : { marks: [], rows: 0 };
  // What the axis says, the names of lines, and the words of a mark, one below the other.
  const above = ROW * legend.rows + (marked ? ROW : 0);
  const marginTop = 24 + above;
  const lines = coloured.flatMap(({ points, stroke, isDashed }) => {
    const placed = { x: ([at]: Point) => at, y: ([, value]: Point) => value };
    const line = Plot.lineY(points, {
      ...{ ...placed, stroke, strokeWidth: 1.5 },
      ...(isDashed && { strokeDasharray: '5 3' }),
    });
    // One point alone is no line.
    return points.length === 1 ? [Plot.dot(points, { ...placed, fill: stroke, r: 2.5 })] : [line];
  });
  return draw(name, {
    ...{ width, height: height + above },
    ...{ marginLeft: 44, marginRight: 12, marginTop, marginBottom: 34 },
    x: { label: x, type: logX ? 'log' : 'linear', ticks: 5, ...(logX && { tickFormat: '~g' }) },
    y: {
      ...{ label: y, grid: true, type: logY ? 'log' : 'linear', ticks: 5 },
      ...(formatY ? { tickFormat: formatY } : logY ? { tickFormat: '~g' } : {}),
    },
    marks: [
      ...lines,
      ...(marked ? markOf(marked, curves) : []),
      ...legend.marks.map((mark) => mark(marginTop)),
    ],
  }).outerHTML;
}

type Point = readonly [x: number, y: number];

/** Height of a row of the legend, width of a character and of what surrounds a name there, in pixels. */
const [ROW, LETTER, AROUND] = [15, 6.2, 30];

/** Names of at most so many characters: longer ones are cut. */
const LONGEST = 40;

/** The names of lines in rows below what the axis says, beside a stroke of their colour. */
function legendOf(curves: readonly (Curve & { readonly stroke: string })[], width: number) {
  let [left, row] = [0, 0];
  const placed = curves.map(({ label, stroke, isDashed }) => {
    const text = label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label;
    const long = text.length * LETTER + AROUND;
    if (left > 0 && left + long > width - 44) [left, row] = [0, row + 1];
    const at = left;
    left += long;
    return { text, stroke, isDashed, at, row };
  });
  const marks = placed.flatMap(({ text, stroke, isDashed, at, row }) => [
    (top: number) =>
      Plot.text([text], {
        ...{ frameAnchor: 'top-left', textAnchor: 'start', lineAnchor: 'middle' },
        ...{ dx: at + 18, dy: 8 + ROW * (row + 1) - top },
      }),
    // Filled for a line, open for a dashed one.
    (top: number) =>
      Plot.dot([text], {
        ...{ frameAnchor: 'top-left', symbol: 'square', r: 4.5, stroke, strokeWidth: 1.5 },
        ...{ fill: isDashed ? 'none' : stroke, dx: at + 6, dy: 8 + ROW * (row + 1) - top },
      }),
  ]);
  return { marks, rows: row + 1 };
}

/** A rule at a place along x, with its words on the side that has more room. */
function markOf([at, label]: readonly [number, string], curves: readonly Curve[]): Plot.Markish[] {
  const xs = curves.flatMap(({ points }) => points.map(([x]) => x));
  const isLate = at > (Math.min(...xs) + Math.max(...xs)) / 2;
  return [
    Plot.ruleX([at], { stroke: 'var(--faint)', strokeDasharray: '3 3' }),
    Plot.text([label], {
      ...{ x: [at], text: [label], frameAnchor: 'top', lineAnchor: 'bottom', dy: -3 },
      ...{ textAnchor: isLate ? 'end' : 'start', dx: isLate ? -2 : 2 },
    }),
  ];
}
