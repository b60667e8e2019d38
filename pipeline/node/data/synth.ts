import type { Dataset, DatasetPair } from '../../data/dataset.ts';
import {
  type SynthNumber,
  type SynthPart,
  synthClasses,
  synthLabel,
  synthParts,
  synthPicture,
} from '../../data/synth/picture.ts';
import { PipelineError } from '../../faults.ts';
import { bytesOf, formOf, type RgbaImage } from '../../image/image.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import { digestOfFonts, handwritingFont } from '../draw/handwritingFont.ts';
import version from '../tasks/build/prepareSynth.version.txt';
import type { Refused } from '../threads/attempt.ts';
import { SYNTH_COUNT } from './defaults.ts';
import { type PrepareOptions, prepareAll } from './prepareAll.ts';

/** Test pictures of each class: five from each font, whatever the training part has, so that it is always the same. */
export const SYNTH_TEST_COUNT = 15;

/** A test picture of one class to try a network on; the classes take turns with the fonts. */
export const synthExample = (label: number, seed: number): RgbaImage =>
  synthPicture('test', label + synthClasses.length * (label % SYNTH_TEST_COUNT), seed, handwritingFont);

/**
 * The numbers of the pictures in both parts, training first.
 *
 * @param synthCount training pictures of each class
 */
export const synthNumbers = (synthCount: number): SynthNumber[] =>
  Object.entries({ train: synthCount, test: SYNTH_TEST_COUNT }).flatMap(([part, count]) =>
    Array.from({ length: count * synthClasses.length }, (_, index) => ({ part: part as SynthPart, index })),
  );

export interface LoadSynthOptions extends PrepareOptions {
  readonly recipe: Recipe;
  readonly seed: number;
  /** training pictures of each class, ≥ 0; `SYNTH_COUNT` when left out */
  readonly synthCount?: number;
}

/**
 * Writes the synthetic data set: the 62 classes in the hands of 18 fonts, and a test part in those of three
 * others, each picture prepared by the recipe as a photograph would be.
 *
 * @throws InkgradError where the package of a font is not installed, or the recipe takes prepared images; the
 *   signal's reason
 */
export async function loadSynth(options: LoadSynthOptions): Promise<DatasetPair> {
  const { recipe, seed, synthCount = SYNTH_COUNT } = options;
  const numbers = synthNumbers(synthCount);
  const images = await prepareAll(
    'prepareSynth',
    { name: 'synth', place: `seed ${seed}`, recipe, version: [version, digestOfFonts()] },
    (kept) => ({ recipe, seed, kept }),
    numbers,
    { ...options, onRefused },
  );
  const bytes = bytesOf(recipe);
  const part = (name: SynthPart, from: number, to: number): Dataset => ({
    name: `synth ${name}`,
    classes: synthClasses,
    ...formOf(recipe),
    images: images.slice(from * bytes, to * bytes),
    labels: Int32Array.from(numbers.slice(from, to), ({ index }) => synthLabel(index)),
    fonts: synthParts[name].fonts,
  });
  const training = synthCount * synthClasses.length;
  return { train: part('train', 0, training), test: part('test', training, numbers.length) };
}

/** What is wrong with one picture is wrong with all. */
function onRefused(_: number, { refused, code }: Refused): never {
  throw new PipelineError(refused, code);
}
