/** A chart that is a file of its own: on paper, with a heading and a legend. */
import * as Plot from '@observablehq/plot';
import { draw, SVG } from './draw.ts';

export const ink = { text: '#1f2328', faint: '#656d76', grid: '#d8dee4', paper: '#ffffff' };

/** Colours that stay apart for colour-blind eyes (Okabe and Ito), in a fixed order. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9'];

export const colourOf = (i: number): string => colours[i % colours.length];

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly margins: {
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  };
  /** What a reader that hears the page is told. */
  readonly name: string;
  /** The first line stands out; the others say where the numbers come from. */
  readonly heading: readonly [string, ...string[]];
  readonly devices: readonly { readonly device: string; readonly adapter: string }[];
  readonly x: Plot.ScaleOptions;
  readonly y: Plot.ScaleOptions;
  readonly marks: Plot.Markish[];
}

/** Draws it on paper of its own, so that it can be read on a dark page too; as SVG. */
export function picture(options: Picture): string {
  const { width, height, margins, name, heading, devices, x, y, marks } = options;
  const { left, right, top, bottom } = margins;
  /** Something at a place of the whole picture. */
  const at = (px: number, py: number) =>
    ({
      frameAnchor: 'top-left',
      textAnchor: 'start',
      lineAnchor: 'bottom',
      dx: px - left,
      dy: py - top,
    }) as const;
  const lines = heading.map((text, i) =>
    i === 0
      ? Plot.text([text], { ...at(16, 24), fontSize: 15, fontWeight: 600, fill: ink.text })
      : Plot.text([text], { ...at(16, 26 + 16 * i), fontSize: 11, fill: ink.faint }),
  );
  const keys = devices.flatMap(({ device, adapter }, i) => {
    const [px, py] = [16 + i * 300, 35 + 16 * heading.length];
    const short = adapter.length > 36 ? `${adapter.slice(0, 35).trimEnd()}…` : adapter;
    return [
      Plot.dot([device], {
        ...at(px + 5, py - 6),
        symbol: 'square',
        r: 5.6,
        fill: colourOf(i),
        className: 'key',
      }),
      Plot.text([`${device} (${short})`], { ...at(px + 15, py - 1), fill: ink.text }),
    ];
  });
  const svg = draw(name, {
    ...{ width, height, marginLeft: left, marginRight: right, marginTop: top, marginBottom: bottom },
    style: {
      background: ink.paper,
      color: ink.text,
      fontFamily: 'system-ui, "Segoe UI", Helvetica, Arial, sans-serif',
      fontSize: '12px',
    },
    x,
    y,
    color: { type: 'identity' },
    marks: [...lines, ...keys, ...marks],
  });
  svg.setAttribute('xmlns', SVG);
  return `${svg.outerHTML}\n`;
}
