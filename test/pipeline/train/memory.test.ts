// What a step takes at the least, how many images go through a model at a time, and what no memory holds.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { imagesAtOnce } from '../../../pipeline/evaluate/atOnce.ts';
import type { ModelSpec } from '../../../pipeline/model/model.ts';
import { builtInModels, place } from '../../../pipeline/model/model.ts';
import { machineMemory } from '../../../pipeline/node/devices/memory.ts';
import { planTraining, runTraining } from '../../../pipeline/node/runs/runTraining.ts';
import { checkMemory, leastStepBytes } from '../../../pipeline/train/memory.ts';
import { refuses } from '../../support/images.ts';
import { recipeFor, settings, stripes } from '../../support/tinyRuns.ts';

const wide = (size: number, outChannels: number): ModelSpec => ({
  name: 'wide',
  input: [1, size, size],
  layers: [
    { type: 'conv2d', outChannels, kernelSize: 3, padding: 'same' },
    { type: 'globalAvgPool' },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 'classes' },
  ],
});

test('a step takes weights, gradients and averages, and half of what its layers make of the batch', () => {
  const layers = place(wide(8, 2), 3);
  const parameters = 2 * 9 + 2 + (3 * 2 + 3);
  const values = 64 + (2 * 64 + 2 + 2 + 3) / 2;
  assert.is(leastStepBytes(layers, 10, 'adam'), 4 * (4 * parameters + 10 * values));
  assert.is(leastStepBytes(layers, 10, 'sgd'), 4 * (3 * parameters + 10 * values));
});

test('what branches make is in memory too', () => {
  const [flat, ...rest] = [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }];
  const residual = {
    type: 'residual',
    layers: [{ type: 'relu' }, { type: 'tanh' }],
    shortcut: [{ type: 'linear', outFeatures: 64 }],
  };
  const layers = place({ name: 'sum', input: [1, 8, 8], layers: [flat, residual, ...rest] }, 3);
  const parameters = 64 * 64 + 64 + 3 * 64 + 3;
  // The flattened image, two layers, a shortcut, their sum and the logits.
  const values = 64 + (5 * 64 + 3) / 2;
  assert.is(leastStepBytes(layers, 10, 'adam'), 4 * (4 * parameters + 10 * values));
});

test('what does not fit is refused with what it needs and what there is; what nobody knows is tried', async () => {
  await refuses(
    () => checkMemory(6.14e9, 4.3e9, 90),
    'invalid-setting',
    '90 images',
    '6.1 GB',
    '4.3 GB',
    '`batch`',
  );
  checkMemory(4.3e9, 4.3e9, 90);
  checkMemory(1e15, null, 90);
});

test('a run that no memory holds is refused before a layer is made', async () => {
  const [train, rest] = [stripes(40, 512, 1), stripes(4, 512, 2)];
  const data = { source: 'stripes', train, test: rest, recipe: recipeFor(512) };
  const model = wide(512, 150);
  const before = process.memoryUsage().arrayBuffers;
  const device = new CpuDevice();
  // As many images as the machine cannot have: their pixels are never looked at.
  const images = Math.ceil(machineMemory() / (4 * 512 * 512 * 75)) + 1;
  const many = { ...train, labels: new Int32Array(images) };
  const asked = { ...settings, batch: 1_000_000, validation: 0 };
  await refuses(
    () => planTraining(device, model, { ...data, train: many }, asked),
    'invalid-setting',
    `a step of ${images} images needs at least`,
  );
  await refuses(
    () =>
      runTraining({
        ...{ device, model, out: '/nowhere', about: {} },
        data: { ...data, train: many },
        settings: asked,
      }),
    'invalid-setting',
    '`batch`',
  );
  assert.ok(process.memoryUsage().arrayBuffers - before < 50e6);
});

test('images go through the built-in models 128 at a time, and one by one where each is large', () => {
  for (const model of Object.values(builtInModels)) assert.is(imagesAtOnce(model, 62), 128);
  // Ten planes of 512², and one of 514².
  assert.is(imagesAtOnce(wide(512, 10), 3), 22);
  assert.is(imagesAtOnce(wide(512, 180), 3), 1);
});

test.run();
