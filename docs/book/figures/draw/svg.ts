// A small drawing as text. A file brings its colours, light and dark, and its own paper; where the explorer's tour has it
// inside the page, the page's colours are taken, which have the same names.
import { figurePalette } from '../../../../report/page/palette.ts';

/** Colours by their names in report/page/palette.ts. */
export type Colour = 'text' | 'faint' | 'rule' | 'card' | 'first' | 'second' | 'third' | 'fourth' | 'alarm';

/** As wide as the text of the tour, in pixels: hardly anything is made smaller there. */
export const WIDTH = 328;

/** Paper around a drawing. */
const MARGIN = 6;

export type Point = readonly [x: number, y: number];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Lengths to a tenth of a pixel, so that another machine's last digits change nothing. */
const rounded = (n: number): number => Math.round(n * 10) / 10 + 0;

const element = (name: string, all: Readonly<Record<string, string | number | undefined>>): string =>
  `<${name}${Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? rounded(value) : value}"`)
    .join('')}`;

const paint = (colour: Colour | undefined) => colour && `var(--${colour})`;

export interface TextOptions {
  readonly colour?: Colour;
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly isBold?: boolean;
}

/** Text whose base line is at y. */
export function text(x: number, y: number, said: string, options: TextOptions = {}): string {
  const { colour = 'text', size = 12, anchor = 'middle', isBold } = options;
  const start = element('text', {
    ...{ x, y, fill: paint(colour), 'font-size': size },
    ...{ 'text-anchor': anchor, 'font-weight': isBold ? 600 : undefined },
  });
  return `${start}>${escaped(said)}</text>`;
}

export interface BoxOptions {
  readonly fill?: Colour;
  /** from 0 to 1 */
  readonly opacity?: number;
  readonly stroke?: Colour;
  readonly strokeWidth?: number;
  readonly round?: number;
}

export function box(x: number, y: number, width: number, height: number, options: BoxOptions = {}): string {
  const { fill, opacity, stroke, strokeWidth, round } = options;
  const start = element('rect', {
    ...{ x, y, width, height, rx: round, fill: paint(fill) ?? 'none' },
    'fill-opacity': opacity === undefined ? undefined : String(Math.round(opacity * 1000) / 1000),
    ...{ stroke: paint(stroke), 'stroke-width': strokeWidth },
  });
  return `${start}/>`;
}

export interface LineOptions {
  readonly colour?: Colour;
  readonly width?: number;
  readonly isDashed?: boolean;
}

/** A line through points. */
export function line(points: readonly Point[], options: LineOptions = {}): string {
  const { colour = 'text', width = 1, isDashed } = options;
  const start = element('path', {
    d: points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${rounded(x)} ${rounded(y)}`).join(''),
    ...{ fill: 'none', stroke: paint(colour), 'stroke-width': width },
    'stroke-dasharray': isDashed ? '3 3' : undefined,
  });
  return `${start}/>`;
}

export const dot = (x: number, y: number, r: number, fill: Colour): string =>
  `${element('circle', { cx: x, cy: y, r, fill: paint(fill) })}/>`;

/** A straight arrow; its head ends at the second point. */
export function arrow([x1, y1]: Point, [x2, y2]: Point, options: LineOptions = {}): string {
  const towards = Math.atan2(y2 - y1, x2 - x1);
  const wing = (turn: number): Point => [
    x2 - 6 * Math.cos(towards + turn),
    y2 - 6 * Math.sin(towards + turn),
  ];
  const shaft: Point[] = [
    [x1, y1],
    [x2, y2],
  ];
  return line(shaft, options) + line([wing(0.5), [x2, y2], wing(-0.5)], { ...options, isDashed: false });
}

/**
 * A figure of the book as a file.
 *
 * @param title what a reader that hears the page is told, and what the chapter calls the figure
 */
export function figure(title: string, height: number, parts: readonly string[]): string {
  const [wide, high] = [WIDTH, height].map((side) => side + 2 * MARGIN);
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${[-MARGIN, -MARGIN, wide, high].join(' ')}" width="${wide}" height="${high}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${figurePalette}</style>`,
    ...parts,
    '</svg>',
  ].join('\n')}\n`;
}
