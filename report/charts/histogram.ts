import type { Histogram } from '../../pipeline/inspect/spread.ts';
import { grouped } from '../format.ts';
import { element, label, line, title } from './svg.ts';

const svg = (width: number, height: number, name: string, ...content: readonly string[]): string =>
  element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img' }, title(name), ...content);

/**
 * Counts by ranges, as bars that stand beside each other.
 *
 * @param name what a reader that hears the page is told
 * @param write a bound of a range, in words
 */
export function histogramChart(
  { from, step, counts }: Histogram,
  name: string,
  write: (bound: number) => string,
): string {
  const [width, top, bottom] = [360, 16, 112];
  const most = Math.max(...counts);
  const wide = width / counts.length;
  const bars = counts.map((count, i) => {
    const tall = ((bottom - top) * count) / most;
    const range = `${write(from + i * step)} to ${write(from + (i + 1) * step)}: ${grouped(count)}`;
    const [x, y] = [i * wide + 0.5, bottom - tall];
    return element(
      'rect',
      { class: 'first', x, y, width: Math.max(1, wide - 1), height: tall },
      title(range),
    );
  });
  const bound = (share: number, anchor: string) =>
    label(width * share, bottom + 16, write(from + step * counts.length * share), { 'text-anchor': anchor });
  return svg(
    width,
    bottom + 20,
    name,
    ...bars,
    line(0, bottom, width, bottom, 'currentColor'),
    bound(0, 'start'),
    bound(0.5, 'middle'),
    bound(1, 'end'),
    label(0, top - 5, `${grouped(most)} at the most`),
  );
}
