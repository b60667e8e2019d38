import type { Device } from '../../engine/device.ts';
import type { Sequential } from '../../engine/nn/index.ts';
import { Context } from '../../engine/nn/index.ts';
import type { Shape } from '../../engine/shape.ts';
import { faultAt, PipelineError } from '../faults.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import { headerLengthOf, openSafetensors, writeSafetensors } from '../formats/safetensors.ts';
import type { ModelSpec } from '../model/model.ts';
import { build, place } from '../model/model.ts';
import { tensorsOf } from '../model/place.ts';
import {
  type Certainty,
  certaintyOf,
  GATE_PREFIX,
  gateTensors,
  gateTensorsOf,
  unfitted,
} from './certainty.ts';
import { type CheckpointFields, metadataOf, readFields } from './metadata.ts';
import {
  PROGRESS_PREFIX,
  progressOf,
  progressTensors,
  progressTensorsOf,
  type StoredProgress,
} from './progress.ts';
import { sectionOf } from './section.ts';
import { loadWeights, readWeights } from './weights.ts';

/** Everything that is needed to use a trained model: the weights and how its images are prepared. */
export interface Checkpoint extends CheckpointFields {
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

/**
 * The trained model of a checkpoint, ready to predict.
 *
 * @param context what its layers are made with; one of their own when left out
 */
export function restoreModel(
  { model: spec, classes, weights, path }: CheckpointFile,
  device: Device,
  context = new Context(device, 0),
): Sequential {
  const model = build(spec, classes.length, context);
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
  const { weights, certainty, progress } = checkpoint;
  const tensors = new Map([
    ...weights,
    ...(certainty ? gateTensors(certainty) : []),
    ...(progress ? progressTensors(progress) : []),
  ]);
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
  const opened = openSafetensors(bytes, file, { longestHeader: LONGEST_HEADER, padded: true });
  const { classes, model, recipe, step, certainty, training } = readFields(opened.metadata, file);
  const own = tensorsOf(placedIn(model, classes.length, file));
  const wanted = new Map<string, { readonly shape: Shape }>([
    ...own,
    ...(certainty?.gate ? gateTensorsOf(model, classes.length) : []),
    ...(training ? progressTensorsOf(training, own) : []),
  ]);
  const gate = sectionOf(readWeights(opened, wanted, file), GATE_PREFIX);
  const progress = sectionOf(gate.others, PROGRESS_PREFIX);
  return {
    ...{ path: file, model, classes, recipe, step, weights: progress.others },
    certainty: certainty === undefined ? unfitted : certaintyOf(certainty, gate.section),
    ...(training && { progress: progressOf(training, progress.section) }),
  };
}

/** The most bytes of a header: 70,000 classes have 1 MB, a thousand layers 0.5. */
const LONGEST_HEADER = 4_000_000;

function placedIn(model: ModelSpec, classes: number, file: string) {
  try {
    return place(model, classes);
  } catch (error) {
    throw faultAt(file, error, 'damaged');
  }
}
