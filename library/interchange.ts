/**
 * Files of other programs: safetensors, ONNX and PyTorch.
 *
 * @module inkgrad/interchange
 */

import { defaultDevice } from '../engine/defaultDevice.ts';
import type { Device } from '../engine/device.ts';
import { version } from '../package.json';
import { unfitted } from '../pipeline/checkpoint/certainty.ts';
import { PipelineError } from '../pipeline/faults.ts';
import { bytesFrom } from '../pipeline/formats/bytesFrom.ts';
import {
  readSafetensors as read,
  type SafetensorsFile,
  type StoredTensor,
  writeSafetensors as write,
} from '../pipeline/formats/safetensors.ts';
import { importNetwork, isSafetensors } from '../pipeline/interchange/import/importNetwork.ts';
import { type OnnxOptions, onnxFile } from '../pipeline/interchange/onnx/write/file.ts';
import { plainWeights, pytorchFolder } from '../pipeline/interchange/pytorch/write.ts';
import type { ModelSpec } from '../pipeline/model/model.ts';
import { specOf } from '../pipeline/model/specOf.ts';
import { checkOptions } from '../pipeline/options.ts';
import { recipeOf } from '../pipeline/preprocess/parseRecipe.ts';
import type { Recipe } from '../pipeline/preprocess/recipe.ts';
import { expectTrained } from '../pipeline/trained/expectTrained.ts';
import { TrainedModel } from '../pipeline/trained/trainedModel.ts';

export type {
  OtherTensor,
  Safetensors,
  SafetensorsFile,
  StoredTensor,
} from '../pipeline/formats/safetensors.ts';
export type { OnnxOptions } from '../pipeline/interchange/onnx/write/file.ts';
export { TrainedModel } from '../pipeline/trained/trainedModel.ts';

/**
 * Reads a safetensors file. F16 and BF16 become float32, whole numbers of up to 16 bits int32, which hold them exactly; tensors
 * of other types come as bytes, in `others`.
 *
 * @param bytes of the whole file
 * @param name what errors call it
 * @returns tensors by name in the order of their numbers, each with its shape and its numbers, row-major; texts as `metadata`
 * @throws PipelineError `not-a-checkpoint` for a file that is cut short, of another format, or breaks a rule of this one
 * @category Files
 * @example
 * import { readSafetensors, writeSafetensors } from 'inkgrad/interchange';
 *
 * const bytes = writeSafetensors({ bias: { shape: [2], data: Float32Array.of(1, 2) } });
 * const { tensors } = readSafetensors(bytes);
 * console.log(tensors.get('bias'));
 * // { shape: [ 2 ], data: Float32Array(2) [ 1, 2 ] }
 */
export const readSafetensors = (bytes: Uint8Array | ArrayBuffer, name = 'file'): SafetensorsFile =>
  read(bytesFrom('readSafetensors', bytes), name);

/**
 * The bytes of a safetensors file. `weightsOf(model)` of `inkgrad/models` gives the tensors of any layers.
 *
 * @param tensors by name, as a Map or an object: float32, float64 or int32 numbers, row-major, and their shapes
 * @param metadata free texts by name
 * @throws PipelineError `not-a-checkpoint` where numbers do not fit their shape, or a name cannot be
 * @category Files
 * @example
 * import { nn } from 'inkgrad';
 * import { readSafetensors, writeSafetensors } from 'inkgrad/interchange';
 * import { loadWeights, weightsOf } from 'inkgrad/models';
 *
 * const layer = new nn.Linear(3, 2);
 * const bytes = writeSafetensors(await weightsOf(layer), { made: 'by hand' });
 * const { tensors, metadata } = readSafetensors(bytes);
 * loadWeights(new nn.Linear(3, 2), tensors);
 * console.log([...tensors.keys()], metadata.made);
 * // [ 'weight', 'bias' ] by hand
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor> | Readonly<Record<string, StoredTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const named = tensors instanceof Map ? tensors : new Map(Object.entries(tensors));
  return write({ tensors: named, metadata });
}

/**
 * A trained model as an ONNX file (opset 17): [batch, channels, height, width] → [batch, classes], for batches of any size.
 *
 * @param options.normalise whether it takes pixels 0…255 and normalises them itself; false when left out: (pixel/255 − mean)/std
 * @param options.softmax whether it gives probabilities, with the model's temperature, and not logits; false when left out
 * @category Files
 * @example
 * import { fromOnnx, toOnnx } from 'inkgrad/interchange';
 * import { train } from 'inkgrad/train';
 *
 * const images = [[[1, 0], [1, 0]], [[1, 1], [0, 0]]];
 * const line = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const { model } = await train({ model: line, images, labels: ['|', '-'], epochs: 50, lr: 0.1, validation: 0 });
 *
 * const again = await fromOnnx(await toOnnx(model, { softmax: true }));
 * const { label } = await again.predict(images[0], { prepared: true });
 * console.log(again.classes, label);
 * // [ '-', '|' ] |
 */
export async function toOnnx(
  model: TrainedModel,
  options: Partial<Omit<OnnxOptions, 'version'>> = {},
): Promise<Uint8Array> {
  expectTrained('toOnnx', model);
  checkOptions('toOnnx', options, ['normalise', 'softmax']);
  const { normalise = false, softmax = false } = options;
  return onnxFile(await model.snapshot(), { normalise, softmax, version });
}

