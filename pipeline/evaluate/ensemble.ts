import type { Device } from '../../engine/device.ts';
import type { Module } from '../../engine/nn/index.ts';
import { type Augmentation, augmentations, distortImages } from '../data/augment.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import type { DetailedEvaluation } from './evaluate.ts';
import { logitsOf } from './logits.ts';
import { meanOf, probabilitiesOf, scoresOf } from './probabilities.ts';

/** A trained model of an ensemble, on a device. */
export interface Member {
  readonly model: Module;
  readonly recipe: Recipe;
  readonly temperature: number;
}

export interface EnsembleOptions {
  /** changed copies of each image that are read beside itself; none when left out */
  readonly copies?: number;
  /** how they are changed; as in training with `light` when left out */
  readonly augmentation?: Augmentation;
  /** told after each pass over all images */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The seed of the copies: the same ones each time. */
const SEED = 1;

/**
 * Reads each image by several models, and by each of them in several copies that are changed a little; what counts is the
 * mean of their probabilities.
 */
export async function evaluateTogether(
  members: readonly Member[],
  device: Device,
  dataset: Dataset,
  { copies = 0, augmentation = augmentations.light, onProgress }: EnsembleOptions = {},
): Promise<DetailedEvaluation> {
  const answers: Float64Array[] = [];
  for (let copy = 0; copy <= copies; copy++) {
    const { images, size, channels } = dataset;
    const seeded = { augmentation, seed: SEED };
    const changed = () => distortImages(images, size, seeded, copy, 0, channels);
    const shown = copy === 0 ? dataset : { ...dataset, images: changed() };
    for (const { model, recipe, temperature } of members) {
      const logits = await logitsOf(model, device, shown, recipe);
      answers.push(probabilitiesOf(logits, dataset.classes.length, temperature));
      onProgress?.(answers.length, members.length * (copies + 1));
    }
  }
  return scoresOf(meanOf(answers), dataset);
}
