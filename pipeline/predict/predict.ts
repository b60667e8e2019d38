import type { Device } from '../../engine/device.ts';
import { noGrad } from '../../engine/graph.ts';
import { Context, type Sequential } from '../../engine/nn/index.ts';
import { scope } from '../../engine/scope.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { type Gate, KNOWN, logSumExp, restoreGate } from '../certainty/gate.ts';
import type { CheckpointFile } from '../checkpoint/checkpoint.ts';
import { notFinite, restoreModel } from '../checkpoint/checkpoint.ts';
import { imagesAtOnce } from '../evaluate/atOnce.ts';
import { imagesOn } from '../evaluate/evaluate.ts';
import { type PreparedPicture, preparePicture } from '../front/preparePicture.ts';
import { bytesOf, formOf, type RgbaImage } from '../image/image.ts';
import { keepsWhole } from '../preprocess/recipe.ts';
import { type PictureRecipe, pictureRecipe, recipeFor } from './pictureRecipe.ts';

/** A class that an image may show. */
export interface Guess {
  /** The name of the class. */
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
  /** its network, which takes [n,channels,size,size] and gives logits [n,classes] */
  readonly model: Sequential;
  readonly #context: Context;
  /** what tells its characters from everything else; null where it cannot tell */
  readonly gate: Gate | null;
  /** how pictures are prepared for it; undefined where it takes prepared images alone */
  readonly pictures: PictureRecipe | undefined;
  readonly #atOnce;
  /** whether it takes whole pictures, and so reads no characters in them */
  readonly takesWhole: boolean;

  /** @param name what remarks call the model */
  constructor(
    readonly device: Device,
    readonly checkpoint: CheckpointFile,
    name = checkpoint.path,
  ) {
    this.#context = new Context(device, 0);
    this.model = restoreModel(checkpoint, device, this.#context);
    this.gate = restoreGate(checkpoint, this.model, device);
    this.#atOnce = imagesAtOnce(checkpoint.model, checkpoint.classes.length);
    this.pictures = pictureRecipe(checkpoint.recipe, name);
    this.takesWhole = keepsWhole(checkpoint.recipe);
  }

  /**
   * How a picture will be prepared.
   *
   * @throws PipelineError where the model takes prepared images alone, and this has another size
   */
  recipeFor(picture: RgbaImage): PictureRecipe {
    return recipeFor(this.pictures, this.checkpoint.recipe, picture);
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

  /**
   * Many images on the device as the network takes them: normalised, [n,channels,size,size].
   *
   * @param prepared the image that `prepare` made of each
   */
  tensor(prepared: readonly Uint8Array[]): Tensor {
    return this.#onDevice(this.#together(prepared), prepared.length);
  }

  /** The logits of many images, as they are: for each a number for each class. */
  async logitsAll(prepared: readonly Uint8Array[]): Promise<Float32Array[]> {
    const { length } = this.checkpoint.classes;
    const all: Float32Array[] = [];
    for (let start = 0; start < prepared.length; start += this.#atOnce) {
      const some = prepared.slice(start, start + this.#atOnce);
      const rows = noGrad(() => scope(() => this.model.forward(this.tensor(some))));
      const values = Float32Array.from(await rows.read());
      rows.dispose();
      some.forEach((_, i) => void all.push(values.slice(i * length, (i + 1) * length)));
    }
    return all;
  }

  /** The bytes of many images, one after the other. */
  #together(prepared: readonly Uint8Array[]): Uint8Array {
    const bytes = bytesOf(this.checkpoint.recipe);
    const images = new Uint8Array(prepared.length * bytes);
    for (const [i, image] of prepared.entries()) images.set(image, i * bytes);
    return images;
  }

  #onDevice(images: Uint8Array, count: number): Tensor {
    const { classes, recipe } = this.checkpoint;
    const indices = Int32Array.from({ length: count }, (_, i) => i);
    const dataset = { name: 'images', classes, ...formOf(recipe), images, labels: indices };
    return imagesOn(this.device, dataset, indices, recipe);
  }

  async #batch(prepared: readonly Uint8Array[]): Promise<Reading[]> {
    const { classes, certainty } = this.checkpoint;
    const images = this.#together(prepared);
    const rows = noGrad(() => scope(() => this.#forward(this.#onDevice(images, prepared.length))));
    const values = await rows.read();
    rows.dispose();
    if (!values.every(Number.isFinite)) throw notFinite(this.checkpoint);
    const width = values.length / prepared.length;
    const known = this.gate?.known(values, images);
    return prepared.map((_, i) => {
      const logits = Array.from(values.subarray(i * width, i * width + classes.length));
      const guesses = guessesOf(logits, classes, certainty.temperature);
      if (known === undefined) return { guesses, refused: false };
      return { guesses, known: known[i], refused: known[i] < KNOWN };
    });
  }

  /** Rows that begin with the logits; the gate adds its own. */
  #forward(images: Tensor): Tensor {
    return this.gate?.forward(images) ?? this.model.forward(images);
  }

  /** Frees the network on its device. */
  dispose(): void {
    this.gate?.dispose();
    this.model.dispose();
    this.#context.dispose();
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
