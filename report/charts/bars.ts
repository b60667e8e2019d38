import type { Histogram } from '../../pipeline/inspect/spread.ts';
import { grouped } from '../format.ts';
import { Markup } from '../page/html.ts';
import { element, label, line, title } from './svg.ts';

const svg = (width: number, height: number, name: string, ...content: readonly string[]): Markup =>
  new Markup(element('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img' }, title(name), ...content));

/** The classes of style of series, in their order. */
export const SERIES = ['first', 'second', 'third'] as const;

/** One series of a bar: how many, and of what. */
export interface Share {
  readonly name: string;
  readonly count: number;
}

/** Counts as one bar, side by side; a full bar stands for `most`. */
export function countBar(shares: readonly Share[], most: number): Markup {
  const [width, height] = [120, 8];
  let x = 0;
  const bars = shares.map(({ name, count }, i) => {
    const long = (width * count) / Math.max(1, most);
    const attributes = { class: SERIES[i], x, y: 0, width: long, height };
    x += long;
    return element('rect', attributes, title(`${name}: ${grouped(count)}`));
  });
  return svg(
    width,
    height,
    shares.map(({ name, count }) => `${name}: ${grouped(count)}`).join(', '),
    ...bars,
  );
}

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
): Markup {
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
