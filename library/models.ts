/**
 * Networks as data: from JSON to layers, and trained ones from the bytes of a checkpoint.
 *
 * @module inkgrad/models
 */

import { defaultDevice } from '../engine/defaultDevice.ts';
import type { Device } from '../engine/device.ts';
import type { Module, Sequential } from '../engine/nn/index.ts';
import { Context, defaultContext } from '../engine/nn/index.ts';
import { unfitted } from '../pipeline/checkpoint/certainty.ts';
import { checkpointBytes, parseCheckpoint } from '../pipeline/checkpoint/checkpoint.ts';
import { weightsOf } from '../pipeline/checkpoint/weights.ts';
import { PipelineError } from '../pipeline/faults.ts';
import { bytesFrom } from '../pipeline/formats/bytesFrom.ts';
import { type ModelSpec, parseModel as parse, build as put } from '../pipeline/model/model.ts';
import { specOf } from '../pipeline/model/specOf.ts';
import { type Summary, summarise } from '../pipeline/model/summary.ts';
import { checkOptions } from '../pipeline/options.ts';
import { recipeOf } from '../pipeline/preprocess/parseRecipe.ts';
import type { Recipe } from '../pipeline/preprocess/recipe.ts';
import { JsonError, parseJson } from '../pipeline/text/json.ts';
import { TrainedModel } from '../pipeline/trained/trainedModel.ts';

export { loadWeights, weightsOf } from '../pipeline/checkpoint/weights.ts';
export type { StoredTensor } from '../pipeline/formats/safetensors.ts';
export type { Box } from '../pipeline/image/box.ts';
export type { ImageLike, Pixels, Rows } from '../pipeline/image/imageFrom.ts';
export type { LayerSpec } from '../pipeline/model/layers.ts';
export type { ModelSpec } from '../pipeline/model/model.ts';
export { builtInModels } from '../pipeline/model/model.ts';
export type { LayerSummary, Summary } from '../pipeline/model/summary.ts';
export type { Guess } from '../pipeline/predict/predict.ts';
export type { ReadCharacter, ReadLine } from '../pipeline/predict/read.ts';
export type { Page, Prediction, PredictOptions } from '../pipeline/trained/trainedModel.ts';
export { TrainedModel } from '../pipeline/trained/trainedModel.ts';

/** Where a trained model is put, and what it is called. */
export interface LoadOptions {
  /** the default device when left out */
  readonly device?: Device;
  /** what errors and remarks call it; "model" when left out */
  readonly name?: string;
}

/**
 * A trained model from the bytes of a checkpoint, such as the `checkpoints/best.safetensors` that `inkgrad train` writes, or
 * what `save` gave.
 *
 * @param bytes of the whole file
 * @throws PipelineError `not-a-checkpoint` for other files, `damaged` for what is broken, `invalid-setting` for an unknown
 *   option or something else than bytes
 * @category Models
 * @example
 * import { loadModel } from 'inkgrad/models';
 * import { train } from 'inkgrad/train';
 *
 * const line = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const images = [[[1, 0], [1, 0]], [[1, 1], [0, 0]]];
 * const trained = await train({ model: line, images, labels: ['|', '-'], epochs: 50, lr: 0.1, validation: 0 });
 * const bytes = await trained.model.save();
 *
 * const model = await loadModel(bytes);
 * const { label } = await model.predict(images[0], { prepared: true });
 * console.log(model.classes, label);
 * // [ '-', '|' ] |
 */
export async function loadModel(
  bytes: Uint8Array | ArrayBuffer,
  options: LoadOptions = {},
): Promise<TrainedModel> {
  checkOptions('loadModel', options, ['device', 'name']);
  const { device = defaultDevice(), name = 'model' } = options;
  return new TrainedModel(parseCheckpoint(bytesFrom('loadModel', bytes), name), device);
}

/** What layers do not say of themselves. */
export interface SaveOptions {
  /** which layers they are, as data or by the name of a model that comes along */
  readonly model: ModelSpec | string;
  /** the names of the classes, in the order of the logits */
  readonly classes: readonly string[];
  /** how a picture becomes what the layers were trained on, as data or by name: `mnist` for prepared pixels, normalised */
  readonly recipe: Recipe | string;
}

/**
 * Layers that a loop of one's own has trained, as the bytes of a checkpoint, which `loadModel`, `inkgrad predict` and
 * `inkgrad explore` take. What `train` and `loadModel` give has a `save` of its own.
 *
 * @param layers with the parameters and buffers of the model, under the same names
 * @throws PipelineError `damaged` where they are others than the model's or are no finite numbers
 * @category Models
 * @example
 * import { nn } from 'inkgrad';
 * import { loadModel, saveModel } from 'inkgrad/models';
 *
 * const model = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const layers = new nn.Sequential(new nn.Flatten(), new nn.Linear(4, 2));
 * const bytes = await saveModel(layers, { model, classes: ['lying', 'standing'], recipe: { name: 'bare', size: 2, steps: [], mean: 0, std: 1 } });
 * console.log((await loadModel(bytes)).classes);
 * // [ 'lying', 'standing' ]
 */
