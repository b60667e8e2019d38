import type { Font } from 'opentype.js';
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

/** Reads one font; it is called once, when a character is first looked for in it. */
export type OpenFont = () => Font;

/** The characters of a font that lies in several files, one for each script, as font packages have them. */
export class Typeface {
  readonly #open: readonly OpenFont[];
  readonly #fonts: Font[] = [];
  readonly #glyphs = new Map<string, Glyph | undefined>();

  /** @param fonts each opened when those before it lack a character */
  constructor(fonts: readonly OpenFont[]) {
    this.#open = fonts;
  }

  /**
   * The shape of one character (a whole code point), or undefined where no font has it.
   *
   * @throws what opening a font throws
   */
  glyph(character: string): Glyph | undefined {
    if (!this.#glyphs.has(character)) this.#glyphs.set(character, this.#find(character));
    return this.#glyphs.get(character);
  }

  #find(character: string): Glyph | undefined {
    for (const [i, open] of this.#open.entries()) {
      this.#fonts[i] ??= open();
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
