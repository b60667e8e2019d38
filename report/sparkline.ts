const BARS = '▁▂▃▄▅▆▇█';

/**
 * Numbers as a line of text, one bar after the other, from the lowest to the highest of them.
 *
 * @param width characters at most; neighbours are averaged to fit
 */
export function sparkline(values: readonly number[], width: number): string {
  const shown = Math.min(width, values.length);
  const means = Array.from({ length: shown }, (_, i) => {
    const [from, to] = [i, i + 1].map((at) => Math.floor((at * values.length) / shown));
    const some = values.slice(from, Math.max(from + 1, to));
    return some.reduce((sum, value) => sum + value, 0) / some.length;
  });
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const place = (value: number) =>
    most > least ? Math.round(((value - least) / (most - least)) * (BARS.length - 1)) : 0;
  return means.map((value) => BARS[place(value)]).join('');
}