/** What a file of another program does not say of itself. */
export interface ImportOptions {
  /** the model that it must be, as data or by the name of one that comes along; what the file says when left out */
  readonly model?: ModelSpec | string;
  /** names in the order of the logits; what the file says, or their numbers, when left out */
  readonly classes?: readonly string[];
  /** how pictures are prepared, as data or by name; what the file says when left out */
  readonly recipe?: Recipe | string;
  /** what it is called, by errors too; "imported" when left out */
  readonly name?: string;
  /** where it is put; the default device when left out */
  readonly device?: Device;
}

/**
 * A network of another program from an ONNX file. What inkgrad wrote itself needs no options.
 *
 * @returns the model; its `remarks` say what a person should know of how it was read
 * @throws PipelineError `damaged` for what is broken, `not-expressible` for what no layer here does, `invalid-model` or
 *   `invalid-recipe` where it does not fit what is given or nobody says it
 * @category Files
 * @example
 * import { fromOnnx, toOnnx } from 'inkgrad/interchange';
 * import { train } from 'inkgrad/train';
 *
 * const line = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const { model } = await train({ model: line, images: [[[1, 0], [1, 0]], [[1, 1], [0, 0]]], labels: ['|', '-'], epochs: 1, validation: 0 });
 *
 * const named = await fromOnnx(await toOnnx(model), { classes: ['lying', 'standing'] });
 * console.log(named.spec.layers.length, named.classes);
 * // 2 [ 'lying', 'standing' ]
 */
export async function fromOnnx(
  bytes: Uint8Array | ArrayBuffer,
  options: ImportOptions = {},
): Promise<TrainedModel> {
  return imported('fromOnnx', bytesFrom('fromOnnx', bytes), options, false);
}

/**
 * The weights of a trained model as a safetensors file with PyTorch's names and layouts, and what it was trained for as texts.
 *
 * @category Files
 * @example
 * import { readSafetensors, toSafetensors } from 'inkgrad/interchange';
 * import { train } from 'inkgrad/train';
 *
 * const line = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const { model } = await train({ model: line, images: [[[1, 0], [1, 0]], [[1, 1], [0, 0]]], labels: ['|', '-'], epochs: 1, validation: 0 });
 *
 * const { tensors } = readSafetensors(await toSafetensors(model));
 * console.log([...tensors.keys()]);
 * // [ '1.weight', '1.bias' ]
 */
export async function toSafetensors(model: TrainedModel): Promise<Uint8Array> {
  expectTrained('toSafetensors', model);
  return plainWeights(await model.snapshot());
}

/**
 * A network from a safetensors file of plain weights, as PyTorch's `save_file` writes them. What inkgrad wrote itself needs no
 * options; of another the `model` that the weights belong to is needed, and its `recipe`.
 *
 * @returns the model; its `remarks` say what a person should know of how it was read
 * @throws PipelineError as `fromOnnx` does
 * @category Files
 * @example
 * import { fromSafetensors, writeSafetensors } from 'inkgrad/interchange';
 * import { buildModel, weightsOf } from 'inkgrad/models';
 *
 * const weights = await weightsOf(buildModel('lenet', { classes: 10 }));
 * const model = await fromSafetensors(writeSafetensors(weights), { model: 'lenet', recipe: 'mnist' });
 * console.log(model.classes.length);
 * // 10
 */
export async function fromSafetensors(
  bytes: Uint8Array | ArrayBuffer,
  options: ImportOptions = {},
): Promise<TrainedModel> {
  return imported('fromSafetensors', bytesFrom('fromSafetensors', bytes), options, true);
}

/**
 * A trained model as the files of a folder that needs PyTorch and NumPy alone: its layers as Python (`model.py`), its weights,
 * how pictures are prepared, and programs that predict and train on.
 *
 * @returns texts and bytes by the names of the files
 * @category Files
 * @example
 * import { toPyTorch } from 'inkgrad/interchange';
 * import { train } from 'inkgrad/train';
 *
 * const line = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const { model } = await train({ model: line, images: [[[1, 0], [1, 0]], [[1, 1], [0, 0]]], labels: ['|', '-'], epochs: 1, validation: 0 });
 *
 * const files = await toPyTorch(model);
 * console.log(String(files.get('model.py')).includes('nn.Linear(4, 2)'));
 * // true
 */
export async function toPyTorch(model: TrainedModel): Promise<Map<string, string | Uint8Array>> {
  expectTrained('toPyTorch', model);
  return pytorchFolder(await model.snapshot());
}

function imported(
  where: string,
  bytes: Uint8Array,
  options: ImportOptions,
  wantsSafetensors: boolean,
): TrainedModel {
  checkOptions(where, options, ['model', 'classes', 'recipe', 'name', 'device']);
  const { model, classes, recipe, name = 'imported', device = defaultDevice() } = options;
  if (isSafetensors(bytes) !== wantsSafetensors) {
    const other = wantsSafetensors
      ? 'no safetensors file; use fromOnnx'
      : 'a safetensors file; use fromSafetensors';
    throw new PipelineError(`${name}: is ${other}`, 'damaged');
  }
  const { checkpoint, remarks } = importNetwork(bytes, name, {
    model: model === undefined ? model : specOf(model),
    ...{ classes, recipe: recipe === undefined ? recipe : recipeOf(recipe), name },
  });
  return new TrainedModel(
    { ...checkpoint, certainty: checkpoint.certainty ?? unfitted, path: name },
    device,
    remarks,
  );
}
