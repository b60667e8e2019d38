import * as Plot from '@observablehq/plot';
import { draw } from './draw.ts';

/** One line of a chart. */
export interface Curve {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface CurveOptions {
  /** what a reader that hears the page is told */
  readonly name: string;
  readonly x: string;
  readonly y: string;
  /** equal factors along an axis lie equally far apart */
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** a place along x that is marked, and what is said of it */
  readonly marked?: readonly [x: number, label: string];
  readonly width?: number;
  readonly height?: number;
}

/** The colours of a page, in their order; more lines than these repeat them. */
const COLOURS = ['var(--first)', 'var(--second)', 'var(--third)', 'var(--fourth)'];

/** Lines over one axis, with what each is at its end; as SVG in the colours of a page. */
export function curveChart(curves: readonly Curve[], options: CurveOptions): string {
  const { name, x, y, logX = false, logY = false, marked, width = 640, height = 240 } = options;
  const lines = curves.flatMap(({ points }, i) =>
    Plot.lineY(points, {
      x: ([at]) => at,
      y: ([, value]) => value,
      stroke: COLOURS[i % COLOURS.length],
      strokeWidth: 1.5,
    }),
  );
  return draw(name, {
    ...{ width, height, marginLeft: 48, marginRight: 16, marginTop: 24, marginBottom: 36 },
    x: { label: x, type: logX ? 'log' : 'linear', ...(logX && { tickFormat: '~g' }) },
    y: { label: y, grid: true, type: logY ? 'log' : 'linear', ...(logY && { tickFormat: '~g' }) },
    marks: [
      ...lines,
      ...(marked
        ? [
            Plot.ruleX([marked[0]], { strokeDasharray: '3 3' }),
            Plot.text([marked], {
              x: ([at]) => at,
              text: ([, label]) => label,
              ...{ frameAnchor: 'top', textAnchor: 'start', dx: 6, dy: -2 },
            }),
          ]
        : []),
    ],
  }).outerHTML;
}
