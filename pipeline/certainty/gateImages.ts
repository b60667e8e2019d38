import { Random } from '../../engine/random.ts';
import type { Dataset } from '../data/dataset.ts';
import { count, subset } from '../data/dataset.ts';
import { type Canvas, canvasOf, drawFigure, drawGlyph, pick, putBytes } from '../data/drawn/canvas.ts';
import { forms } from '../data/drawn/forms.ts';
import { byHand } from '../data/drawn/hand.ts';
import { GATE_STREAM } from '../data/streams.ts';
import type { Typeface } from '../draw/typeface.ts';
import { areCharacters } from './lookAlikes.ts';
import { nonCharacters } from './nonCharacters.ts';

/** For 24 images of the classes: characters in other hands, and pictures that are none. */
const SHARES = { real: 24, drawn: 3, none: 9 };

/** A small data set has so many pictures that are none all the same, but for a third of all: kinds are many. */
const FEWEST_NONE = 4000;

/**
 * What a gate is taught with: images of the classes, some more in other hands, so that it does not take a drawn line
 * for what tells the others apart, and pictures of no character, as one class more behind all others.
 *
 * @param most how many at the most
 */
export function gateImages(
  train: Dataset,
  most: number,
  seed: number,
  typefaces: readonly Typeface[],
): Dataset {
  const { classes, size } = train;
  const random = new Random(seed, GATE_STREAM);
  const whole = SHARES.real + SHARES.drawn + SHARES.none;
  const few = Math.min(count(train), Math.floor((SHARES.real / whole) * most));
  const real = subset(train, random.permutation(count(train)).subarray(0, few).sort());
  const share = (of: number) => Math.ceil((of / SHARES.real) * few);
  const own = drawnClasses(train, share(SHARES.drawn), typefaces, random);
  const total = Math.max(share(SHARES.none), Math.min(FEWEST_NONE, Math.floor(most / 3)));
  const none = nonCharacters(real, { total, seed, typefaces });
  const images = new Uint8Array(real.images.length + own.images.length + none.length);
  images.set(real.images);
  images.set(own.images, real.images.length);
  images.set(none, real.images.length + own.images.length);
  const labels = new Int32Array(images.length / size ** 2).fill(classes.length);
  labels.set(real.labels);
  labels.set(own.labels, few);
  return { name: 'gate', classes: [...classes, ''], size, images, labels };
}

/**
 * Characters of the classes in other hands, those of fonts and of the forms that people write; none where classes are
 * not called by one character.
 */
function drawnClasses(
  train: Dataset,
  total: number,
  typefaces: readonly Typeface[],
  random: Random,
): Pick<Dataset, 'images' | 'labels'> {
  const { classes, size } = train;
  const canvas = canvasOf(train);
  const found = Array.from({ length: areCharacters(classes) ? total : 0 }, () => {
    const label = random.integer(classes.length);
    return { label, ink: inkOf(classes[label], canvas, typefaces, random) };
  }).filter(({ ink }) => ink !== null);
  const images = new Uint8Array(found.length * size * size);
  for (const [i, { ink }] of found.entries()) putBytes(ink!, images, i * size * size);
  return { images, labels: Int32Array.from(found, ({ label }) => label) };
}

/** A character in some hand: a form that people write as often as a font's; null where there is neither. */
function inkOf(
  character: string,
  canvas: Canvas,
  typefaces: readonly Typeface[],
  random: Random,
): Float32Array | null {
  const glyph = typefaces.length > 0 ? pick(typefaces, random).glyph(character) : undefined;
  const isDrawn = glyph !== undefined && glyph.contours.length > 0;
  if (character in forms && (!isDrawn || random.integer(2) === 0))
    return drawFigure(byHand(pick(forms[character], random)), canvas, random);
  return isDrawn ? drawGlyph(glyph, canvas, random) : null;
}
