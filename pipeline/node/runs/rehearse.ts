import { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { count } from '../../data/dataset.ts';
import { place } from '../../model/model.ts';
import { Rig } from '../../train/rig.ts';
import { stepsPerEpoch, Trainer } from '../../train/trainer.ts';
import { recallTilings } from '../devices/tuning.ts';
import { imagesOf, stepBytes } from './checks.ts';
import type { RunInput } from './runTraining.ts';

/** What a training would take. */
export interface Rehearsal {
  readonly images: { readonly train: number; readonly validation: number; readonly test: number };
  /** images of a batch */
  readonly batch: number;
  /** each layer with what it makes of a batch */
  readonly layers: readonly { readonly type: string; readonly shape: readonly number[] }[];
  readonly parameters: number;
  /** operations of a step */
  readonly flops: number;
  /** bytes that a step takes at the least */
  readonly bytes: number;
  readonly steps: number;
  /** of one step, as some were measured, and of all of them; without validation and test */
  readonly seconds: { readonly step: number; readonly all: number };
}

/** The backward pass of a layer does twice what its forward pass does: for its input, and for its weights. */
const PASSES = 3;

/** Milliseconds after which a measurement is as good as it gets, and steps that are enough. */
const LONG_ENOUGH = 1000;
const ENOUGH = 50;

/**
 * Trains some steps, of which nothing is kept, to tell what all of them would take.
 *
 * @throws PipelineError for what a run would be refused for
 */
export async function rehearse(input: Omit<RunInput, 'out'>): Promise<Rehearsal> {
  const { device, model, data, settings, weights } = input;
  const { train, validation } = imagesOf(input);
  const { classes } = train;
  const layers = place(model, classes.length);
  const batch = Math.min(settings.batch, count(train));
  const steps = settings.epochs * stepsPerEpoch(train, settings.batch);
  const rig = new Rig(device, { model, classes, recipe: data.recipe, settings, weights });
  if (device instanceof WebGpuDevice) recallTilings(device);
  const trainer = new Trainer(rig, train, settings);
  try {
    const step = await secondsPerStep(trainer);
    const sum = (of: (layer: (typeof layers)[number]) => number) =>
      layers.reduce((total, layer) => total + of(layer), 0);
    return {
      images: { train: count(train), validation: count(validation), test: count(data.test) },
      batch,
      layers: layers.map(({ spec, output }) => ({ type: spec.type, shape: [batch, ...output] })),
      parameters: sum(({ parameters }) => parameters),
      flops: PASSES * batch * sum(({ flops }) => flops),
      bytes: stepBytes(input, train),
      steps,
      seconds: { step, all: step * steps },
    };
  } finally {
    trainer.dispose();
    rig.dispose();
  }
}

/** The first steps are not counted: they are captured then, and compiled. */
async function secondsPerStep(trainer: Trainer): Promise<number> {
  let [start, steps] = [0, 0];
  for (let epoch = 1; ; epoch++) {
    for await (const { records } of trainer.epoch(epoch)) {
      const now = performance.now();
      if (start === 0) start = now;
      else {
        steps += records.length;
        const spent = now - start;
        if (spent >= LONG_ENOUGH || steps >= ENOUGH) return spent / steps / 1000;
      }
    }
  }
}
