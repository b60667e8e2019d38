import type { Device } from '../../engine/device.ts';
import type { Sequential } from '../../engine/nn/index.ts';
import type { Tensor } from '../../engine/tensor.ts';
import type { Gate } from '../certainty/gate.ts';
import { unfitted } from '../checkpoint/certainty.ts';
import { type CheckpointFile, checkpointBytes } from '../checkpoint/checkpoint.ts';
import { weightsOf } from '../checkpoint/weights.ts';
import { PipelineError } from '../faults.ts';
import { type PreparedImage, preparedFrom, prepareImage } from '../front/preparedImage.ts';
import { type ImageLike, imageFrom, isRows } from '../image/imageFrom.ts';
import type { ModelSpec } from '../model/model.ts';
import { checkOptions } from '../options.ts';
import { type Answer, answerOf, NO_INK } from '../predict/answer.ts';
import { Predictor } from '../predict/predict.ts';
import { type ReadLine, readCharacters } from '../predict/read.ts';
import type { Recipe } from '../preprocess/recipe.ts';

/** How images are read. */
export interface PredictOptions {
  /** how many of the most probable classes `top` has, ≥ 1; 3 when left out */
  readonly top?: number;
  /**
   * whether images are pixels as the network was trained on, such as MNIST's own or what `prepare` made. Else each is a
   * picture in which the ink is looked for first, whatever its size: a drawing, a scan, a photograph. False when left out
   */
  readonly prepared?: boolean;
}

/** What an image shows. */
export interface Prediction extends Answer {
  /** whether the picture seems to hold several characters, which were taken for one here; `read` reads each */
  readonly several: boolean;
}

/** The text of a page. */
export interface Page {
  /** its lines with line breaks between them, `?` for what is refused */
  readonly text: string;
  /** from top to bottom, each with its text and its characters, whose boxes are in pixels of the page */
  readonly lines: readonly ReadLine[];
}

/**
 * A trained network, ready to read images: what `loadModel` makes of the bytes of a checkpoint, and what `train` gives. It
 * lives on a device until `dispose`.
 *
 * @category Models
 * @example
 * import { train } from 'inkgrad/train';
 *
 * const images = [[[1, 0], [1, 0]], [[1, 1], [0, 0]]];
 * const line = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const { model } = await train({ model: line, images, labels: ['|', '-'], epochs: 50, lr: 0.1, validation: 0 });
 *
 * const predictions = await model.predict(images, { prepared: true });
 * model.dispose();
 * console.log(model.classes, predictions.map(({ label }) => label));
 * // [ '-', '|' ] [ '|', '-' ]
 */
export class TrainedModel {
  readonly #predictor: Predictor;

  /** what a person should know of how it came here, and of how pictures are prepared for it; none as a rule */
  readonly remarks: readonly string[];

  /**
   * @param remarks what a person should know of how it came here
   *
   * @internal
   */
  constructor(checkpoint: CheckpointFile, device: Device, remarks: readonly string[] = []) {
    this.#predictor = new Predictor(device, checkpoint);
    const { remark } = this.#predictor.pictures ?? {};
    this.remarks = remark === undefined ? remarks : [...remarks, remark];
  }

  /** what it tells apart: the label of each class, in the order of the logits */
  get classes(): readonly string[] {
    return this.#predictor.checkpoint.classes;
  }

  /** its layers as data */
  get spec(): ModelSpec {
    return this.#predictor.checkpoint.model;
  }

  /** its layers, in evaluation mode: normalised images [n,channels,size,size] → logits [n,classes] */
  get model(): Sequential {
    return this.#predictor.model;
  }

  /** where it computes */
  get device(): Device {
    return this.#predictor.device;
  }

  /** how pictures are prepared for it; that of its training where it takes prepared images alone */
  get recipe(): Recipe {
    return this.#predictor.pictures?.recipe ?? this.checkpoint.recipe;
  }

  /**
   * what tells its characters from everything else; null where it cannot tell
   *
   * @internal
   */
  get gate(): Gate | null {
    return this.#predictor.gate;
  }

  /**
   * what it was made of: the weights as they were then, and what else a file of it holds
   *
   * @internal
   */
  get checkpoint(): CheckpointFile {
    return this.#predictor.checkpoint;
  }

  /**
   * Names what an image shows, or each of several.
   *
   * @returns the label and its probability, 0…1, and the `top` few of all classes. Where the model can tell, `known` says how
   *   much the image looks like one of its characters; below ½ it is `refused`, and the label is the best there is
   * @throws PipelineError `no-writing` for a picture without ink, `not-an-image` for what is none, `wrong-size` for prepared
   *   images of another size, `damaged` where the network answers with NaN or an infinity
   */
  predict(image: ImageLike, options?: PredictOptions): Promise<Prediction>;
  predict(images: readonly ImageLike[], options?: PredictOptions): Promise<Prediction[]>;
  async predict(
    images: ImageLike | readonly ImageLike[],
    options: PredictOptions = {},
  ): Promise<Prediction | Prediction[]> {
    checkOptions('predict', options, ['top', 'prepared']);
    const top = topOf('predict', options.top);
    const prepared = this.#prepared(images, options);
    const readings = await this.#predictor.predictAll(prepared.map(({ data }) => data));
    const found = readings.map((reading, i) => ({
      ...answerOf(reading, top),
      several: prepared[i].holds === 'several',
    }));
    return isList(images) ? found : found[0];
  }

