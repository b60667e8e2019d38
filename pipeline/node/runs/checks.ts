import type { Device } from '../../../engine/device.ts';
import { count, type Dataset } from '../../data/dataset.ts';
import { PipelineError } from '../../faults.ts';
import { type ModelSpec, place } from '../../model/model.ts';
import { checkMemory, leastStepBytes } from '../../train/memory.ts';
import type { Settings } from '../../train/settings.ts';
import { memoryOf } from '../devices/memory.ts';

/** What decides over how large a step is. */
interface Step {
  readonly device: Device;
  readonly model: ModelSpec;
  readonly settings: Settings;
}

/**
 * Before memory is taken: whether a step may fit the device. A batch has as many images as there are at the most.
 *
 * @throws PipelineError where it cannot
 */
export function checkStep({ device, model, settings }: Step, train: Dataset) {
  const batch = Math.min(settings.batch, count(train));
  // Parts of a batch are in memory one after the other.
  const part = Math.ceil(batch / settings.accumulate);
  const bytes = leastStepBytes(place(model, train.classes.length), part, settings.optimizer);
  checkMemory(bytes, memoryOf(device), part);
}

/** @throws PipelineError where a model takes images of another size */
export function checkImages({ name, input: [channels, height, width] }: ModelSpec, { size }: Dataset): void {
  if (channels === 1 && height === size && width === size) return;
  throw new PipelineError(
    `model ${name}: takes images of ${channels}×${height}×${width}, but the data has 1×${size}×${size}; ` +
      `give a model file with "input": [1, ${size}, ${size}]`,
    'wrong-size',
  );
}
