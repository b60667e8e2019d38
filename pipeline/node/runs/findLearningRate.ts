import { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { findRates, type RatePoint, type RateRange } from '../../train/lrFind.ts';
import { Rig } from '../../train/rig.ts';
import { recallTilings } from '../devices/tuning.ts';
import { imagesOf } from './checks.ts';
import type { RunInput } from './runTraining.ts';

/**
 * Trains on the images that a run of these settings would train on, with a rate that grows; nothing is written.
 *
 * @returns a point for each step, up to where the loss grew past all sense
 * @throws PipelineError for what a run would be refused for
 */
export async function findLearningRate(
  { device, model, data, settings, weights }: Omit<RunInput, 'out'>,
  range: RateRange,
  onStep?: (points: readonly RatePoint[]) => void,
): Promise<RatePoint[]> {
  const { train } = imagesOf({ device, model, data, settings });
  const { classes } = train;
  const rig = new Rig(device, { model, classes, recipe: data.recipe, settings, ...(weights && { weights }) });
  try {
    if (device instanceof WebGpuDevice) recallTilings(device);
    return await findRates(rig, train, settings, range, onStep);
  } finally {
    rig.dispose();
  }
}
