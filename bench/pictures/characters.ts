/** The characters that pictures are drawn of. */
import { Random } from '../../engine/random.ts';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import { boundsOf, elastic, mapPoints, subdivide, thicken } from '../../pipeline/data/synth/deform.ts';
import { testFonts } from '../../pipeline/data/synth/fonts.ts';
import { fill } from '../../pipeline/draw/fill.ts';
import { placed } from '../../pipeline/draw/outline.ts';
import { grayFromBytes } from '../../pipeline/image/image.ts';
import { loadMnist } from '../../pipeline/node/data/mnist.ts';
import { handwritingFont } from '../../pipeline/node/draw/handwritingFont.ts';
import type { Character } from './cell.ts';

/** Gives the character of a number from 0: the same one for the same number and seed. */
export type Characters = (index: number) => Character;

/** Random streams that nothing else takes. */
const ORDER_STREAM = 0x6001;
const LETTER_STREAM = 0x6002;

/** Images of a data set in a random order. */
export function charactersOf({ classes, size, images, labels }: Dataset, seed: number): Characters {
  const order = new Random(seed, ORDER_STREAM).permutation(labels.length);
  return (index) => {
    const image = order[index % order.length];
    const bytes = images.subarray(image * size * size, (image + 1) * size * size);
    return { label: classes[labels[image]], drawing: grayFromBytes(bytes, size, size) };
  };
}

/** The test digits of MNIST. */
export const mnistDigits = (seed: number): Characters => charactersOf(loadMnist().test, seed);

/** Pixels of the longer side of a drawn letter, and around it. */
const LETTER = 72;
const ROOM = 6;

/** Letters of the fonts that no training shows, each a little different. The classes take turns. */
export const syntheticLetters =
  (classes: readonly string[], seed: number): Characters =>
  (index) => {
    const label = classes[index % classes.length];
    const random = new Random(seed, LETTER_STREAM, index);
    const { contours } = handwritingFont(testFonts[random.integer(testFonts.length)]).glyph(label)!;
    const pen = thicken(subdivide(contours, 0.03), random.uniform(0, 0.02));
    const bent = mapPoints(pen, elastic(random, random.uniform(0, 0.02), random.uniform(0.2, 0.5)));
    const { left, top, width, height } = boundsOf(bent);
    const scale = LETTER / Math.max(width, height);
    const drawing = fill(
      placed(bent, scale, ROOM - scale * left, ROOM - scale * top),
      Math.ceil(scale * width) + 2 * ROOM,
      Math.ceil(scale * height) + 2 * ROOM,
    );
    return { label, drawing };
  };

/** Characters that nobody can tell apart where one stands alone and may have any size. */
const alike = ['0Oo', '1Il', 'Cc', 'Kk', 'Pp', 'Ss', 'Uu', 'Vv', 'Ww', 'Xx', 'Yy', 'Zz'];

/** Whether what was read is what is written, as far as that can be seen. */
export const isSame = (label: string, read: string): boolean =>
  label === read || alike.some((set) => set.includes(label) && set.includes(read));
