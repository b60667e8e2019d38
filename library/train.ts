/**
 * Training and evaluation on images in memory, in one call or step by step.
 *
 * @module inkgrad/train
 */

import {
  datasetOf,
  isPrepared,
  type LabelledImages,
  type PreparedDataset,
} from '../pipeline/data/datasetOf.ts';
import { checkOptions } from '../pipeline/options.ts';
import { expectTrained } from '../pipeline/trained/expectTrained.ts';
import { type ScoreOptions, type Scores, scoresOn } from '../pipeline/trained/scores.ts';
import type { TrainedModel } from '../pipeline/trained/trainedModel.ts';

export type { Certainty, StoredGate } from '../pipeline/checkpoint/certainty.ts';
export type { Augmentation } from '../pipeline/data/augment.ts';
export { augmentations, parseAugmentation } from '../pipeline/data/augment.ts';
export { validationSplit } from '../pipeline/data/cuts.ts';
export type { Dataset } from '../pipeline/data/dataset.ts';
export { subset } from '../pipeline/data/dataset.ts';
export type { DatasetOptions, LabelledImages, PreparedDataset } from '../pipeline/data/datasetOf.ts';
export type { Labels } from '../pipeline/data/labelled.ts';
export type { Answers } from '../pipeline/evaluate/answers.ts';
export type { Calibration } from '../pipeline/evaluate/calibration.ts';
export type { Evaluation } from '../pipeline/evaluate/evaluate.ts';
export type { ClassScore } from '../pipeline/evaluate/metrics.ts';
export { Confusion } from '../pipeline/evaluate/metrics.ts';
export type { Field, Fields, Values } from '../pipeline/fields.ts';
export { WeightAverage } from '../pipeline/train/average.ts';
export type { ClassWeights } from '../pipeline/train/classWeights.ts';
export type { EpochEvent, FitEvent, FitParts, RunState } from '../pipeline/train/fit.ts';
export { fit, startOf } from '../pipeline/train/fit.ts';
export type { Loss } from '../pipeline/train/objective.ts';
export type { OptimizerSettings } from '../pipeline/train/optimizers.ts';
export { DivergedError, type StepRecord } from '../pipeline/train/records.ts';
export type { RigPlan, Snapshot } from '../pipeline/train/rig.ts';
export { Rig } from '../pipeline/train/rig.ts';
export type { Settings } from '../pipeline/train/settings.ts';
export { resolveSettings, settingFields } from '../pipeline/train/settings.ts';
export type { CourseEvent, SurviveEvent, SurviveOptions } from '../pipeline/train/survive.ts';
export { survive } from '../pipeline/train/survive.ts';
export type { Epoch } from '../pipeline/trained/epochs.ts';
export type { ScoreOptions, Scores } from '../pipeline/trained/scores.ts';
export type { Trained } from '../pipeline/trained/train.ts';
export { train } from '../pipeline/trained/train.ts';
export { TrainedModel } from '../pipeline/trained/trainedModel.ts';
export type { TrainOptions } from '../pipeline/trained/trainOptions.ts';

export { datasetOf as dataset };

/**
 * Reads every image of a data set, as `inkgrad evaluate` does.
 *
 * @param data what `dataset` made, or takes; classes are matched with those of the model by name
 * @throws PipelineError `unknown-class` where the model has not all of the classes, `wrong-size` where it takes other images,
 *   `damaged` where its answers are no numbers
 * @category Training
 * @example
 * import { evaluate, train } from 'inkgrad/train';
 *
 * const images = [[[1, 0], [1, 0]], [[1, 1], [0, 0]]];
 * const labels = ['|', '-'];
 * const line = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const { model } = await train({ model: line, images, labels, epochs: 50, lr: 0.1, validation: 0 });
 *
 * const { accuracy, confusion } = await evaluate(model, { images, labels });
 * console.log(accuracy, confusion);
 * // 1 [ [ 1, 0 ], [ 0, 1 ] ]
 */
export async function evaluate(
  model: TrainedModel,
  data: PreparedDataset | LabelledImages,
  options: ScoreOptions = {},
): Promise<Scores> {
  expectTrained('evaluate', model);
  checkOptions('evaluate', options, ['onProgress', 'signal']);
  const { signal } = options;
  const given = isPrepared(data) ? data : await datasetOf(data, { signal });
  return scoresOn(model, given, options);
}
