/** SVG as text, without a DOM: a few shapes, and the scales of a chart. */

type Attributes = Readonly<Record<string, string | number>>;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** An element; its content is SVG already. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => {
    const text = typeof value === 'number' ? String(Number(value.toFixed(2))) : escaped(value);
    return ` ${key}="${text}"`;
  });
  const start = `<${name}${written.join('')}`;
  return content.length === 0 ? `${start}/>` : `${start}>${content.join('')}</${name}>`;
}

export const label = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, ...attributes }, escaped(text));

export const line = (x1: number, y1: number, x2: number, y2: number, stroke: string): string =>
  element('line', { x1, y1, x2, y2, stroke });

/** What a reader that hears the page, or rests the pointer on a shape, is told. */
export const title = (text: string): string => element('title', {}, escaped(text));

export const ink = { text: '#1f2328', faint: '#656d76', grid: '#d8dee4', paper: '#ffffff' };

/** Colours that stay apart for colour-blind eyes (Okabe and Ito), in a fixed order. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

export const colourOf = (i: number): string => colours[i % colours.length];

/** Which colour is which device. */
export const legend = (
  y: number,
  devices: readonly { readonly device: string; readonly adapter: string }[],
): string[] =>
  devices.flatMap(({ device, adapter }, i) => {
    const x = 16 + i * 300;
    const name = adapter.length > 36 ? `${adapter.slice(0, 35).trimEnd()}…` : adapter;
    return [
      element('rect', { class: 'key', x, y: y - 9, width: 10, height: 10, fill: colourOf(i) }),
      label(x + 15, y, `${device} (${name})`),
    ];
  });

/** A whole picture on paper of its own, so that it can be read on a dark page too. */
export const picture = (
  width: number,
  height: number,
  name: string,
  ...content: readonly string[]
): string => {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'font-family': 'system-ui, "Segoe UI", Helvetica, Arial, sans-serif',
    'font-size': 12,
    fill: ink.text,
  };
  const paper = element('rect', { class: 'paper', width, height, fill: ink.paper });
  return `${element('svg', attributes, title(name), paper, ...content)}\n`;
};

/** Maps [from, to] to [start, end], linearly in what `of` makes of a value. */
const scale =
  (of: (value: number) => number) =>
  (from: number, to: number, start: number, end: number) =>
  (value: number): number =>
    start + ((of(value) - of(from)) / (of(to) - of(from))) * (end - start);

export const linear = scale((value) => value);
export const logarithmic = scale(Math.log10);

/** The powers of ten around some positive values: the least and the greatest of a logarithmic axis. */
export function decades(values: readonly number[]): [number, number] {
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  return [low, high > low ? high : 10 * low];
}

/** Powers of ten from `low` to `high`. */
export const powers = (low: number, high: number): number[] =>
  Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, i) => low * 10 ** i);

/** About `count` round numbers (1, 2 or 5 times a power of ten) from 0 to `high`. */
export function ticks(high: number, count = 8): number[] {
  const rough = high / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((n) => n * power >= rough) ?? 10);
  return Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step);
}
