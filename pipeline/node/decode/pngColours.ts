/**
 * The chunks of a PNG that say what its samples mean beside the header: a palette, and what is clear. Section numbers
 * are those of "Portable Network Graphics (PNG) Specification", W3C, second edition (2003).
 */
import type { Fail } from './refusal.ts';

/** Of the header, what these chunks depend on. */
export interface Samples {
  readonly depth: number;
  readonly colourType: number;
}

const GREY = 0;
export const PALETTE = 3;

const MOST_COLOURS = 256;

/** Whether these chunks came, and what of them the picture needs. */
export interface Colours {
  /** a palette came, needed or not: there may be one at most (table 5.3) */
  readonly listed: boolean;
  /** the body of PLTE where pixels are numbers of its colours */
  readonly palette?: Uint8Array;
  /** the body of tRNS where it makes anything clear */
  readonly clear?: Uint8Array;
}

/**
 * Reads a palette (11.2.3). In other pictures than those of palette colours it is advice for poor screens, on which no
 * pixel depends.
 */
export function withPalette(
  colours: Colours,
  body: Uint8Array,
  { colourType }: Samples,
  late: boolean,
  fail: Fail,
): Colours {
  if (colours.listed) fail('the PNG has more than one palette (PLTE)');
  if (colourType !== PALETTE) return { ...colours, listed: true };
  if (late) fail('the palette (PLTE) of the PNG comes after its image data');
  if (body.length % 3 !== 0 || body.length === 0 || body.length > 3 * MOST_COLOURS) {
    fail(
      `the palette (PLTE) of the PNG has ${body.length} bytes, where 3 belong for each of 1 to 256 colours`,
    );
  }
  return { ...colours, listed: true, palette: body };
}

/**
 * Reads what is clear (11.3.2.1): one colour, or so many of the palette. What cannot be told is refused, since it changes
 * pixels; an empty chunk makes nothing clear, and pictures with an alpha channel need none.
 */
export function withClear(
  colours: Colours,
  body: Uint8Array,
  { colourType, depth }: Samples,
  late: boolean,
  fail: Fail,
): Colours {
  if (colourType > PALETTE || body.length === 0) return colours;
  if (colours.clear) fail('the PNG says more than once what is clear (tRNS)');
  if (late) fail('what is clear in the PNG (tRNS) comes after its image data');
  if (colourType === PALETTE) {
    const { palette } = colours;
    if (!palette) return fail('what is clear in the PNG (tRNS) comes before its palette (PLTE)');
    const count = palette.length / 3;
    if (body.length > count)
      fail(`the PNG says of ${body.length} colours how clear they are, and has ${count}`);
    return { ...colours, clear: body };
  }
  const length = colourType === GREY ? 2 : 6;
  if (body.length !== length) {
    fail(`the clear colour (tRNS) of the PNG has ${body.length} bytes where ${length} belong`);
  }
  return { ...colours, clear: lowBits(body, depth) };
}

/** Samples of 16 bits of which only as many count as a pixel has; the others are set to 0, and whole ones compared. */
function lowBits(samples: Uint8Array, depth: number): Uint8Array {
  const mask = 2 ** depth - 1;
  return samples.map((byte, i) => byte & (i % 2 === 0 ? mask >> 8 : mask));
}

/** Checks, when the image data begins, that the palette is there which its pixels are numbers of. */
export function checkPaletteIsThere({ palette }: Colours, { colourType }: Samples, fail: Fail): void {
  if (colourType === PALETTE && !palette) fail('the PNG lacks the palette (PLTE) that its pixels need');
}

/** Whether the samples of a pixel are its colour as they stand. */
export const arePlain = ({ palette, clear }: Colours): boolean => !palette && !clear;
