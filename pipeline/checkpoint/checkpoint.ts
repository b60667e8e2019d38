import * as v from 'valibot';
import type { Device } from '../../engine/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import type { StoredTensor } from '../../engine/formats/safetensors.ts';
import { readSafetensors, writeSafetensors } from '../../engine/formats/safetensors.ts';
import type { Sequential } from '../../engine/nn/index.ts';
import { Context } from '../../engine/nn/index.ts';
import { PipelineError } from '../faults.ts';
import type { ModelSpec } from '../model/model.ts';
import { build, parseModel } from '../model/model.ts';
import { parseRecipe } from '../preprocess/parseRecipe.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { visible } from '../text/visible.ts';
import { type Certainty, certaintyFields, GATE_PREFIX, gateTensors, parseCertainty } from './certainty.ts';
import {
  PROGRESS_PREFIX,
  parseProgress,
  progressFields,
  progressTensors,
  type StoredProgress,
} from './progress.ts';
import { sectionOf } from './section.ts';
import { loadWeights } from './weights.ts';

/** Everything that is needed to use a trained model: the weights and how its images are prepared. */
export interface Checkpoint {
  readonly model: ModelSpec;
  readonly classes: readonly string[];
  readonly recipe: Recipe;
  /** Training steps done. */
  readonly step: number;
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** how far its answers can be trusted; absent until the training is over */
  readonly certainty?: Certainty;
  /** from where the training goes on; absent in one that is only for using */
  readonly progress?: StoredProgress;
}

/** A checkpoint with the file that it was read from. */
export interface CheckpointFile extends Checkpoint {
  readonly certainty: Certainty;
  readonly path: string;
}

/** Marks a safetensors file as ours; a change of the metadata that older versions cannot read raises it. */
const FORMAT = '1';

/** A field of the metadata is a text of JSON. */
const json = v.pipe(v.string(), v.parseJson());

const classNames = v.array(v.string());

/** The trained model of a checkpoint, ready to predict. */
export function restoreModel(
  { model: spec, classes, weights, path }: CheckpointFile,
  device: Device,
): Sequential {
  const model = build(spec, classes.length, new Context(device, 0));
  loadWeights(model, weights, path);
  model.eval();
  return model;
}

/** A checkpoint as the bytes of a safetensors file. */
export function checkpointBytes(checkpoint: Checkpoint): Uint8Array {
  const { model, classes, recipe, step, weights, certainty, progress } = checkpoint;
  const fields = {
    model,
    classes,
    recipe,
    step,
    ...(certainty && { certainty: certaintyFields(certainty) }),
    ...(progress && { training: progressFields(progress) }),
  };
  const texts = Object.entries(fields).map(([key, value]) => [key, JSON.stringify(value)]);
  const metadata = { inkgrad: FORMAT, ...Object.fromEntries(texts) };
  const tensors = new Map([
    ...weights,
    ...(certainty ? gateTensors(certainty) : []),
    ...(progress ? progressTensors(progress) : []),
  ]);
  return writeSafetensors({ tensors, metadata });
}

/**
 * A checkpoint from the bytes of its file.
 *
 * @param file what errors call it
 * @throws InkgradError for what is broken or no checkpoint of ours
 */
export function parseCheckpoint(bytes: Uint8Array, file: string): CheckpointFile {
  const { tensors, others, metadata } = tensorsOf(bytes, file);
  if (metadata.inkgrad !== FORMAT) {
    throw new PipelineError(
      `${file}: not a checkpoint of inkgrad; expected one that inkgrad train wrote`,
      'not-a-checkpoint',
    );
  }
  for (const [name, { type }] of others) {
    throw new PipelineError(
      `${file}: ${visible(name)} has the type ${type}, which no weight has; convert it to F32, or leave it out`,
      'damaged',
    );
  }
  const field = (name: string): unknown => {
    const { success, output } = v.safeParse(json, metadata[name]);
    if (success) return output;
    throw new PipelineError(`${file}: its ${name} is missing or broken; train it again`, 'damaged');
  };
  const classes = field('classes');
  if (!v.is(classNames, classes)) {
    throw new PipelineError(`${file}: its classes are no list of names; train it again`, 'damaged');
  }
  const model = parseModel(field('model'), file);
  const recipe = parseRecipe(field('recipe'), file);
  const [, height, width] = model.input;
  if (height !== recipe.size || width !== recipe.size) {
    throw new PipelineError(
      `${file}: its model takes ${height}×${width}, but its recipe makes ${recipe.size}×${recipe.size}; train it again`,
      'damaged',
    );
  }
  const gate = sectionOf(tensors, GATE_PREFIX);
  const training = sectionOf(gate.others, PROGRESS_PREFIX);
  const weights = training.others;
  const certainty = parseCertainty(metadata.certainty && field('certainty'), gate.section, file);
  const progress = parseProgress(metadata.training && field('training'), training.section, file);
  return {
    ...{ path: file, model, classes, recipe, step: Number(field('step')), weights, certainty },
    ...(progress && { progress }),
  };
}

/** What the engine reads of a file. It cannot know that the file should be a checkpoint. */
function tensorsOf(bytes: Uint8Array, file: string) {
  try {
    return readSafetensors(bytes, file);
  } catch (error) {
    throw error instanceof InkgradError ? new PipelineError(error.message, 'not-a-checkpoint') : error;
  }
}
