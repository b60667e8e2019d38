import { sameShape } from '../../engine/shape.ts';
import { trainingSplit } from '../data/cuts.ts';
import type { Dataset } from '../data/dataset.ts';
import { withDrawn } from '../data/drawn/withDrawn.ts';
import { PipelineError } from '../faults.ts';
import { type ImageForm, shapeOf } from '../image/image.ts';
import type { ModelSpec } from '../model/model.ts';
import { classWeightsOf } from './classWeights.ts';
import type { Settings } from './settings.ts';

/** The images of a training, by what they are for. */
export interface TrainingImages {
  /** what is learned from the data itself */
  readonly own: Dataset;
  /** the same, and what is drawn beside it */
  readonly train: Dataset;
  readonly validation: Dataset;
}

/**
 * Parts the images of a training, and checks that a model takes them.
 *
 * @param data its validation part, where the source sets one aside
 * @throws PipelineError where it cannot be
 */
export function trainingImages(
  data: { readonly train: Dataset; readonly validation?: Dataset },
  model: ModelSpec,
  settings: Settings,
): TrainingImages {
  checkImages(model, data.train);
  classWeightsOf(settings.classWeights, data.train);
  const [own, validation] = data.validation
    ? [data.train, data.validation]
    : trainingSplit(data.train, settings);
  // Validation and test stay as they are: how well the data is read is told of nothing else.
  return { own, train: withDrawn(own, settings), validation };
}

/** @throws PipelineError where a model takes images of another size, or with other channels */
export function checkImages({ name, input }: ModelSpec, data: ImageForm): void {
  const has = shapeOf(data);
  if (sameShape(input, has)) return;
  throw new PipelineError(
    `model ${name}: takes images of ${input.join('×')}, but the data has ${has.join('×')}; ` +
      `give a model file with "input": [${has.join(', ')}]`,
    'wrong-size',
  );
}
