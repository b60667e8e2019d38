// Training and evaluation on arrays: what `inkgrad train` and `evaluate` come to on the same images, and what is refused.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CpuDevice } from 'inkgrad';
import { loadModel, type ModelSpec } from 'inkgrad/models';
import {
  dataset,
  type Epoch,
  evaluate,
  fit,
  type LabelledImages,
  Rig,
  type RunState,
  resolveSettings,
  type Scores,
  type StepRecord,
  type TrainOptions,
  train,
} from 'inkgrad/train';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fitTemperature } from '../../pipeline/certainty/temperature.ts';
import { parseCheckpoint } from '../../pipeline/checkpoint/checkpoint.ts';
import { isStep, readMetrics } from '../../pipeline/node/runs/metrics.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { idx } from '../support/cli.ts';
import { jsonHere } from '../support/cliHere.ts';
import { seven } from '../support/drawn.ts';
import { refuses } from '../support/images.ts';
import { tempFolders } from '../support/tempFolders.ts';
import { bitsOf, stripes } from '../support/tinyRuns.ts';

const folders = tempFolders();
test.after(folders.remove);

const SIZE = 6;
const own = stripes(107, SIZE, 1);
const other = stripes(40, SIZE, 2);

const model: ModelSpec = {
  name: 'small',
  input: [1, SIZE, SIZE],
  layers: [
    { type: 'conv2d', outChannels: 4, kernelSize: 3, padding: 'same' },
    { type: 'relu' },
    { type: 'flatten' },
    { type: 'dropout', p: 0.1 },
    { type: 'linear', outFeatures: 'classes' },
  ],
};

/** What the command line is given as files is given to the library as arrays. */
const files = folders.make({
  'data/train-images-idx3-ubyte': idx([107, SIZE, SIZE], own.images),
  'data/train-labels-idx1-ubyte': idx([107], Uint8Array.from(own.labels)),
  'data/t10k-images-idx3-ubyte': idx([40, SIZE, SIZE], other.images),
  'data/t10k-labels-idx1-ubyte': idx([40], Uint8Array.from(other.labels)),
  'model.json': JSON.stringify(model),
});
const cwd = files.path;

const images: LabelledImages = { images: own.images, labels: own.labels, ink: 'auto' };
const { name: _, ...inMemory } = { ...images, name: undefined };
const settings = { epochs: 3, batch: 10, lr: 0.01, seed: 5, validation: 0.2, mixup: 0.2, ema: 0.9 } as const;

await jsonHere(
  [
    ...['train', '--data', 'data', '--model', 'model.json', '--device', 'cpu', '--out', 'run'],
    ...Object.entries({ ...settings, augment: 'light' }).flatMap(([key, value]) => [
      `--${key}`,
      String(value),
    ]),
  ],
  { cwd },
);
const best = readFileSync(join(cwd, 'run/checkpoints/best.safetensors'));

test('the same images and settings give the losses and weights of `inkgrad train`, to the bit', async () => {
  const steps: StepRecord[] = [];
  const epochs: Epoch[] = [];
  const result = await train({
    ...{ ...inMemory, ...settings, model, augment: 'light', device: new CpuDevice() },
    onStep: (step) => void steps.push(step),
    onEpoch: (epoch) => void epochs.push(epoch),
  });
  const metrics = readMetrics(join(cwd, 'run/metrics.jsonl'));
  assert.equal(steps, metrics.filter(isStep));
  const told = metrics.flatMap((metric) => ('validation' in metric ? [metric] : []));
  assert.equal(
    result.history.map(({ epoch, validation }) => ({ epoch, validation })),
    told,
  );
  assert.equal(epochs, result.history);
  const bits = (bytes: Uint8Array) =>
    [...parseCheckpoint(bytes, 'a').weights].map(([name, { data }]) => [name, bitsOf(data)]);
  assert.equal(bits(await result.model.save()), bits(best));
  const own = steps.filter(({ epoch }) => epoch === 2);
  const sum = own.reduce((sum, { loss, samples }) => sum + loss * samples, 0);
  assert.is(result.history[1].loss, sum / own.reduce((sum, { samples }) => sum + samples, 0));
  assert.is(result.early, null);
  result.model.dispose();
});