export async function saveModel(layers: Module, options: SaveOptions): Promise<Uint8Array> {
  checkOptions('saveModel', options, ['model', 'classes', 'recipe']);
  const { model, classes, recipe } = options;
  if (!Array.isArray(classes)) {
    throw new PipelineError(
      `saveModel: classes ${String(classes)}; expected a list of their names, in the order of the logits`,
      'invalid-setting',
    );
  }
  const bytes = checkpointBytes({
    ...{ model: specOf(model), classes, recipe: recipeOf(recipe), step: 0 },
    ...{ weights: await weightsOf(layers), certainty: unfitted },
  });
  parseCheckpoint(bytes, 'saveModel'); // what could not be read again is refused here
  return bytes;
}

/**
 * A model as data from JSON: `{ name, input: [channels, height, width], layers: [{ type, … }, …] }`.
 *
 * @param json the text of a file, or what `JSON.parse` made of one
 * @param name what errors call it
 * @returns the model with all that it may have; whether its layers fit each other is seen by `summary` and `buildModel`
 * @throws PipelineError `not-json` for another text, `invalid-model` for what is no model
 * @category Models
 * @example
 * import { parseModel } from 'inkgrad/models';
 *
 * const spec = parseModel('{"name": "line", "input": [1, 8, 8], "layers": [{"type": "flatten"}]}');
 * console.log(spec.input);
 * // [ 1, 8, 8 ]
 */
export function parseModel(json: unknown, name = 'model'): ModelSpec {
  if (typeof json !== 'string') return parse(json, name);
  try {
    return parse(parseJson(json), name);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new PipelineError(`${name}: ${error.message}`, 'not-json');
  }
}

/** What the layers of a model are made for and with. */
export interface BuildOptions {
  /** how many classes it tells apart, ≥ 1, or their names: what stands for "classes" in the model */
  readonly classes: number | readonly string[];
  /** the default device when left out */
  readonly device?: Device;
  /** of its weights, a safe integer ≥ 0 */
  readonly seed?: number;
  /** in the place of device and seed; that which all layers share where none of the three is given */
  readonly context?: Context;
}

/**
 * The layers of a model with fresh weights, in training mode: images [n,channels,height,width] → logits [n,classes].
 *
 * @param model as data, or the name of one that comes along: `lenet`, `cnn`, `vgg`, `resnet`
 * @throws PipelineError `missing` for an unknown name, `invalid-model` that names the layer which cannot be
 * @category Models
 * @example
 * import { Tensor } from 'inkgrad';
 * import { buildModel } from 'inkgrad/models';
 *
 * const model = buildModel('lenet', { classes: 10, seed: 1 });
 * const x = Tensor.from(new Float32Array(2 * 28 * 28), [2, 1, 28, 28]);
 * console.log(model.forward(x).shape);
 * // [ 2, 10 ]
 */
export function buildModel(model: ModelSpec | string, options: BuildOptions): Sequential {
  checkOptions('buildModel', options, ['classes', 'device', 'seed', 'context']);
  const { device, seed, context } = options;
  if (context !== undefined && (device !== undefined || seed !== undefined)) {
    throw new PipelineError(
      'buildModel: a context has its own device and seed; leave these out',
      'invalid-setting',
    );
  }
  const isOwn = device !== undefined || seed !== undefined;
  const own = isOwn ? new Context(device ?? defaultDevice(), seed ?? 0) : (context ?? defaultContext());
  return put(specOf(model), countOf('buildModel', options.classes), own);
}

/**
 * Layers, shapes, parameters, operations and memory of a model, for one image forward.
 *
 * @param model as data, or the name of one that comes along
 * @param options.classes how many classes it tells apart, or their names; 10 when left out
 * @throws PipelineError as `buildModel` does
 * @category Models
 * @example
 * import { summary } from 'inkgrad/models';
 *
 * const { layers, total } = summary('lenet');
 * console.log(layers[0].output, total.parameters);
 * // [ 8, 28, 28 ] 105194
 */
export function summary(
  model: ModelSpec | string,
  options: Partial<Pick<BuildOptions, 'classes'>> = {},
): Summary {
  checkOptions('summary', options, ['classes']);
  return summarise(specOf(model), countOf('summary', options.classes ?? 10));
}

function countOf(where: string, classes: number | readonly string[]): number {
  const count = typeof classes === 'number' ? classes : classes?.length;
  if (Number.isInteger(count) && count >= 1) return count;
  throw new PipelineError(
    `${where}: classes ${String(classes)}; expected how many there are, or a list of their names`,
    'invalid-setting',
  );
}
