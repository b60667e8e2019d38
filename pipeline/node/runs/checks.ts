import type { Device } from '../../../engine/device.ts';
import { count, type Dataset } from '../../data/dataset.ts';
import { type ModelSpec, place } from '../../model/model.ts';
import { type TrainingImages, trainingImages } from '../../train/images.ts';
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

/**
 * Parts the images of a training, and checks that it can be.
 *
 * @throws PipelineError where it cannot
 */
export function imagesOf({ data, ...step }: Step & { readonly data: LoadedData }): TrainingImages {
  const images = trainingImages(data, step.model, step.settings);
  checkStep(step, images.train);
  return images;
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