test('an evaluation tells what `inkgrad evaluate` tells', async () => {
  const told = await jsonHere<Scores>(['evaluate', 'run', '--device', 'cpu'], { cwd });
  const model = await loadModel(best);
  const { predicted, certainties, macroF1, remarks, ...scores } = await evaluate(model, {
    ...{ images: other.images, labels: other.labels, ink: 'auto' },
  });
  assert.equal(scores, told);
  const right = predicted.filter((read, i) => read === other.labels[i]).length;
  assert.is(right / 40, scores.accuracy);
  assert.is(macroF1, scores.perClass.reduce((sum, { f1 }) => sum + f1, 0) / 3);
  assert.equal([certainties.length, remarks], [40, []]);
  const lists = Array.from({ length: 40 }, (_, i) => other.images.subarray(36 * i, 36 * i + 36));
  const names = Array.from(other.labels, String);
  assert.equal((await evaluate(model, { images: lists, labels: names, ink: 'auto' })).loss, scores.loss);
  const [prediction] = await model.predict([{ width: SIZE, height: SIZE, data: lists[3] }], {
    prepared: true,
  });
  assert.is(prediction.label, String(predicted[3]));
  assert.ok(Math.abs(prediction.probability - certainties[3]) < 1e-6);
  model.dispose();
});

test('a training that was ended goes on to the same bits, and one of other classes from its weights', async () => {
  const device = new CpuDevice();
  const options: TrainOptions = { ...inMemory, ...settings, model, device };
  const whole = await train(options);
  const ends = new AbortController();
  const states: RunState[] = [];
  const first = await train({
    ...{ ...options, signal: ends.signal },
    onEpoch: (_, state) => states.push(state),
    onStep: ({ step }) => step >= 13 && ends.abort(),
  });
  assert.is(first.early, 'the signal ended it');
  assert.is(first.history.length, 1);
  const second = await train({ ...options, from: first.state });
  const bitsIn = ({ state }: typeof whole) =>
    [...state.weights].map(([name, { data }]) => [name, bitsOf(data)]);
  assert.equal(bitsIn(second), bitsIn(whole));
  assert.equal(second.state.optimizer, whole.state.optimizer);
  assert.is(states[0].optimizer.steps, 9);

  const names = Array.from(own.labels, (label) => (label === 0 ? 'zero' : 'other'));
  const tuned = await train({ ...inMemory, labels: names, model: whole.model, epochs: 1, freeze: 1, device });
  assert.equal(tuned.model.classes, ['other', 'zero']);
  const [before, after] = [whole.model, tuned.model].map(({ checkpoint }) => checkpoint.weights);
  assert.equal(bitsOf(after.get('0.weight')!.data), bitsOf(before.get('0.weight')!.data));
  assert.equal(after.get('4.weight')!.shape, [2, 144]);
  for (const { model } of [whole, first, second, tuned]) model.dispose();
  assert.is(device.counters.liveBytes, 0, 'nothing is left on the device');
});

test('enough validation images fit a temperature, and a gate where one is wanted', async () => {
  const more = stripes(300, SIZE, 4);
  const given = {
    images: more.images,
    labels: more.labels,
    model,
    validation: await dataset({ images: own.images, labels: own.labels }),
  };
  const plain = await train({ ...given, epochs: 2, lr: 0.02 });
  const logits = await plain.model.logits(
    Array.from({ length: 107 }, (_, i) => ({
      width: SIZE,
      height: SIZE,
      data: own.images.subarray(36 * i, 36 * i + 36),
    })),
    { prepared: true },
  );
  const flat = logits.flatMap((row) => Array.from(row));
  assert.is(
    plain.model.checkpoint.certainty.temperature,
    fitTemperature({ logits: flat, labels: own.labels }),
  );
  assert.is(plain.model.gate, null);
});

test('validation images may be given as arrays, in their own order of classes', async () => {
  const few = { model, epochs: 1, seed: 2 };
  const names = (data: typeof own) => Array.from(data.labels, (label) => 'abc'[label]);
  const [a, b] = [
    await train({ ...few, ...inMemory, validation: { images: other.images, labels: other.labels } }),
    await train({
      ...few,
      data: { images: own.images, labels: names(own), ink: 'auto' },
      validation: await dataset({ images: other.images, labels: names(other), classes: ['c', 'a', 'b'] }),
    }),
  ];
  assert.equal([a.history[0].loss, a.history[0].validation], [b.history[0].loss, b.history[0].validation]);
  const { model: judged } = a;
  const { accuracy, loss } = await evaluate(judged, { images: other.images, labels: other.labels });
  assert.equal({ accuracy, loss }, a.history[0].validation);
  await refuses(
    () => train({ ...few, ...inMemory, validation: { images: new Uint8Array(64), labels: [0] } }),
    'wrong-size',
    'images are 8×8',
  );
  await refuses(
    () => train({ ...few, ...inMemory, validation: { images: other.images, labels: names(other) } }),
    'unknown-class',
    'validation: the classes a b c',
  );
});

