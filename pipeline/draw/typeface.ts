import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Font, parse } from 'opentype.js';
import { InkgradError } from '../../engine/errors.ts';
import { type Contour, flatten } from './outline.ts';

/** The shape of a character in a font. The unit is the em, the nominal height of the font. */
export interface Glyph {
  /** (0, 0) is the left end of the baseline, y runs down */
  readonly contours: readonly Contour[];
  /** from the start of this character to that of the next */
  readonly advance: number;
}

/** The distance in em by which a flattened curve may stray: below a tenth of a pixel up to 200 pixels an em. */
const TOLERANCE = 1 / 2048;

/** The characters of a font that lies in several files, one for each script, as font packages have them. */
export class Typeface {
  #paths: readonly string[];
  #fonts: Font[] = [];
  #glyphs = new Map<string, Glyph | undefined>();

  /** @param paths OpenType files (`.ttf`, `.otf`, `.woff`), each read when those before it lack a character */
  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /**
   * The shape of one character (a whole code point), or undefined where no file has it.
   *
   * @throws InkgradError where a file cannot be read
   */
  glyph(character: string): Glyph | undefined {
    if (!this.#glyphs.has(character)) this.#glyphs.set(character, this.#find(character));
    return this.#glyphs.get(character);
  }

  #find(character: string): Glyph | undefined {
    for (let i = 0; i < this.#paths.length; i++) {
      this.#fonts[i] ??= readFont(this.#paths[i]);
      const font = this.#fonts[i];
      // Glyph 0 stands for all that a font lacks.
      if (font.charToGlyphIndex(character) === 0) continue;
      const glyph = font.charToGlyph(character);
      const commands = glyph.getPath(0, 0, 1).commands;
      return {
        contours: flatten(commands, TOLERANCE),
        advance: (glyph.advanceWidth ?? 0) / font.unitsPerEm,
      };
    }
    return undefined;
  }
}

/** Loaded with the first font: it takes longer than all else that a command needs to start. */
const library = (): { readonly parse: typeof parse } =>
  createRequire(import.meta.url)('opentype.js') as { readonly parse: typeof parse };

function readFont(path: string): Font {
  try {
    return library().parse(readFileSync(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InkgradError(`${path}: the font cannot be read (${reason}); run npm ci to install it anew`);
  }
}
