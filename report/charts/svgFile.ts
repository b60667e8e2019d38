import { SVG } from './draw.ts';

/** The colours of a page, for a chart that stands alone: those of a light one. */
const style =
  'svg{--paper:#ffffff;--first:#0072b2;--second:#e08b00;--third:#009e73;--fourth:#b3261e;' +
  'background:#fff;color:#1f2328;font:11px system-ui,sans-serif}';

/** A chart of a page as a file of its own. */
export const svgFile = (chart: string): string =>
  chart
    .replace(/^<svg\b(?![^>]*\bxmlns=)/, `<svg xmlns="${SVG}"`)
    .replace('</title>', `</title><style>${style}</style>`);
