import type { Device } from '../../../engine/device.ts';
import { sameShape } from '../../../engine/shape.ts';
import { validationSplit } from '../../data/cuts.ts';
import { count, type Dataset } from '../../data/dataset.ts';
import { withDrawn } from '../../data/drawn/withDrawn.ts';
import { PipelineError } from '../../faults.ts';
import { shapeOf } from '../../image/image.ts';
import { type ModelSpec, place } from '../../model/model.ts';
import { classWeightsOf } from '../../train/classWeights.ts';
import { checkMemory, leastStepBytes } from '../../train/memory.ts';
import type { Settings } from '../../train/settings.ts';
import type { LoadedData } from '../data/load.ts';
import { memoryOf } from '../devices/memory.ts';

/** What decides over how large a step is. */
interface Step {
  readonly device: Device;
  readonly model: ModelSpec;
  readonly settings: Settings;
}

/** The images of a training, by what they are for. */
interface TrainingImages {
  /** what is learned from the data itself */
  readonly own: Dataset;
  /** the same, and what is drawn beside it */
  readonly train: Dataset;
  readonly validation: Dataset;
}

/**
 * Parts the images of a training, and checks that it can be.
 *
 * @throws PipelineError where it cannot
 */
export function imagesOf({ data, ...step }: Step & { readonly data: LoadedData }): TrainingImages {
  const { model, settings } = step;
  checkImages(model, data.train);
  classWeightsOf(settings.classWeights, data.train);
  const [own, validation] = data.validation
    ? [data.train, data.validation]
    : validationSplit(data.train, settings);
  // Validation and test stay as they are: how well the data is read is told of nothing else.
  const train = withDrawn(own, settings);
  checkStep(step, train);
  return { own, train, validation };
}

/** The bytes that a step takes at the least. */
export function stepBytes({ model, settings }: Omit<Step, 'device'>, train: Dataset): number {
  return leastStepBytes(place(model, train.classes.length), partOf(settings, train), settings.optimizer);
}

/** Images in memory at once: parts of a batch come one after the other. */
const partOf = ({ batch, accumulate }: Settings, train: Dataset): number =>
  Math.ceil(Math.min(batch, count(train)) / accumulate);

/**
 * Before memory is taken: whether a step may fit the device. A batch has as many images as there are at the most.
 *
 * @throws PipelineError where it cannot
 */
export const checkStep = ({ device, ...step }: Step, train: Dataset): void =>
  checkMemory(stepBytes(step, train), memoryOf(device), partOf(step.settings, train));

/** @throws PipelineError where a model takes images of another size, or with other channels */
export function checkImages({ name, input }: ModelSpec, data: Dataset): void {
  const has = shapeOf(data);
  if (sameShape(input, has)) return;
  throw new PipelineError(
    `model ${name}: takes images of ${input.join('×')}, but the data has ${has.join('×')}; ` +
      `give a model file with "input": [${has.join(', ')}]`,
    'wrong-size',
  );
}