test('images may be a list, an array for each, or one array; labels names or numbers', async () => {
  const pixels = [
    [
      [0, 255],
      [0, 255],
    ],
    [
      [255, 255],
      [0, 0],
    ],
  ];
  const expected = Uint8Array.of(0, 255, 0, 255, 255, 255, 0, 0);
  const ways: LabelledImages['images'][] = [
    pixels,
    pixels.map((image) => ({ width: 2, height: 2, data: image.flat().map((byte) => byte / 255) })),
    pixels.map((image) => Uint8Array.from(image.flat())),
    pixels.map((image) => image.flat()),
    expected,
    Array.from(expected),
    Float32Array.from(expected, (byte) => byte / 255),
  ];
  for (const images of ways) {
    const data = await dataset({ images, labels: [7, 3] });
    assert.equal(
      [data.images, data.size, data.classes, Array.from(data.labels)],
      [expected, 2, ['3', '7'], [1, 0]],
    );
    assert.equal([data.recipe.mean, data.recipe.steps], [recipes.mnist.mean, []]);
  }
  const named = await dataset({ images: expected, labels: ['b', 'a'], classes: ['c', 'b', 'a'] });
  assert.equal(
    [named.classes, Array.from(named.labels)],
    [
      ['c', 'b', 'a'],
      [1, 2],
    ],
  );
  const colours = await dataset({ images: new Uint8Array(24), labels: ['b', 'a'], channels: 3 });
  assert.equal([colours.channels, colours.size, colours.recipe.std], [3, 2, recipes.colour.std]);
  const pictures = await dataset({
    images: [
      seven(50),
      [
        [255, 255],
        [255, 255],
      ],
    ],
    labels: ['7', ' '],
    recipe: 'scan',
  });
  assert.equal([pictures.size, pictures.recipe.name, pictures.images.length], [28, 'scan', 1568]);
  assert.equal(pictures.remarks, ['image 1 holds no ink; it is blank to the model']);
  const flat = await dataset({
    images: new Uint8Array(3200).fill(255, 0, 1600),
    labels: [0, 1],
    recipe: 'scan',
  });
  assert.is(flat.size, 28);
  const dark = Array.from({ length: 9 }, (_, i) => (i === 4 ? 0 : 255));
  const seems = await dataset({ images: [dark, dark], labels: [0, 1] });
  assert.match(seems.remarks[0], /look like dark ink/);
  for (const ink of ['dark', 'auto'] as const) {
    const turned = await dataset({ images: [dark, dark], labels: [0, 1], ink });
    assert.equal([turned.images[0], turned.images[4]], [0, 255]);
    assert.match(turned.remarks[0], /turned/);
  }
});

