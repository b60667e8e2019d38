// What goes wrong with a training is said in words: each warning with a run that provokes it, and none with one that is well.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { Confusion } from '../../../pipeline/evaluate/metrics.ts';
import type { ModelSpec } from '../../../pipeline/model/model.ts';
import { deadUnits } from '../../../pipeline/train/deadUnits.ts';
import { fit } from '../../../pipeline/train/fit.ts';
import { Rig } from '../../../pipeline/train/rig.ts';
import { resolveSettings, type Settings } from '../../../pipeline/train/settings.ts';
import { Watch } from '../../../pipeline/train/watch.ts';
import { watched } from '../../../pipeline/train/watched.ts';
import { closeDevices, deviceOf } from '../../support/devices.ts';
import { CLASSES, recipeFor, smallModel, stripes } from '../../support/tinyRuns.ts';

test.after(closeDevices);

const SIZE = 8;
const train = stripes(160, SIZE, 1);
const validation = stripes(60, SIZE, 2);

/** What is said of a training. */
async function saidOf(
  change: Partial<Settings>,
  {
    model = smallModel(SIZE),
    images = train,
    seen = validation,
  }: { model?: ModelSpec; images?: Dataset; seen?: Dataset } = {},
): Promise<string[]> {
  const settings = resolveSettings({ epochs: 3, batch: 8, lr: 0.01, seed: 4, ...change });
  const rig = new Rig(deviceOf('wasm'), { model, classes: CLASSES, recipe: recipeFor(SIZE), settings });
  const said: string[] = [];
  const watch = new Watch(images, seen);
  const events = watched(fit(rig, { train: images, validation: seen }, settings), watch, rig, seen);
  for await (const event of events) if (event.kind === 'warning') said.push(event.words);
  rig.dispose();
  return said;
}

const flat: ModelSpec = {
  name: 'flat',
  input: [1, SIZE, SIZE],
  layers: [
    { type: 'flatten' },
    { type: 'linear', outFeatures: 12 },
    { type: 'relu' },
    { type: 'linear', outFeatures: 'classes' },
  ],
};

/** Labels that have nothing to do with the images. */
const noise = { ...train, labels: stripes(160, SIZE, 9).labels };

test('a training that is well is left in peace', async () => {
  assert.equal(await saidOf({}), []);
});

test('a rate of 100: exploded, at chance, and its units are dead', async () => {
  const said = await saidOf(
    { lr: 100, optimizer: 'sgd', schedule: 'constant', momentum: 0 },
    { model: flat },
  );
  assert.ok(
    said.some((words) => /^the loss rose to [\d.e+]+ at step \d+, .* explode; try a lower `lr`/.test(words)),
    `${said}`,
  );
  assert.ok(
    said.some((words) => /^(every validation image is read as [abc]|no better than chance)/.test(words)),
    `${said}`,
  );
  assert.ok(
    said.some((words) => /^layer 2 \(relu\): (1[0-2]|[6-9]) of 12 units are 0/.test(words)),
    `${said}`,
  );
});

test('units that are dead inside a branch are found, and named by where they lie', async () => {
  const wide = { type: 'linear', outFeatures: 6 };
  const inner = { type: 'residual', layers: [{ type: 'relu' }, wide] };
  const model: ModelSpec = {
    name: 'branching',
    input: [1, SIZE, SIZE],
    layers: [
      { type: 'flatten' },
      { type: 'residual', layers: [wide, { type: 'relu' }], shortcut: [wide, inner] },
      { type: 'relu' },
      { type: 'linear', outFeatures: 'classes' },
    ],
  };
  const settings = resolveSettings({ batch: 8, seed: 4 });
  const rig = new Rig(deviceOf('wasm'), { model, classes: CLASSES, recipe: recipeFor(SIZE), settings });
  rig.model
    .state()
    .get('1.layers.0.bias')!
    .write(Float32Array.of(-1e6, -1e6, 0, -1e6, -1e6, -1e6));
  rig.model.state().get('1.shortcut.0.bias')!.write(new Float32Array(6).fill(100));
  const found = await deadUnits(rig, validation);
  rig.dispose();
  assert.equal(
    found.slice(0, 2).map(({ layer, units, dead }) => [layer, units, dead]),
    [
      ['layer 1 (residual) layer 1 (relu)', 6, 5],
      ['layer 1 (residual) shortcut layer 1 (residual) layer 0 (relu)', 6, 0],
    ],
  );
  // What comes behind the sum gets what the shortcut makes, which is above 0.
  assert.equal([found.length, found[2].layer, found[2].dead < 6], [3, 'layer 2 (relu)', true]);
});

