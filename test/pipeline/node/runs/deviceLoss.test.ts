// A GPU may go away at any moment. A run then goes on from its last snapshot on another device, and ends with the very
// same weights; where there is no other device it ends with its checkpoint whole.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebGpuDevice } from '../../../../engine/devices/webgpu/device.ts';
import { DeviceLostError } from '../../../../engine/errors.ts';
import { Random } from '../../../../engine/random.ts';
import { type Augmentation, augmentations } from '../../../../pipeline/data/augment.ts';
import type { Dataset } from '../../../../pipeline/data/dataset.ts';
import type { ModelSpec } from '../../../../pipeline/model/model.ts';
import { type DeviceProfile, profileNames } from '../../../../pipeline/node/devices/deviceNames.ts';
import { openDevice } from '../../../../pipeline/node/devices/devices.ts';
import { readCheckpoint } from '../../../../pipeline/node/runs/checkpointFile.ts';
import { runTraining } from '../../../../pipeline/node/runs/runTraining.ts';
import { recipes } from '../../../../pipeline/preprocess/recipe.ts';
import { resolveSettings } from '../../../../pipeline/train/settings.ts';

const SIZE = 8;
const CLASSES = ['a', 'b', 'c'];

function images(count: number, seed: number): Dataset {
  const random = new Random(seed);
  const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES.length);
  const bytes = Uint8Array.from({ length: count * SIZE * SIZE }, (_, i) => {
    const label = labels[Math.floor(i / (SIZE * SIZE))];
    return random.integer(128) + (i % CLASSES.length === label ? 100 : 0);
  });
  return { name: 'stripes', classes: CLASSES, size: SIZE, images: bytes, labels };
}

const recipe = { ...recipes.mnist, size: SIZE };
const data = { source: 'stripes', train: images(330, 1), test: images(30, 2), recipe };
// Small: each of the many devices compiles its kernels anew.
const model: ModelSpec = {
  name: 'small',
  input: [1, SIZE, SIZE],
  layers: [{ type: 'flatten' }, { type: 'dropout', p: 0.2 }, { type: 'linear', outFeatures: 'classes' }],
};
const settings = resolveSettings({
  epochs: 2,
  batch: 3,
  lr: 0.01,
  optimizer: 'adam',
  schedule: 'cosine',
  warmup: 0,
  momentum: 0.9,
  weightDecay: 0,
  seed: 5,
  validation: 0.1,
  augment: augmentations.none,
});

const folder = mkdtempSync(join(tmpdir(), 'inkgrad-loss-'));
let runs = 0;

interface Outcome {
  readonly out: string;
  readonly losses: number;
  readonly error: unknown;
}

/** A device that makes every product with one tiling, which compiles fast: there are sixty of them to compile for. */
async function openGpu(profile: DeviceProfile): Promise<WebGpuDevice> {
  const device = (await openDevice('webgpu', { profile })) as WebGpuDevice;
  device.traits = { ...device.traits, forced: 'register4x4' };
  return device;
}

/** A run whose device is destroyed after the steps named; `others` more devices can be had. */
async function run(
  destroyAt: readonly number[],
  others: number,
  augment: Augmentation = augmentations.none,
  profile: DeviceProfile = 'checked',
): Promise<Outcome> {
  const out = join(folder, `run-${runs++}`);
  let device = await openGpu(profile);
  const first = device;
  let left = others;
  let losses = 0;
  const waiting = [...destroyAt];
  const reopen = async () => {
    if (left-- <= 0) return Promise.reject(new DeviceLostError('no more devices'));
    device = await openGpu(profile);
    return device;
  };
  const onSteps = (records: readonly { readonly step: number }[]) => {
    if (waiting.length === 0 || records[records.length - 1].step < waiting[0]) return;
    waiting.shift();
    device.gpu.destroy();
  };
  const input = { device, reopen, model, data, settings: { ...settings, augment }, out, about: {} };
  let error: unknown = null;
  await runTraining(input, { onSteps, onLoss: () => losses++ }).catch((thrown) => {
    error = thrown;
  });
  first.close();
  return { out, losses, error };
}

const weightsIn = (out: string, name: string) => {
  const { step, weights } = readCheckpoint(join(out, `checkpoints/${name}.safetensors`));
  return { step, bytes: [...weights].map(([key, { data: values }]) => `${key} ${values.join()}`).join('\n') };
};

const whole = await run([], 0);
const expected = weightsIn(whole.out, 'last');

test('an undisturbed run loses no device', () => {
  assert.is(whole.error, null);
  assert.is(whole.losses, 0);
  assert.is(expected.step, 198);
});

/** Runs of five losses each; more take some seconds each, for every device compiles anew. */
const ROUNDS = Number(process.env.ROUNDS ?? 6);

test(`${5 * ROUNDS} losses at random steps: the run goes on each time, to the same bits`, async () => {
  const random = new Random(77);
  let recovered = 0;
  // In turns on checked devices and on fast ones, which compile sooner.
  for (let round = 0; round < ROUNDS; round++) {
    const profile = profileNames[round % profileNames.length];
    const steps = Array.from({ length: 5 }, () => 1 + random.integer(197)).sort((a, b) => a - b);
    const { out, losses, error } = await run(steps, 50, augmentations.none, profile);
    assert.is(error, null, String(error));
    recovered += losses;
    assert.equal(weightsIn(out, 'last'), expected, `after losses at ${steps} on ${profile}`);
    const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const told = lines.filter((line) => 'loss' in line && 'rate' in line).map(({ step }) => step);
    assert.equal(told, [...new Set(told)], 'each step is told once');
    assert.is(told.length, 198);
  }
  assert.ok(recovered >= 4 * ROUNDS, `${recovered} losses: some fall together`);
});

test('augmented images are the same again after a loss', async () => {
  const undisturbed = await run([], 0, augmentations.strong);
  const { out, losses, error } = await run([40, 130], 2, augmentations.strong);
  assert.is(error, null, String(error));
  assert.is(losses, 2);
  assert.equal(weightsIn(out, 'last'), weightsIn(undisturbed.out, 'last'));
  assert.not.equal(weightsIn(out, 'last'), expected, 'they are other images');
});

test('without another device the run ends with its checkpoint whole and says why', async () => {
  const { out, error } = await run([120], 0);
  assert.instance(error, DeviceLostError);
  assert.match(String(error), /the device was lost/);
  const { step } = weightsIn(out, 'last');
  assert.ok(step === 0 || step === 99, `the state after step ${step}`);
});

test.after(() => rmSync(folder, { recursive: true }));
test.run();
