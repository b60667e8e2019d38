/**
 * From the samples of a row of a PNG to red, green, blue and alpha of 8 bits. Section numbers are those of "Portable Network
 * Graphics (PNG) Specification", W3C, second edition (2003).
 */
import { arePlain, type Colours, PALETTE } from './pngColours.ts';
import type { PngHeader } from './pngHeader.ts';

/**
 * Lays a row out as pixels.
 *
 * @param line its packed samples
 * @param columns how many pixels it has
 * @param to where in `out` the first of them goes, and `step` how far the others stand from each other, in bytes
 * @throws RangeError where a pixel names a colour that the palette does not have
 */
export type Paint = (line: Uint8Array, columns: number, out: Uint8Array, to: number, step: number) => void;

/** What lays out the rows of a picture. */
export function painterOf(header: PngHeader, colours: Colours): Paint {
  if (header.colourType === PALETTE) return ofSamples(header, paletteInk(colours));
  if (header.depth === 8 && arePlain(colours)) return ofBytes(header.samples);
  return ofSamples(header, sampleInk(header, colours));
}

/** Where green and blue stand after red, or the one grey for all three; and alpha, if there is one. */
const placesOf = (samples: number) => ({
  green: samples < 3 ? 0 : 1,
  blue: samples < 3 ? 0 : 2,
  opaque: samples % 2 === 1,
});

/** The usual kind: a byte is a sample as it stands. */
function ofBytes(samples: number): Paint {
  const { green, blue, opaque } = placesOf(samples);
  return (line, columns, out, to, step) => {
    for (let x = 0, at = 0; x < columns; x++, at += samples, to += step) {
      out[to] = line[at];
      out[to + 1] = line[at + green];
      out[to + 2] = line[at + blue];
      out[to + 3] = opaque ? 255 : line[at + samples - 1];
    }
  };
}

/** Writes `count` pixels whose samples are these. */
type Ink = (samples: Uint16Array, count: number, out: Uint8Array, to: number, step: number) => void;

/** Pixels whose samples are unpacked at once: more would not stay in the processor's nearest memory. */
const BLOCK = 1024;

/** Any other kind: samples are unpacked some at a time, and then written. */
function ofSamples({ samples, depth }: PngHeader, ink: Ink): Paint {
  const unpacked = new Uint16Array(BLOCK * samples);
  return (line, columns, out, to, step) => {
    for (let x = 0; x < columns; x += BLOCK) {
      const count = Math.min(BLOCK, columns - x);
      unpack(line, x * samples, count * samples, depth, unpacked);
      ink(unpacked, count, out, to + x * step, step);
    }
  };
}

/** Those of 16 bits have their high byte first; those of less than a byte fill it from the top (7.2). */
function unpack(line: Uint8Array, first: number, count: number, depth: number, out: Uint16Array): void {
  if (depth === 16) {
    for (let i = 0, at = 2 * first; i < count; i++, at += 2) out[i] = (line[at] << 8) | line[at + 1];
    return;
  }
  const mask = 2 ** depth - 1;
  for (let i = 0, bit = first * depth; i < count; i++, bit += depth) {
    out[i] = (line[bit >>> 3] >> (8 - depth - (bit & 7))) & mask;
  }
}

/** Samples that are numbers of colours, each of which may be clear in part. */
function paletteInk({ palette = new Uint8Array(), clear = new Uint8Array() }: Colours): Ink {
  const colours = palette.length / 3;
  return (samples, count, out, to, step) => {
    for (let i = 0; i < count; i++, to += step) {
      const number = samples[i];
      if (number >= colours) throw new RangeError(`index ${number} not in palette`);
      out[to] = palette[3 * number];
      out[to + 1] = palette[3 * number + 1];
      out[to + 2] = palette[3 * number + 2];
      out[to + 3] = number < clear.length ? clear[number] : 255;
    }
  };
}

/** Samples that are brightness; pixels of the one colour that is clear are black and clear. */
function sampleInk({ samples, depth }: PngHeader, { clear }: Colours): Ink {
  const { green, blue, opaque } = placesOf(samples);
  const tones = tonesOf(depth);
  const clearAt = (i: number): number => (clear ? (clear[2 * i] << 8) | clear[2 * i + 1] : -1);
  const [clearRed, clearGreen, clearBlue] = [clearAt(0), clearAt(green), clearAt(blue)];
  return (all, count, out, to, step) => {
    for (let x = 0, at = 0; x < count; x++, at += samples, to += step) {
      const [r, g, b] = [all[at], all[at + green], all[at + blue]];
      if (r === clearRed && g === clearGreen && b === clearBlue) continue;
      out[to] = tones[r];
      out[to + 1] = tones[g];
      out[to + 2] = tones[b];
      out[to + 3] = opaque ? 255 : tones[all[at + samples - 1]];
    }
  };
}

const tones = new Map<number, Uint8Array>();

/** For each sample the nearest of 0…255 (13.12). */
function tonesOf(depth: number): Uint8Array {
  const most = 2 ** depth - 1;
  if (!tones.has(depth)) {
    tones.set(
      depth,
      Uint8Array.from({ length: most + 1 }, (_, sample) => Math.round((255 * sample) / most)),
    );
  }
  return tones.get(depth)!;
}