test('mistakes are told of in a line', async () => {
  const given: TrainOptions = { images: own.images, labels: own.labels, model, epochs: 1 };
  const bad = (more: object, code: Parameters<typeof refuses>[1], ...names: string[]) =>
    refuses(() => train({ ...given, ...more }), code, ...names);
  await bad({ epoch: 3 }, 'invalid-setting', 'train: no option "epoch"; did you mean "epochs"?');
  await bad({ keepEvery: 3 }, 'invalid-setting', 'no option "keepEvery"');
  await bad({ learningRate: 1 }, 'invalid-setting', 'no option "learningRate"; did you mean "lr"?');
  await bad({ batchSize: 1 }, 'invalid-setting', 'did you mean "batch"?');
  await bad({ lr: -1 }, 'invalid-setting', '`lr` -1: expected a number > 0');
  await bad({ optimizer: 'adm' }, 'invalid-setting', '`optimizer` adm: expected adam');
  await bad({ augment: 'lite' }, 'invalid-setting', 'lite: expected none, light, strong');
  await bad(
    { augment: { rotate: 3 } },
    'invalid-setting',
    '`augment` {"rotate":3}: expected an augmentation, such as',
  );
  await bad({ model: '{"name": "a"}' }, 'invalid-model', 'JSON where a name belongs; give parseModel(json)');
  await bad({ onEpoch: 3 }, 'invalid-setting', 'train: onEpoch is 3; expected a function');
  await bad({ data: 'mnist' }, 'invalid-setting', 'data and images');
  const alone = { images: undefined, labels: undefined };
  await bad({ ...alone, data: 'mnist' }, 'invalid-setting', 'dataset: a string where');
  await bad({ validation: 1 }, 'invalid-setting', '`validation` 1');
  await bad({ classWeights: { d: 2 } }, 'unknown-class', '`classWeights`: d is no class');
  await bad({ model: 'lennet' }, 'missing', 'did you mean lenet?');
  await bad({ model: 'lenet' }, 'wrong-size', 'takes images of 1×28×28, but the data has 1×6×6');
  await bad({ labels: own.labels.subarray(1) }, 'wrong-size', 'numbers for 106 labels');
  await bad({ images: [[[0]]], labels: ['a', 'b'] }, 'wrong-size', '1 images and 2 labels');
  await bad({ images: [[[0, 1]]], labels: ['a'] }, 'wrong-size', 'image 0 has 2×1 pixels');
  await bad(
    {
      images: [
        [[0]],
        [
          [0, 0],
          [0, 0],
        ],
      ],
      labels: ['a', 'b'],
    },
    'wrong-size',
    'image 1 has 2×2 pixels',
  );
  await bad({ images: 7 }, 'invalid-setting', 'images are 7');
  await bad({ labels: undefined }, 'invalid-setting', 'no images and labels');
  await bad(
    { data: await dataset({ images: own.images, labels: own.labels }) },
    'invalid-setting',
    'one of them',
  );
  await bad({ labels: new Int32Array(107) }, 'too-few-images', 'the one class 0');
  await bad(
    { labels: own.labels.map((label) => label + 1), classes: ['a', 'b', 'c'] },
    'unknown-class',
    'is 3; numbers of 3',
  );
  await bad(
    { labels: Array.from(own.labels, (label) => `${label}`), classes: ['0', '1'] },
    'unknown-class',
    ', 2, is no class',
  );
  await bad(
    { labels: Array.from(own.labels, (label) => label / 2) },
    'unknown-class',
    'is 0.5; labels are names',
  );
  await bad({ classes: ['a', 'a', 'b'] }, 'invalid-table', 'the name a twice');
  await refuses(
    () => dataset({ images: own.images, labels: own.labels, label: 1 } as never),
    'invalid-setting',
    'label',
  );
  await refuses(
    () => dataset({ images: own.images, labels: own.labels }, { onprogress: () => {} } as never),
    'invalid-setting',
    'dataset: no option "onprogress"; did you mean "onProgress"?',
  );
  const { model: trained } = await train(given);
  await refuses(
    () => evaluate(trained, { images: own.images, labels: own.labels }, { batch: 8 } as never),
    'invalid-setting',
    'evaluate: no option "batch"; it takes onProgress, signal',
  );
  await refuses(
    () => evaluate(trained, { images: own.images, labels: [...own.labels].map((l) => l + 5) }),
    'unknown-class',
    '7',
  );
  const evaluated = evaluate as (...given: unknown[]) => Promise<unknown>;
  await refuses(() => evaluated(), 'invalid-setting', 'evaluate: got undefined; expected a trained model');
  await refuses(() => evaluated(train(given)), 'invalid-setting', 'evaluate: got a Promise; await it first');
  await refuses(
    () => evaluated(trained),
    'invalid-setting',
    'dataset: undefined where options belong; write { images: … }',
  );
  await refuses(
    () => evaluated(trained, given, { batch: 2 }),
    'invalid-setting',
    'evaluate: no option "batch"',
  );
  await refuses(() => evaluate(trained, { images: new Uint8Array(64), labels: [0] }), 'wrong-size', '1×8×8');
});

test('what goes wrong with a training is said in words', async () => {
  const said: string[] = [];
  const { warnings } = await train({
    ...{ images: own.images, labels: own.labels, model, epochs: 1, validation: 0, lr: 1e-7 },
    onWarning: (words) => void said.push(words),
  });
  assert.equal(said, warnings);
  assert.match(warnings[0], /validation images are the training images/);
  await refuses(
    () => train({ images: own.images, labels: own.labels, model, epochs: 3, lr: 1e30, optimizer: 'sgd' }),
    'diverged',
    'loss became',
  );
});

test('the loop below is a generator over plain state', async () => {
  const data = await dataset({ images: own.images, labels: own.labels });
  const given = resolveSettings({ epochs: 1, batch: 20 });
  const rig = new Rig(new CpuDevice(), {
    model,
    classes: data.classes,
    recipe: data.recipe,
    settings: given,
  });
  const kinds: string[] = [];
  for await (const { kind } of fit(rig, { train: data, validation: data }, given)) kinds.push(kind);
  assert.equal([new Set(kinds), kinds.at(-1)], [new Set(['steps', 'epoch']), 'epoch']);
  rig.dispose();
});

test.run();
