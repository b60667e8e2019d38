import type { Device } from '../engine/device.ts';
import { InkgradError } from '../engine/errors.ts';
import * as F from '../engine/functional.ts';
import { noGrad } from '../engine/graph.ts';
import { scope } from '../engine/scope.ts';
import type { CheckpointFile } from './checkpoint.ts';
import { restoreModel } from './checkpoint.ts';
import { imagesOn } from './evaluate.ts';
import type { RgbaImage } from './image.ts';
import { prepare } from './preprocess/prepare.ts';
import type { Recipe } from './preprocess/recipe.ts';
import { recipes } from './preprocess/recipe.ts';

export interface Guess {
  readonly label: string;
  /** Softmax of the logits. */
  readonly probability: number;
}

/** A trained model that names what an image shows. */
export class Predictor {
  readonly #model;

  constructor(
    readonly device: Device,
    readonly checkpoint: CheckpointFile,
  ) {
    this.#model = restoreModel(checkpoint, device);
  }

  /**
   * How an image will be prepared. A model that was trained on images that came prepared, like MNIST's, gets
   * others through the handwriting recipe, which makes them alike.
   */
  recipeFor({ width, height }: RgbaImage): Recipe {
    const { recipe } = this.checkpoint;
    const isPrepared = width === recipe.size && height === recipe.size;
    if (recipe.steps.length > 0 || isPrepared) return recipe;
    if (recipes.handwriting.size !== recipe.size) {
      throw new InkgradError(
        `an image of ${width}×${height}; this model takes images of ${recipe.size}×${recipe.size}`,
      );
    }
    return recipes.handwriting;
  }

  /** All classes, the most probable first. */
  async predict(image: RgbaImage, recipe: Recipe = this.recipeFor(image)): Promise<Guess[]> {
    const { classes } = this.checkpoint;
    const images = prepare(image, recipe);
    const dataset = { name: 'image', classes, size: recipe.size, images, labels: Int32Array.of(0) };
    const normalise = { ...recipe, mean: this.checkpoint.recipe.mean, std: this.checkpoint.recipe.std };
    const probabilities = noGrad(() =>
      scope(() =>
        F.softmax(this.#model.forward(imagesOn(this.device, dataset, Int32Array.of(0), normalise))),
      ),
    );
    const values = await probabilities.read();
    probabilities.dispose();
    return classes
      .map((label, i) => ({ label, probability: values[i] }))
      .sort((a, b) => b.probability - a.probability);
  }
}
