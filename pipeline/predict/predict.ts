import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { scope } from '../../engine/scope.ts';
import type { CheckpointFile } from '../checkpoint/checkpoint.ts';
import { restoreModel } from '../checkpoint/checkpoint.ts';
import { imagesOn } from '../evaluate/evaluate.ts';
import { PipelineError } from '../faults.ts';
import type { RgbaImage } from '../image/image.ts';
import { prepare } from '../preprocess/prepare.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { type PictureRecipe, pictureRecipe } from './pictureRecipe.ts';

export interface Guess {
  readonly label: string;
  /** Softmax of the logits, divided by the temperature that was fitted for the model. */
  readonly probability: number;
}

/** Images that go through the model at a time: enough to fill a device, and little memory. */
const BATCH = 128;

/** A trained model that names what an image shows. */
export class Predictor {
  readonly #model;
  readonly #pictures;

  /** @param name what remarks call the model */
  constructor(
    readonly device: Device,
    readonly checkpoint: CheckpointFile,
    name = checkpoint.path,
  ) {
    this.#model = restoreModel(checkpoint, device);
    this.#pictures = pictureRecipe(checkpoint.recipe, name);
  }

  /** How an image will be prepared: one of the model's own size may have come prepared, like MNIST's. */
  recipeFor(image: RgbaImage): PictureRecipe {
    const { recipe } = this.checkpoint;
    const isPrepared = image.width === recipe.size && image.height === recipe.size;
    return isPrepared ? { recipe } : this.recipeForPicture(image);
  }

  /**
   * How an image that did not come prepared will be.
   *
   * @throws InkgradError where the model takes prepared images alone
   */
  recipeForPicture({ width, height }: RgbaImage): PictureRecipe {
    if (this.#pictures !== undefined) return this.#pictures;
    const { size } = this.checkpoint.recipe;
    throw new PipelineError(
      `an image of ${width}×${height}; this model takes images of ${size}×${size}`,
      'wrong-size',
    );
  }

  /** All classes, the most probable first. */
  async predict(image: RgbaImage, recipe: Recipe = this.recipeFor(image).recipe): Promise<Guess[]> {
    const [guesses] = await this.predictAll([prepare(image, recipe)]);
    return guesses;
  }

  /**
   * Names many images, up to 128 at a time.
   *
   * @param prepared what `prepare` made of each
   * @returns for each image all classes, the most probable first
   */
  async predictAll(prepared: readonly Uint8Array[]): Promise<Guess[][]> {
    const guesses: Guess[][] = [];
    for (let start = 0; start < prepared.length; start += BATCH) {
      guesses.push(...(await this.#batch(prepared.slice(start, start + BATCH))));
    }
    return guesses;
  }

  async #batch(prepared: readonly Uint8Array[]): Promise<Guess[][]> {
    const { classes, recipe, certainty } = this.checkpoint;
    const images = new Uint8Array(prepared.length * recipe.size ** 2);
    for (const [i, image] of prepared.entries()) images.set(image, i * recipe.size ** 2);
    const indices = Int32Array.from(prepared.keys());
    const dataset = { name: 'images', classes, size: recipe.size, images, labels: indices };
    const probabilities = noGrad(() =>
      scope(() => {
        const logits = this.#model.forward(imagesOn(this.device, dataset, indices, recipe));
        return F.softmax(F.affine(logits, 1 / certainty.temperature, 0));
      }),
    );
    const values = await probabilities.read();
    probabilities.dispose();
    return prepared.map((_, i) =>
      classes
        .map((label, k) => ({ label, probability: values[i * classes.length + k] }))
        .sort((a, b) => b.probability - a.probability),
    );
  }
}
