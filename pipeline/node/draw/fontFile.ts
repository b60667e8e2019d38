import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Font, parse } from 'opentype.js';
import type { OpenFont } from '../../draw/typeface.ts';
import { PipelineError } from '../../faults.ts';

/** Loaded with the first font: it takes longer than all else that a command needs to start. */
const library = (): { readonly parse: typeof parse } =>
  createRequire(import.meta.url)('opentype.js') as { readonly parse: typeof parse };

/**
 * An OpenType file (`.ttf`, `.otf`, `.woff`), for a `Typeface`.
 *
 * @returns what throws an InkgradError where the file cannot be read
 */
export const fontFile =
  (path: string): OpenFont =>
  (): Font => {
    try {
      return library().parse(readFileSync(path));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new PipelineError(
        `${path}: the font cannot be read (${reason}); run npm ci to install it anew`,
        'damaged',
      );
    }
  };
