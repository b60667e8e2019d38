import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { allFinite } from '../../checkpoint/weights.ts';
import { PipelineError } from '../../faults.ts';
import type { ModelSpec } from '../../model/model.ts';
import type { Recipe } from '../../preprocess/recipe.ts';
import type { Foreign } from '../foreign.ts';
import { readOnnxFile } from '../onnx/read/file.ts';
import { pytorchName } from '../pytorch/names.ts';
import { readPlainWeights } from '../pytorch/read.ts';
import { fittingWeights, weightShapes } from '../weights.ts';
import { recipeFor, temperatureOf } from './surroundings.ts';

export interface ImportOptions {
  /** the model that the file must be; what the file says when left out */
  readonly model?: ModelSpec | undefined;
  /** names in the order of the logits; what the file says, or their numbers, when left out */
  readonly classes?: readonly string[] | undefined;
  /** how images are prepared; what the file says when left out */
  readonly recipe?: Recipe | undefined;
  /** what a model is called that has no name */
  readonly name: string;
}

export interface Imported {
  readonly checkpoint: Checkpoint;
  readonly format: 'onnx' | 'safetensors';
  /** what a person should know of it */
  readonly remarks: readonly string[];
}

/** Files that others keep weights in, by how they begin. */
const elsewhere: readonly (readonly [readonly number[], string])[] = [
  [
    [0x50, 0x4b, 3, 4],
    'a PyTorch file or another archive; save its weights with safetensors.torch.save_file',
  ],
  [[0x80, 2], 'a pickle of PyTorch; save its weights with safetensors.torch.save_file'],
  [[0x89, 0x48, 0x44, 0x46], 'an HDF5 file, as Keras writes it; convert it to ONNX'],
];

/** A safetensors file has a header of JSON behind eight bytes. */
export const isSafetensors = (bytes: Uint8Array): boolean =>
  bytes[8] === 0x7b && bytes[6] === 0 && bytes[7] === 0;

function read(
  bytes: Uint8Array,
  file: string,
  { model, name }: ImportOptions,
): Foreign & Pick<Imported, 'format'> {
  const other = elsewhere.find(([start]) => start.every((byte, i) => bytes[i] === byte));
  if (other) throw new PipelineError(`${file}: is ${other[1]}`, 'damaged');
  return isSafetensors(bytes)
    ? { ...readPlainWeights(bytes, file, model), format: 'safetensors' }
    : { ...readOnnxFile(bytes, file, name, model), format: 'onnx' };
}

function classesOf({ origin, classes: count }: Foreign, given: ImportOptions['classes'], file: string) {
  const classes = given ?? origin.classes;
  if (classes === undefined) {
    const names = Array.from({ length: count }, (_, i) => String(i));
    return { classes: names, remarks: [`${file}: names no classes; they are called 0 to ${count - 1}`] };
  }
  if (classes.length === count) return { classes, remarks: [] };
  throw new PipelineError(
    `${file}: tells ${count} classes apart, and ${classes.length} are named`,
    'invalid-model',
  );
}

/**
 * A network of another program as a checkpoint: an ONNX file, or a safetensors file of plain weights.
 *
 * @param file what errors call it
 * @throws PipelineError for what is broken, does what no layer here does, or does not fit what is given
 */
export function importNetwork(bytes: Uint8Array, file: string, options: ImportOptions): Imported {
  const foreign = read(bytes, file, options);
  const { model, classes: count, format } = foreign;
  const { classes, remarks } = classesOf(foreign, options.classes, file);
  const recipe = recipeFor(foreign, options.recipe, file);
  const weights = fittingWeights(foreign.weights, weightShapes(model, count), file, pytorchName);
  if (!allFinite(weights)) {
    throw new PipelineError(`${file}: some of its weights are NaN or infinite; train it again`, 'damaged');
  }
  const certainty = { temperature: temperatureOf(foreign) };
  return {
    checkpoint: { model, classes, recipe, step: 0, weights, certainty },
    format,
    remarks: [...foreign.remarks, ...remarks],
  };
}
