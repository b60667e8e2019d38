// The figures of the chapters: made by the engine, and kept in docs/images/book under these names.
// `node scripts/figures.mjs` draws them anew.
import { seven } from './seven.ts';
import { window } from './window.ts';

/** What each is made by; a text of SVG, the same on every machine. */
export const figures: Readonly<Record<string, () => Promise<string>>> = { seven, window };
