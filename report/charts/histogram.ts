import * as Plot from '@observablehq/plot';
import type { Histogram } from '../../pipeline/inspect/spread.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { draw } from './draw.ts';

/**
 * Counts by ranges, as bars that stand beside each other; as SVG in the colours of a page.
 *
 * @param name what a reader that hears the page is told
 * @param write a bound of a range, in words
 */
export function histogramChart(
  { from, step, counts }: Histogram,
  name: string,
  write: (bound: number) => string,
): string {
  const bounds = [from, from + step * counts.length];
  const most = Math.max(...counts);
  const bars = counts.map((count, i) => {
    const [x1, x2] = [from + i * step, from + (i + 1) * step];
    return { count, x1, x2, range: `${write(x1)} to ${write(x2)}: ${grouped(count)}` };
  });
  const bound = (share: number, textAnchor: 'start' | 'middle' | 'end') => {
    const at = from + step * counts.length * share;
    return Plot.text([at], { x: [at], y: [0], text: write, textAnchor, lineAnchor: 'bottom', dy: 16 });
  };
  return draw(name, {
    ...{ width: 360, height: 132, marginLeft: 0, marginRight: 0, marginTop: 16, marginBottom: 20 },
    x: { domain: bounds, axis: null },
    y: { domain: [0, most], axis: null },
    marks: [
      Plot.rectY(bars, {
        x1: 'x1',
        x2: 'x2',
        y: 'count',
        fill: 'var(--first)',
        title: 'range',
        inset: 0.5,
        insetTop: 0,
        insetBottom: 0,
      }),
      Plot.ruleY([0]),
      bound(0, 'start'),
      bound(0.5, 'middle'),
      bound(1, 'end'),
      Plot.text([`${grouped(most)} at the most`], { frameAnchor: 'top-left', lineAnchor: 'bottom', dy: -5 }),
    ],
  }).outerHTML;
}
