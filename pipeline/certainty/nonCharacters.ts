import { Random } from '../../engine/random.ts';
import type { Dataset } from '../data/dataset.ts';
import { count } from '../data/dataset.ts';
import { type Canvas, canvasOf, drawFigure, drawGlyph, pick, putBytes } from '../data/drawn/canvas.ts';
import { NON_CHARACTER_STREAM } from '../data/streams.ts';
import type { Typeface } from '../draw/typeface.ts';
import { beside, type Image, inverted, mirrored, over, patched, turned } from './collages.ts';
import { figures, sign } from './figures.ts';
import { strangeMirrored, strangers, strangeTurned } from './lookAlikes.ts';
import { blank, block, noise, texture } from './textures.ts';

/** What a kind of picture is drawn from. */
interface Source {
  readonly random: Random;
  readonly canvas: Canvas;
  readonly typefaces: readonly Typeface[];
  readonly strangers: { readonly latin: readonly string[]; readonly others: readonly string[] };
  /** a prepared image of a character, of any class or of one of some classes */
  image(classes?: readonly boolean[]): Image | null;
}

/** A prepared picture as bytes, or as values 0…1; null where these classes have none of the kind. */
type Draw = (source: Source) => Image | Float32Array | null;

interface Kind {
  /** how many of all pictures, against the others: a whole number */
  readonly share: number;
  readonly draw: Draw;
}

const doodles = Object.values(figures);

/**
 * The kinds of pictures that are none of the characters of a model. What each is for: glyphs and signs for letters and
 * other scripts, figures for doodles, collages for what a segmentation cuts wrongly, textures for photographs.
 */
const kinds = (classes: readonly string[]): Record<string, Kind> => {
  const [turns, mirrors] = [strangeTurned(classes), strangeMirrored(classes)];
  return {
    letters: { share: 40, draw: (source) => glyph(source.strangers.latin, source) },
    scripts: { share: 10, draw: (source) => glyph(source.strangers.others, source) },
    signs: { share: 35, draw: ({ canvas, random }) => drawFigure(sign, canvas, random) },
    doodles: { share: 25, draw: ({ canvas, random }) => drawFigure(pick(doodles, random), canvas, random) },
    beside: {
      share: 6,
      draw: ({ canvas, random, image }) => {
        const several = Array.from({ length: random.integer(4) === 0 ? 3 : 2 }, () => image()!);
        return beside(several, canvas.size, pick(canvas.extents, random), random);
      },
    },
    over: { share: 3, draw: ({ canvas, random, image }) => over(image()!, image()!, canvas.size, random) },
    patched: {
      share: 3,
      draw: ({ canvas, image }) => patched([image()!, image()!, image()!, image()!], canvas.size),
    },
    turned: {
      share: 4,
      draw: ({ canvas, random, image }) => {
        const one = image(turns);
        return one && turned(one, canvas.size, random.integer(2) === 0);
      },
    },
    mirrored: {
      share: 3,
      draw: ({ canvas, image }) => {
        const one = image(mirrors);
        return one && mirrored(one, canvas.size);
      },
    },
    inverted: { share: 1, draw: ({ image }) => inverted(image()!) },
    textures: {
      share: 5,
      draw: ({ canvas: { size, extents }, random }) =>
        texture(size, random.integer(4) === 0 ? size : pick(extents, random), random),
    },
    block: {
      share: 2,
      draw: ({ canvas: { size, extents }, random }) => block(size, pick(extents, random), random),
    },
    blank: { share: 2, draw: ({ canvas, random }) => blank(canvas.size, random) },
    noise: { share: 3, draw: ({ canvas, random }) => noise(canvas.size, random) },
  };
};

function glyph(characters: readonly string[], { random, canvas, typefaces }: Source): Float32Array | null {
  if (characters.length === 0 || typefaces.length === 0) return null;
  const [character, first] = [pick(characters, random), random.integer(typefaces.length)];
  // Few fonts have other scripts than their own: the next that does.
  for (let i = 0; i < typefaces.length; i++) {
    const found = typefaces[(first + i) % typefaces.length].glyph(character);
    if (found !== undefined && found.contours.length > 0) return drawGlyph(found, canvas, random);
  }
  return null;
}

export interface NonCharacterOptions {
  /** how many pictures */
  readonly total: number;
  /** the same seed draws the same ones */
  readonly seed: number;
  /** fonts for characters that are no classes; none leaves drawn strokes */
  readonly typefaces: readonly Typeface[];
}

/**
 * Pictures that are no characters of a model, as its recipe would prepare them: signs of other scripts, doodles,
 * collages of its own characters, textures, noise.
 *
 * @param real images of the classes, at least one
 * @returns total·size² bytes
 */
export function nonCharacters(
  real: Dataset,
  { total, seed, typefaces }: NonCharacterOptions,
): Uint8Array<ArrayBuffer> {
  const { size, classes } = real;
  const random = new Random(seed, NON_CHARACTER_STREAM);
  const pixels = size * size;
  const image = (of?: readonly boolean[]): Image | null => {
    const at = random.integer(count(real));
    if (of !== undefined && !of[real.labels[at]]) return null;
    return real.images.subarray(at * pixels, (at + 1) * pixels);
  };
  const source = { random, canvas: canvasOf(real), typefaces, strangers: strangers(classes), image };
  // A list with each kind as often as its share says.
  const table = Object.values(kinds(classes)).flatMap(({ share, draw }) => new Array<Draw>(share).fill(draw));
  const out = new Uint8Array(total * pixels);
  for (let i = 0; i < total; ) {
    const drawn = pick(table, random)(source);
    if (drawn === null) continue;
    if (drawn instanceof Float32Array) putBytes(drawn, out, i * pixels);
    else out.set(drawn, i * pixels);
    i++;
  }
  return out;
}
