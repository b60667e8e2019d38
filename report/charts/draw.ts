/** Observable Plot without a browser: a small DOM takes its place, and what was drawn becomes a text. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { paperPalette } from '../page/palette.ts';

const { document } = parseHTML('<!doctype html><html></html>');

/** A file says so itself; a page knows without. */
export const SVG = 'http://www.w3.org/2000/svg';

/**
 * A chart as SVG, which may stand in a page.
 *
 * @param name what a reader that hears the page is told
 */
export function draw(name: string, options: Plot.PlotOptions): SVGElement {
  const svg = Plot.plot({ ...options, document, figure: false }) as SVGElement;
  svg.setAttribute('role', 'img');
  const title = document.createElementNS(SVG, 'title');
  title.textContent = name;
  svg.prepend(title);
  return svg;
}

/** A chart of a page as a file of its own, with the colours that the page would give it. */
export const asFile = (svg: string): string =>
  `${svg
    .replace('<svg ', `<svg xmlns="${SVG}" `)
    .replace('</title>', `</title><style>${paperPalette}</style>`)}\n`;
