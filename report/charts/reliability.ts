import * as Plot from '@observablehq/plot';
import type { Bin } from '../../pipeline/evaluate/calibration.ts';
import { grouped } from '../../pipeline/text/grouped.ts';
import { percent } from '../format.ts';
import { draw } from './draw.ts';

/** How often answers were right at which certainty, beside the diagonal on which they should lie; as SVG. */
export function reliabilityChart(bins: readonly Bin[]): string {
  const most = Math.max(1, ...bins.map(({ images }) => images));
  const bars = bins.flatMap(({ images, certainty, right }, i) => {
    if (images === 0) return [];
    const [x1, x2] = [i / bins.length, (i + 1) / bins.length];
    const title = `certainties from ${percent(x1, 0)} to ${percent(x2, 0)}, ${percent(certainty, 1)} on average: ${percent(right, 1)} of ${grouped(images)} were right`;
    // The more images, the fuller the colour: a bar of few may be off by chance.
    return [{ x1, x2, right, title, opacity: 0.25 + 0.75 * Math.sqrt(images / most) }];
  });
  const axis = { domain: [0, 1], ticks: 5, tickFormat: (share: number) => percent(share, 0) };
  return draw('How often answers were right at which certainty', {
    ...{ width: 360, height: 260, marginLeft: 48, marginRight: 12, marginTop: 24, marginBottom: 36 },
    x: { ...axis, label: 'certainty' },
    y: { ...axis, label: 'share that was right', grid: true },
    marks: [
      Plot.rectY(bars, {
        ...{ x1: 'x1', x2: 'x2', y: 'right', fill: 'var(--first)', fillOpacity: 'opacity', title: 'title' },
        inset: 0.5,
      }),
      Plot.line([0, 1], { x: [0, 1], y: [0, 1], stroke: 'var(--faint)', strokeDasharray: '3 3' }),
    ],
  }).outerHTML;
}