test('a unit that one image of many wakes is alive', async () => {
  const settings = resolveSettings({ batch: 8, seed: 4 });
  const recipe = recipeFor(SIZE);
  const rig = new Rig(deviceOf('wasm'), { model: flat, classes: CLASSES, recipe, settings });
  // The first six units see an image that is bright, the others none.
  const pixels = SIZE * SIZE;
  const weights = Float32Array.from({ length: 12 * pixels }, (_, i) => (i < 6 * pixels ? 1 : 0));
  rig.model.state().get('1.weight')!.write(weights);
  rig.model.state().get('1.bias')!.write(new Float32Array(12).fill(-1));
  for (const [bright, dead] of [
    [0, 6],
    [63, 6],
    [64, 6],
    [150, 6],
    [255, 6],
    [256, 12],
  ]) {
    const images = new Uint8Array(300 * pixels).fill(255, bright * pixels, (bright + 1) * pixels);
    const data: Dataset = { ...validation, images, labels: new Int32Array(300) };
    const found = await deadUnits(rig, data);
    assert.equal(found, [{ layer: 'layer 2 (relu)', units: 12, dead }], `image ${bright}`);
  }
  rig.dispose();
});

test('a rate that is too low to learn is told as chance or as one class', async () => {
  const said = await saidOf({ lr: 1e-9 });
  assert.is(said.length, 1);
  assert.match(said[0], /^(every validation image is read as|no better than chance)/);
});

test('labels learned by heart are told as overfitting', async () => {
  const wide = {
    ...flat,
    layers: flat.layers.map((layer, i) => (i === 1 ? { ...layer, outFeatures: 64 } : layer)),
  };
  const change = { epochs: 14, schedule: 'constant', lr: 0.001 } as const;
  const said = await saidOf(change, { model: wide, images: noise });
  assert.ok(
    said.some((words) => /^the validation loss has risen for 3 epochs.*`augment` light/.test(words)),
    `${said}`,
  );
});

test('the training images as validation images', async () => {
  const [first] = await saidOf({ epochs: 1 }, { seen: train });
  assert.match(first, /^the validation images are the training images: .*`validation` 0\.05$/);
});

test('a class that is never read is named', async () => {
  const kept = Array.from(train.labels.keys()).filter((i) => train.labels[i] !== 1);
  const pixels = SIZE * SIZE;
  const images = Uint8Array.from(
    kept.flatMap((i) => [...train.images.subarray(i * pixels, (i + 1) * pixels)]),
  );
  const without = { ...train, images, labels: Int32Array.from(kept, (i) => train.labels[i]) };
  const said = await saidOf({}, { images: without });
  assert.equal(said, [
    'never read on the validation images: b; they may be too few, try `classWeights` balanced',
  ]);
});

test('each thing is said once', () => {
  const watch = new Watch(train, validation);
  const confusion = new Confusion(3);
  for (const label of validation.labels) confusion.add(label, 0);
  const scores = { loss: 1, accuracy: confusion.accuracy, confusion };
  const facts = { records: [], validation: scores, dead: [{ layer: 'layer 1 (relu)', units: 4, dead: 4 }] };
  assert.is(watch.epoch(facts).length, 2);
  assert.equal([...watch.epoch(facts), ...watch.epoch(facts)], []);
});

test.run();
