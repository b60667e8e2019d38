/** Observable Plot without a browser: a small DOM takes its place, and what was drawn becomes a text. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

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
