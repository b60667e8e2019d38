import type { Device } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import type { Listener } from '../../pipeline/node/runs/runBook.ts';
import type { RunFolder } from '../../pipeline/node/runs/runFolder.ts';
import { type RunResult, runTraining } from '../../pipeline/node/runs/runTraining.ts';
import { recipeFor, settings, stripes } from './tinyRuns.ts';

const SIZE = 6;

/** Of the run below. */
export const EPOCHS = 4;
export const STEPS_PER_EPOCH = 12;

/** A run of a fifth of a second on the device cpu. */
export async function briefRun(
  out: string | RunFolder,
  listener: Listener = {},
  device: Device = new CpuDevice(),
): Promise<RunResult> {
  const data = {
    source: 'stripes',
    train: stripes(107, SIZE, 1),
    test: stripes(20, SIZE, 2),
    recipe: recipeFor(SIZE),
  };
  const model = {
    name: 'linear',
    input: [1, SIZE, SIZE] as const,
    layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] as const,
  };
  const input = { device, model, data, settings: { ...settings, epochs: EPOCHS }, out, about: {} };
  return runTraining(input, listener);
}
