import type { Device } from '../../engine/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import type { OpenSafetensors, StoredTensor } from '../../engine/formats/safetensors.ts';
import { headerLengthOf, openSafetensors, writeSafetensors } from '../../engine/formats/safetensors.ts';
import type { Sequential } from '../../engine/nn/index.ts';
import { Context } from '../../engine/nn/index.ts';
import { faultAt, PipelineError } from '../faults.ts';
import type { ModelSpec } from '../model/model.ts';
import { build, place, tensorsOf } from '../model/model.ts';
import {
  type Certainty,
  certaintyOf,
  gateTensors,
  gateTensorsOf,
  unfitted,
  withoutGate,
} from './certainty.ts';
import { type CheckpointFields, metadataOf, readFields } from './metadata.ts';
import { loadWeights, readWeights } from './weights.ts';

/** Everything that is needed to use a trained model: the weights and how its images are prepared. */
export interface Checkpoint extends CheckpointFields {
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** how far its answers can be trusted; absent until the training is over */
  readonly certainty?: Certainty;
}

/** A checkpoint with the file that it was read from. */
export interface CheckpointFile extends Checkpoint {
  readonly certainty: Certainty;
  readonly path: string;
}

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

/** What is thrown where a model answers with NaN or an infinity, though each of its weights is a number. */
export const notFinite = ({ path }: CheckpointFile): PipelineError =>
  new PipelineError(
    `${path}: its answers are no finite numbers, since its weights are too large; train it again`,
    'damaged',
  );

/**
 * A checkpoint as the bytes of a safetensors file.
 *
 * @throws PipelineError where that could not be read again
 */
export function checkpointBytes(checkpoint: Checkpoint): Uint8Array {
  const { weights, certainty } = checkpoint;
  const tensors = new Map([...weights, ...(certainty ? gateTensors(certainty) : [])]);
  const bytes = writeSafetensors({ tensors, metadata: metadataOf(checkpoint) });
  if (headerLengthOf(bytes) <= LONGEST_HEADER) return bytes;
  throw new PipelineError(
    `the model and the names of its ${checkpoint.classes.length} classes are too long for a checkpoint; shorten the names`,
    'too-large',
  );
}

/**
 * A checkpoint from the bytes of its file. Its header is held to the text of the format, and what its model takes is held
 * to what the file holds, before memory is taken for either.
 *
 * @param file what errors call it
 * @throws PipelineError for what is broken or no checkpoint of ours
 */
export function parseCheckpoint(bytes: Uint8Array, file: string): CheckpointFile {
  const opened = open(bytes, file);
  const { classes, model, recipe, step, certainty } = readFields(opened.metadata, file);
  const layers = placedIn(model, classes.length, file);
  const gate = certainty?.gate && gateTensorsOf(model, classes.length);
  // What else a file may hold beside weights is added here, under a name before theirs.
  const wanted = new Map([...tensorsOf(layers), ...(gate ?? [])]);
  const tensors = withoutGate(readWeights(opened, wanted, file));
  return {
    ...{ path: file, model, classes, recipe, step, weights: tensors.model },
    certainty: certainty === undefined ? unfitted : certaintyOf(certainty, tensors.gate),
  };
}

/** The most bytes of a header: 70,000 classes have 1 MB, a thousand layers 0.5. */
const LONGEST_HEADER = 4_000_000;

/** What the engine sees of a file. It cannot know that the file should be a checkpoint. */
function open(bytes: Uint8Array, file: string): OpenSafetensors {
  try {
    return openSafetensors(bytes, file, { longestHeader: LONGEST_HEADER, padded: true });
  } catch (error) {
    throw error instanceof InkgradError ? new PipelineError(error.message, 'not-a-checkpoint') : error;
  }
}

function placedIn(model: ModelSpec, classes: number, file: string) {
  try {
    return place(model, classes);
  } catch (error) {
    throw faultAt(file, error, 'damaged');
  }
}
