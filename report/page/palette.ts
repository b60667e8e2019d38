/**
 * The colours of pages and of charts that are files, light and dark. Those of series stay apart for colour-blind eyes (Okabe
 * and Ito), and are taken in this order.
 */
const light = {
  ...{ paper: '#fbfaf8', card: '#ffffff', text: '#1f2328', faint: '#5c636b', rule: '#dcd9d3' },
  ...{
    first: '#0072b2',
    second: '#e08b00',
    third: '#009e73',
    fourth: '#cc5fa0',
    fifth: '#b3261e',
    sixth: '#5b5fc7',
  },
  alarm: '#b3261e',
};

const dark: typeof light = {
  ...{ paper: '#16181b', card: '#1e2125', text: '#e4e6e8', faint: '#9aa2ab', rule: '#353a40' },
  ...{
    first: '#56b4e9',
    second: '#e69f00',
    third: '#2ec4a0',
    fourth: '#e79ac6',
    fifth: '#ff8a80',
    sixth: '#a5a8ff',
  },
  alarm: '#ff8a80',
};

/** The colours of series as CSS takes them; more lines than these repeat them. */
export const SERIES_COLOURS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'].map(
  (name) => `var(--${name})`,
);

const variables = (colours: typeof light): string =>
  Object.entries(colours)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ');

/** The variables that hold the colours, as the reader has the page. */
export const palette = `:root { color-scheme: light dark; ${variables(light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(dark)} } }`;

/** The same for a chart that is a file: on paper of its own, whatever it is shown on. */
export const paperPalette = `svg { ${variables(light)} background: #fff; color: ${light.text}; }`;

/** The same for a figure that is a file, light and dark, on paper of its own: what it stands on may be of the other kind. */
export const figurePalette = `svg { ${variables(light)} background: var(--card); font-family: system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
@media (prefers-color-scheme: dark) { svg { ${variables(dark)} } }`;