  /**
   * Reads a page of several characters: finds them, names each, and puts them into lines and words.
   *
   * @throws PipelineError `no-writing` where no characters are found, `invalid-setting` where the model takes whole pictures
   */
  async read(page: ImageLike, options: Pick<PredictOptions, 'top'> = {}): Promise<Page> {
    checkOptions('read', options, ['top']);
    const top = topOf('read', options.top);
    if (this.#predictor.takesWhole) {
      throw new PipelineError(
        'read: this model takes whole pictures and reads no characters in them; use predict',
        'invalid-setting',
      );
    }
    const lines = await readCharacters(imageFrom(page, 'page'), this.#predictor, top);
    return { text: lines.map(({ text }) => text).join('\n'), lines };
  }

  /**
   * A picture as the network takes it, before it is normalised: its ink is found, cut out, and goes through the recipe.
   *
   * @throws PipelineError `not-an-image` for what is none
   */
  prepare(image: ImageLike): PreparedImage {
    const picture = imageFrom(image);
    return prepareImage(picture, this.#predictor.recipeFor(picture).recipe);
  }

  /**
   * Images on the device as the network takes them: (byte/255 − mean)/std, [n,channels,size,size]. The caller's to dispose.
   *
   * @throws PipelineError as `predict` does
   */
  tensor(images: ImageLike | readonly ImageLike[], options: Pick<PredictOptions, 'prepared'> = {}): Tensor {
    checkOptions('tensor', options, ['prepared']);
    return this.#predictor.tensor(this.#prepared(images, options).map(({ data }) => data));
  }

  /**
   * The logits of an image, or of each of several: a number for each class, before temperature and softmax.
   *
   * @throws PipelineError as `predict` does
   */
  logits(image: ImageLike, options?: Pick<PredictOptions, 'prepared'>): Promise<Float32Array>;
  logits(images: readonly ImageLike[], options?: Pick<PredictOptions, 'prepared'>): Promise<Float32Array[]>;
  async logits(
    images: ImageLike | readonly ImageLike[],
    options: Pick<PredictOptions, 'prepared'> = {},
  ): Promise<Float32Array | Float32Array[]> {
    checkOptions('logits', options, ['prepared']);
    const all = await this.#predictor.logitsAll(this.#prepared(images, options).map(({ data }) => data));
    return isList(images) ? all : all[0];
  }

  /**
   * The model as it is now. Where its weights were changed since it was made, what says how far its answers can be trusted
   * stays behind: it was fitted to the others.
   *
   * @internal
   */
  async snapshot(): Promise<CheckpointFile> {
    const { model, classes, recipe, step, certainty, path, weights: before } = this.checkpoint;
    const weights = await weightsOf(this.model);
    const isSame = [...weights].every(([name, { data }]) => {
      const own = before.get(name)!.data;
      return data.every((value, i) => value === own[i]);
    });
    return { path, model, classes, recipe, step, weights, certainty: isSame ? certainty : unfitted };
  }

  /**
   * The model as the bytes of a checkpoint, which `loadModel` and `inkgrad predict` take.
   *
   * @throws PipelineError `too-large` where names of classes are too long for a file
   */
  async save(): Promise<Uint8Array> {
    return checkpointBytes(await this.snapshot());
  }

  /** Frees it on its device. A second call does nothing. */
  dispose(): void {
    this.#predictor.dispose();
  }

  #prepared(
    images: ImageLike | readonly ImageLike[],
    { prepared = false }: Pick<PredictOptions, 'prepared'>,
  ): PreparedImage[] {
    const all = isList(images) ? images : [images];
    return all.map((image, i) => {
      const where = isList(images) ? `image ${i}` : 'image';
      if (prepared) return preparedFrom(image, this.checkpoint.recipe, where);
      const picture = imageFrom(image, where);
      const made = prepareImage(picture, this.#predictor.recipeFor(picture).recipe);
      if (made.holds === 'none') throw new PipelineError(`${where}: ${NO_INK}`, 'no-writing');
      return made;
    });
  }
}

/** Whether these are several images, and not the rows of one. */
const isList = (images: ImageLike | readonly ImageLike[]): images is readonly ImageLike[] =>
  Array.isArray(images) && !isRows(images);

function topOf(where: string, top = 3): number {
  if (Number.isInteger(top) && top >= 1) return top;
  throw new PipelineError(`${where}: top ${String(top)}; expected a whole number ≥ 1`, 'invalid-setting');
}
