import type { Device } from '../../engine/device.ts';
import { noGrad } from '../../engine/graph.ts';
import { scope } from '../../engine/scope.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { KNOWN, logSumExp, restoreGate } from '../certainty/gate.ts';
import type { CheckpointFile } from '../checkpoint/checkpoint.ts';
import { notFinite, restoreModel } from '../checkpoint/checkpoint.ts';
import { imagesAtOnce } from '../evaluate/atOnce.ts';
import { imagesOn } from '../evaluate/evaluate.ts';
import { type PreparedPicture, preparePicture } from '../front/preparePicture.ts';
import { bytesOf, formOf, type RgbaImage } from '../image/image.ts';
import { keepsWhole } from '../preprocess/recipe.ts';
import { type PictureRecipe, pictureRecipe, recipeFor } from './pictureRecipe.ts';

export interface Guess {
  readonly label: string;
  /** Softmax of the logits, divided by the temperature that was fitted for the model. */
  readonly probability: number;
}

/** What an image shows. */
export interface Reading {
  /** all classes, the most probable first */
  readonly guesses: readonly Guess[];
  /** how much it looks like a character of the model, 0…1; absent where the model cannot tell */
  readonly known?: number;
  /** whether it looks like none of them: `known` is below ½. The guesses are then the best there are. */
  readonly refused: boolean;
}

/** A trained model that names what an image shows. */
export class Predictor {
  readonly #model;
  readonly #gate;
  readonly #pictures;
  readonly #atOnce;
  /** whether it takes whole pictures, and so reads no characters in them */
  readonly takesWhole: boolean;

  /** @param name what remarks call the model */
  constructor(
    readonly device: Device,
    readonly checkpoint: CheckpointFile,
    name = checkpoint.path,
  ) {
    this.#model = restoreModel(checkpoint, device);
    this.#gate = restoreGate(checkpoint, this.#model, device);
    this.#atOnce = imagesAtOnce(checkpoint.model, checkpoint.classes.length);
    this.#pictures = pictureRecipe(checkpoint.recipe, name);
    this.takesWhole = keepsWhole(checkpoint.recipe);
  }

  /**
   * How a picture will be prepared.
   *
   * @throws PipelineError where the model takes prepared images alone, and this has another size
   */
  recipeFor(picture: RgbaImage): PictureRecipe {
    return recipeFor(this.#pictures, this.checkpoint.recipe, picture);
  }

  /** A picture as this model takes it, prepared as `evaluate` prepares it. */
  prepare(picture: RgbaImage): PreparedPicture {
    return preparePicture(picture, this.recipeFor(picture).recipe);
  }

  /** Names what one picture shows. */
  async predict(picture: RgbaImage): Promise<Reading> {
    const [reading] = await this.predictAll([this.prepare(picture).image]);
    return reading;
  }

  /**
   * Names many images, as many at a time as take little memory.
   *
   * @param prepared the image that `prepare` made of each
   * @throws PipelineError where the model answers with NaN or an infinity
   */
  async predictAll(prepared: readonly Uint8Array[]): Promise<Reading[]> {
    const readings: Reading[] = [];
    for (let start = 0; start < prepared.length; start += this.#atOnce) {
      readings.push(...(await this.#batch(prepared.slice(start, start + this.#atOnce))));
    }
    return readings;
  }

  async #batch(prepared: readonly Uint8Array[]): Promise<Reading[]> {
    const { classes, recipe, certainty } = this.checkpoint;
    const bytes = bytesOf(recipe);
    const images = new Uint8Array(prepared.length * bytes);
    for (const [i, image] of prepared.entries()) images.set(image, i * bytes);
    const indices = Int32Array.from(prepared.keys());
    const dataset = { name: 'images', classes, ...formOf(recipe), images, labels: indices };
    const rows = noGrad(() => scope(() => this.#forward(imagesOn(this.device, dataset, indices, recipe))));
    const values = await rows.read();
    rows.dispose();
    if (!values.every(Number.isFinite)) throw notFinite(this.checkpoint);
    const width = values.length / prepared.length;
    const known = this.#gate?.known(values, images);
    return prepared.map((_, i) => {
      const logits = Array.from(values.subarray(i * width, i * width + classes.length));
      const guesses = guessesOf(logits, classes, certainty.temperature);
      if (known === undefined) return { guesses, refused: false };
      return { guesses, known: known[i], refused: known[i] < KNOWN };
    });
  }

  /** Rows that begin with the logits; the gate adds its own. */
  #forward(images: Tensor): Tensor {
    return this.#gate?.forward(images) ?? this.#model.forward(images);
  }
}

/** The softmax of logits, divided by the temperature; the most probable class first. */
function guessesOf(logits: readonly number[], classes: readonly string[], temperature: number): Guess[] {
  const scaled = logits.map((logit) => logit / temperature);
  const whole = logSumExp(scaled, 0, scaled.length);
  return classes
    .map((label, k) => ({ label, probability: Math.exp(scaled[k] - whole) }))
    .sort((a, b) => b.probability - a.probability);
}
