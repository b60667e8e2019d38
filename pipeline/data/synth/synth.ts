import { setImmediate } from 'node:timers/promises';
import { Random } from '../../../engine/random.ts';
import type { RgbaImage } from '../../image.ts';
import { prepare } from '../../preprocess/prepare.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import { type Dataset, type DatasetPair, sortedClasses } from '../dataset.ts';
import { SYNTH_TEST_STREAM, SYNTH_TRAIN_STREAM } from '../streams.ts';
import { handwritingFont, testFonts, trainingFonts } from './fonts.ts';
import { writeLetter } from './letter.ts';

/** The digits, capitals and small letters that are written: 62. */
export const synthClasses = sortedClasses('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');

/** Training pictures of each class where none are asked for: four from each font. */
export const SYNTH_COUNT = 72;

/** Test pictures of each class: five from each font, whatever the training part has, so that it is always the same. */
export const SYNTH_TEST_COUNT = 15;

const parts = {
  train: { fonts: trainingFonts, stream: SYNTH_TRAIN_STREAM },
  test: { fonts: testFonts, stream: SYNTH_TEST_STREAM },
};

/** `train`, or `test`, whose fonts the other never shows. */
export type SynthPart = keyof typeof parts;

/** The class of a picture, 0…61: the pictures go through all classes, then through them with the next font. */
export const synthLabel = (index: number): number => index % synthClasses.length;

/**
 * One synthetic picture of a letter or digit, by its number alone: any picture can be made without the others.
 *
 * @param index from 0; the classes take turns, then the fonts
 * @param seed any safe integer ≥ 0; the same seed writes the same pictures
 * @returns dark ink on light paper, 96×96 pixels
 * @throws InkgradError where the package of a font is not installed
 */
export function synthPicture(part: SynthPart, index: number, seed: number): RgbaImage {
  const { fonts, stream } = parts[part];
  const font = fonts[Math.floor(index / synthClasses.length) % fonts.length];
  const glyph = handwritingFont(font).glyph(synthClasses[synthLabel(index)])!;
  return writeLetter(glyph.contours, new Random(seed, stream, index));
}

/** A test picture of one class to try a network on; the classes take turns with the fonts. */
export const synthExample = (label: number, seed: number): RgbaImage =>
  synthPicture('test', label + synthClasses.length * (label % SYNTH_TEST_COUNT), seed);

export interface LoadSynthOptions {
  readonly recipe: Recipe;
  readonly seed: number;
  /** training pictures of each class, ≥ 0; `SYNTH_COUNT` when left out */
  readonly synthCount?: number;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Writes the synthetic data set: the 62 classes in the hands of 18 fonts, and a test part in those of three
 * others, each picture prepared by the recipe as a photograph would be.
 *
 * @throws InkgradError where the package of a font is not installed, or the recipe takes prepared images
 */
export async function loadSynth(options: LoadSynthOptions): Promise<DatasetPair> {
  const { synthCount = SYNTH_COUNT, onProgress } = options;
  const classes = synthClasses.length;
  const [training, testing] = [synthCount * classes, SYNTH_TEST_COUNT * classes];
  const report = (before: number) => (done: number) => onProgress?.(before + done, training + testing);
  return {
    train: await writePart('train', training, options, report(0)),
    test: await writePart('test', testing, options, report(training)),
  };
}

async function writePart(
  part: SynthPart,
  count: number,
  { recipe, seed }: LoadSynthOptions,
  onDone: (done: number) => void,
): Promise<Dataset> {
  const images = new Uint8Array(count * recipe.size ** 2);
  for (let i = 0; i < count; i++) {
    images.set(prepare(synthPicture(part, i, seed), recipe), i * recipe.size ** 2);
    onDone(i + 1);
    // Timers and signals get their turn.
    if (i % 16 === 15) await setImmediate();
  }
  const labels = Int32Array.from({ length: count }, (_, i) => synthLabel(i));
  const { fonts } = parts[part];
  return { name: `synth ${part}`, classes: synthClasses, size: recipe.size, images, labels, fonts };
}
