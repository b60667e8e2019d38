import { style } from '../page/style.ts';
import client from './build/client.txt';
import { markup } from './markup.tsx';

const own = `
main { max-width: 640px; }
.desk { display: flex; flex-wrap: wrap; gap: 24px; margin: 16px 0; }
.paper { position: relative; width: 280px; height: 280px; }
canvas, #chosen { width: 280px; height: 280px; border: 1px solid var(--rule); border-radius: 8px; background: #fff; }
canvas { touch-action: none; cursor: crosshair; }
#chosen { position: absolute; inset: 0; object-fit: contain; pointer-events: none; outline: 0; }
#chosen[hidden] { display: none; }
.answer { flex: 1; min-width: 200px; overflow-wrap: anywhere; }
ol { list-style: none; margin: 8px 0 0; padding: 0; }
li { display: grid; grid-template-columns: minmax(32px, max-content) 1fr 64px; gap: 12px; align-items: center; }
b { font-size: 22px; }
progress { width: 100%; accent-color: var(--first); }
li span { text-align: right; font-variant-numeric: tabular-nums; color: var(--faint); }
button { font: inherit; }
`;

/**
 * The page to try a model on, in files of its own so that its policy can forbid all that stands within a page.
 *
 * @param model what it is called
 * @param classes labels of what it tells apart
 * @returns by their paths
 */
export const tryPage = (
  model: string,
  classes: readonly string[],
): Readonly<Record<string, { type: string; body: string }>> => ({
  '/': { type: 'text/html; charset=utf-8', body: markup(model, classes) },
  '/page.css': { type: 'text/css; charset=utf-8', body: style + own },
  '/page.js': { type: 'text/javascript; charset=utf-8', body: client },
});
