// What a training run leaves behind, that it can be repeated, evaluated and used, and that it ends in order.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { Context } from '../../engine/nn/index.ts';
import { allFinite, loadWeights } from '../../pipeline/checkpoint/weights.ts';
import { augmentations } from '../../pipeline/data/augment.ts';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import { count } from '../../pipeline/data/dataset.ts';
import { imagesOn } from '../../pipeline/evaluate/evaluate.ts';
import { readSafetensors } from '../../pipeline/formats/safetensors.ts';
import { build } from '../../pipeline/model/model.ts';
import { hashDataset } from '../../pipeline/node/data/hashDataset.ts';
import { loadData } from '../../pipeline/node/data/load.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import {
  assertRefused,
  filesIn,
  idx,
  inkgrad,
  json,
  lineCount,
  readJsonLines,
  refused,
  shell,
  stroke,
  strokes,
  tinyModel,
} from '../support/cli.ts';
import { inkgradHere, jsonHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const kinds = ['bar', 'dash', 'slash'];

/** A table with columns that are not called as usual. */
const table = [
  'no,scan,sign',
  ...kinds.flatMap((kind) => Array.from({ length: 5 }, (_, i) => `${i},pictures/${kind}-${i}.png,${kind}`)),
  '',
].join('\n');
const pictures = Object.fromEntries(
  kinds.flatMap((kind) =>
    Array.from({ length: 5 }, (_, i) => [`csv/pictures/${kind}-${i}.png`, stroke(kind, i)]),
  ),
);

const folder = folders.make({
  ...strokes('strokes/'),
  ...strokes('parted/train/', 4),
  ...strokes('parted/test/', 2),
  ...pictures,
  'csv/table.csv': table,
  'tiny.json': tinyModel,
});
const cwd = folder.path;

const at = (...path: string[]) => join(cwd, ...path);
const read = (...path: string[]) => readFileSync(at(...path), 'utf8');

interface Report {
  readonly run: string;
  readonly steps: number;
  readonly test: { readonly loss: number; readonly accuracy: number };
}

interface Config {
  readonly [name: string]: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly data: {
    readonly source: string;
    readonly classes: string[];
    readonly recipe: object;
    readonly images: object;
    readonly hash: { readonly train: string; readonly test: string };
  };
}

const quick = ['--data', 'strokes', '--model', 'tiny.json', '--device', 'cpu'];

const trainArgs = (out: string, args: readonly string[]) => ['train', '--out', out, ...args];
const train = (out: string, args: readonly string[], where = { cwd }) =>
  jsonHere<Report>(trainArgs(out, args), where);

test('a run: its files, what they say, and the evaluation and predictions that follow from it', async () => {
  const settings = ['--epochs', '15', '--batch', '8', '--lr', '0.01', '--seed', '7'];
  const args = ['--data', 'strokes', '--device', 'cpu', ...settings];
  const report = await json<Report>(trainArgs('run', args), { cwd });
  assert.equal(filesIn(at('run')), [
    'checkpoints',
    'checkpoints/best.safetensors',
    'checkpoints/last.safetensors',
    'config.json',
    'metrics.jsonl',
    'report.html',
    'timings.jsonl',
  ]);

  const config = JSON.parse(read('run', 'config.json')) as Config;
  assert.equal([config.device, config.adapter !== ''], ['cpu', true]);
  assert.equal(
    [config.inkgrad, config.node],
    [JSON.parse(readFileSync('package.json', 'utf8')).version, process.version],
  );
  assert.is(config.parameters, 104_291);
  assert.equal(config.settings, {
    epochs: 15,
    batch: 8,
    lr: 0.01,
    optimizer: 'adam',
    schedule: 'one-cycle',
    warmup: 0,
    momentum: 0.9,
    ...{ beta1: 0.9, beta2: 0.999, certainty: 'gate' },
    drawn: 0,
    weightDecay: 0,
    precision: 'f32',
    seed: 7,
    validation: 0.05,
    clip: null,
    ...{ labelSmoothing: 0, classWeights: 'none', mixup: 0, cutmix: 0, accumulate: 1, ema: 0 },
    ...{ patience: null, minutes: null, keepEvery: null, freeze: 0 },
    augment: augmentations.none,
  });
  assert.equal([config.data.source, config.data.classes], [at('strokes'), kinds]);
  assert.equal(config.data.recipe, recipes.scan);
  assert.equal(config.data.images, { train: 27, validation: 3, test: 6 });
  const data = await loadData(at('strokes'), { seed: 7 });
  assert.equal(config.data.hash, { train: hashDataset(data.train), test: hashDataset(data.test) });

  // 27 images in batches of 8 make 4 steps an epoch.
  assert.is(report.steps, 60);
  const lines = readJsonLines(at('run', 'metrics.jsonl'));
  const steps = lines.filter((line) => 'step' in line);
  assert.equal(
    steps.map(({ step }) => step),
    Array.from({ length: 60 }, (_, i) => i + 1),
  );
  steps.forEach(({ epoch, loss, correct, samples, rate }, i) => {
    assert.equal([epoch, samples], [Math.floor(i / 4) + 1, i % 4 === 3 ? 3 : 8]);
    assert.ok(Number.isFinite(loss) && Number.isInteger(correct) && (rate as number) > 0);
  });
  assert.is(lines.filter((line) => 'validation' in line).length, 15);
  assert.equal(lines.at(-1), { test: report.test });
  assert.ok((steps[59].loss as number) < 0.1 * (steps[0].loss as number), 'it learns');

  for (const name of ['last', 'best']) {
    const path = at('run', 'checkpoints', `${name}.safetensors`);
    const { tensors, metadata } = readSafetensors(readFileSync(path), name);
    assert.equal(JSON.parse(metadata.classes), kinds);
    assert.equal(JSON.parse(metadata.recipe), recipes.scan);
    assert.is((JSON.parse(metadata.model) as { name: string }).name, 'lenet');
    assert.ok(allFinite(tensors));
    const weights = [...tensors].filter(([key]) => !key.startsWith('training.'));
    assert.is(
      weights.reduce((sum, [, { data: values }]) => sum + values.length, 0),
      104_291,
    );
    // What it takes to go on: Adam's two averages.
    assert.is(tensors.size - weights.length, name === 'last' ? 2 : 0);
  }
  assert.is(readCheckpoint(at('run', 'checkpoints', 'last.safetensors')).step, 60);

  const scores = await json<Report['test']>(['evaluate', 'run', '--device', 'cpu'], { cwd });
  assert.equal([scores.loss, scores.accuracy], [report.test.loss, report.test.accuracy]);

  const guesses = await json<{ path: string; label: string; probability: number }[]>(
    ['predict', 'run', 'strokes'],
    { cwd },
  );
  assert.is(guesses.length, 36);
  const right = guesses.filter(({ path, label }) => path.includes(`/${label}/`));
  assert.is(right.length, 36, 'all images are recognised');
  await assertPreparedAlike(data.train, guesses);
});

/** Puts images through the model as the training loop prepared them, and compares with what predict said. */
async function assertPreparedAlike(
  dataset: Dataset,
  guesses: readonly { path: string; probability: number }[],
): Promise<void> {
  const checkpoint = readCheckpoint(at('run'));
  const device = new CpuDevice();
  const model = build(checkpoint.model, checkpoint.classes.length, new Context(device, 0));
  loadWeights(model, checkpoint.weights, 'run');
  model.eval();
  const indices = Int32Array.from({ length: count(dataset) }, (_, i) => i);
  const logits = noGrad(() => model.forward(imagesOn(device, dataset, indices, checkpoint.recipe)));
  const values = await F.softmax(logits).read();
  dataset.paths!.forEach((path, i) => {
    const guess = guesses.find((each) => path.endsWith(each.path))!;
    const expected = Math.max(...values.subarray(3 * i, 3 * i + 3));
    assert.ok(
      Math.abs(guess.probability - expected) < 1e-5,
      `${path}: ${guess.probability}, not ${expected}`,
    );
  });
}

test('the same seed gives the same losses twice, another seed another', async () => {
  for (const [out, seed] of [
    ['same-1', '5'],
    ['same-2', '5'],
    ['other', '6'],
  ])
    await train(out, [...quick, '--epochs', '2', '--batch', '8', '--seed', seed]);
  assert.is(read('same-1', 'metrics.jsonl'), read('same-2', 'metrics.jsonl'));
  assert.is.not(read('same-1', 'metrics.jsonl'), read('other', 'metrics.jsonl'));
  const weights = (run: string) => readFileSync(at(run, 'checkpoints', 'best.safetensors'));
  assert.ok(weights('same-1').equals(weights('same-2')));
});

test('the data of the run, named once more, is split as in the run', async () => {
  const report = await train('seeded', [...quick, '--epochs', '1', '--seed', '9']);
  const args = ['evaluate', 'seeded', '--device', 'cpu', '--data', 'strokes'];
  const { loss } = await jsonHere<Report['test']>(args, { cwd });
  assert.is(loss, report.test.loss, 'images that were trained on are no test');
});

test('a network with dropout and batch normalisation repeats itself too', async () => {
  const model = {
    name: 'noisy',
    input: [1, 28, 28],
    layers: [
      { type: 'avgPool2d', kernelSize: 4 },
      { type: 'conv2d', outChannels: 4, kernelSize: 3 },
      { type: 'batchNorm2d' },
      { type: 'relu' },
      { type: 'flatten' },
      { type: 'dropout', p: 0.5 },
      { type: 'linear', outFeatures: 'classes' },
    ],
  };
  writeFileSync(at('noisy.json'), JSON.stringify(model));
  const args = ['--data', 'strokes', '--model', 'noisy.json', '--device', 'cpu', '--epochs', '3'];
  const reports = [await train('noisy-1', args), await train('noisy-2', args)];
  assert.is(read('noisy-1', 'metrics.jsonl'), read('noisy-2', 'metrics.jsonl'));
  // Evaluation uses the running averages, which are part of the checkpoint.
  const scores = await jsonHere<Report['test']>(['evaluate', 'noisy-1', '--device', 'cpu'], { cwd });
  assert.equal([scores.loss, scores.accuracy], [reports[0].test.loss, reports[0].test.accuracy]);
});

test('--out that holds something is refused and left untouched', async () => {
  const full = folders.make({ 'out/notes.txt': 'mine', 'strokes/a/1.png': '', 'a-file': 'mine' });
  const where = { cwd: full.path };
  await refused(
    ['train', '--out', 'out'],
    1,
    [/--out out: is not empty; give a folder that is new or empty/],
    where,
  );
  await refused(['train', '--out', 'a-file'], 1, [/--out a-file: is a file/], where);
  assert.is(readFileSync(join(full.path, 'out/notes.txt'), 'utf8'), 'mine');
});

test('runs are numbered runs/MODEL-N', async () => {
  const runs = ['runs/tiny-1', 'runs/tiny-2'];
  for (const run of runs) {
    const report = await jsonHere<Report>(['train', ...quick, '--epochs', '1'], { cwd });
    assert.is(report.run, run);
  }
  assert.equal(readdirSync(at('runs')).sort(), ['tiny-1', 'tiny-2']);
});

test('a run directory is made below folders that are not there yet, and in an empty one', async () => {
  const report = await train('deep/er/run', [...quick, '--epochs', '1']);
  assert.is(report.run, 'deep/er/run');
  const empty = folders.make();
  await train(empty.path, [...quick, '--epochs', '1']);
  assert.ok(existsSync(join(empty.path, 'config.json')));
});

test('a CSV with columns of its own trains, and its run evaluates without saying them again', async () => {
  const columns = ['--image-column', 'scan', '--label-column', 'sign'];
  const report = await train('from-csv', [
    '--data',
    'csv/table.csv',
    ...quick.slice(2),
    '--epochs',
    '1',
    ...columns,
  ]);
  const config = JSON.parse(read('from-csv', 'config.json')) as Config;
  assert.equal(config.data.classes, kinds);
  const scores = await jsonHere<Report['test']>(['evaluate', 'from-csv', '--device', 'cpu'], { cwd });
  assert.equal([scores.loss, scores.accuracy], [report.test.loss, report.test.accuracy]);
});

test('a folder with train and test is tested on test', async () => {
  await train('from-parted', ['--data', 'parted', ...quick.slice(2), '--epochs', '1', '--validation', '0']);
  const config = JSON.parse(read('from-parted', 'config.json')) as Config;
  assert.equal(config.data.images, { train: 12, validation: 12, test: 6 });
});

test('IDX files of another size train with a model of that size', async () => {
  const size = 16;
  const images = Uint8Array.from({ length: 20 * size * size }, (_, i) => {
    const [n, y, x] = [Math.floor(i / 256), Math.floor(i / size) % size, i % size];
    return (n % 2 === 0 ? x : y) === 8 ? 255 : 0;
  });
  const labels = Uint8Array.from({ length: 20 }, (_, n) => n % 2);
  const small = { ...(JSON.parse(tinyModel) as object), name: 'small', input: [1, size, size] };
  const data = folders.make({
    'train-images-idx3-ubyte': idx([20, size, size], images),
    'train-labels-idx1-ubyte': idx([20], labels),
    'small.json': JSON.stringify(small),
  });
  const args = ['--data', '.', '--model', 'small.json', '--device', 'cpu', '--epochs', '20', '--lr', '0.1'];
  const report = await train('run', args, { cwd: data.path });
  assert.is(report.test.accuracy, 1);
  // An image of another size cannot be prepared for this model: one line that names the image.
  writeFileSync(join(data.path, 'large.png'), stroke('bar'));
  const result = await inkgradHere(['predict', 'run', 'large.png'], { cwd: data.path });
  assertRefused(result, 1, /large\.png/, /40×40/, /16×16/);
});

test('--limit leaves some images of every class', async () => {
  await train('limited', [...quick, '--epochs', '1', '--limit', '9', '--validation', '0']);
  const config = JSON.parse(read('limited', 'config.json')) as Config;
  assert.equal(config.data.images, { train: 9, validation: 9, test: 6 });
  // A run on one class would tell it from nothing.
  const [first] = readJsonLines(at('limited', 'metrics.jsonl'));
  assert.is(first.samples, 9);
  const args = ['--epochs', '60', '--lr', '0.05', '--limit', '9', '--validation', '0'];
  const report = await train('limited-long', [...quick, ...args, '--preprocess', 'handwriting']);
  assert.ok(report.test.accuracy > 0.9, `accuracy ${report.test.accuracy} after training on 9 images`);
});

test('every optimizer, schedule, clipping and warm-up trains', async () => {
  const settings = [
    '--optimizer adamw --schedule cosine --weight-decay 0.01',
    '--optimizer sgd --schedule step --lr 0.05 --clip 1',
    '--optimizer nesterov --schedule constant --lr 0.05 --warmup 5',
    '--optimizer adam --schedule one-cycle --lr 0.05',
  ];
  for (const [i, words] of settings.entries()) {
    const out = `settings-${i}`;
    await train(out, [...quick, '--epochs', '10', '--batch', '9', ...words.split(' ')]);
    const steps = readJsonLines(at(out, 'metrics.jsonl')).filter((line) => 'step' in line);
    const mean = (part: typeof steps) =>
      part.reduce((sum, { loss }) => sum + (loss as number), 0) / part.length;
    assert.ok(mean(steps.slice(-3)) < 0.8 * mean(steps.slice(0, 3)), `${words}: the loss falls`);
  }
  const rates = readJsonLines(at('settings-2', 'metrics.jsonl')).flatMap(
    ({ rate }) => rate ?? [],
  ) as number[];
  rates.slice(0, 6).forEach((rate, i) => {
    assert.ok(Math.abs(rate - (0.05 * Math.min(i + 1, 6)) / 6) < 1e-9, `rate ${rate} at step ${i + 1}`);
  });
});

test('webgpu: the losses of the first ten steps are those of the cpu to 1e-3', async () => {
  const args = ['--data', 'strokes', '--epochs', '2', '--batch', '5', '--seed', '3'];
  const losses = [];
  for (const device of ['cpu', 'webgpu']) {
    await json(trainArgs(`on-${device}`, [...args, '--device', device]), { cwd });
    const steps = readJsonLines(at(`on-${device}`, 'metrics.jsonl')).filter((line) => 'step' in line);
    losses.push(steps.map(({ loss }) => loss as number));
  }
  const [cpu, webgpu] = losses;
  assert.is(webgpu.length, cpu.length);
  cpu.slice(0, 10).forEach((loss, i) => {
    assert.ok(Math.abs(webgpu[i] - loss) <= 1e-3 * loss, `step ${i + 1}: ${webgpu[i]}, on cpu ${loss}`);
  });
  const config = JSON.parse(read('on-webgpu', 'config.json')) as Config;
  assert.is(config.device, 'webgpu');
  assert.type(config.adapter, 'string');
  assert.not.match(config.adapter as string, /typed arrays/);
});

/** Starts a run that would take minutes, sends a signal once it has made some steps. */
async function interrupted(out: string, signal: NodeJS.Signals, steps: number) {
  const metrics = at(out, 'metrics.jsonl');
  return inkgrad(['train', ...quick, '--epochs', '100000', '--batch', '8', '--out', out], {
    cwd,
    timeout: 60_000,
    // What bash leaves of nohup where tests are started by it.
    env: { _: '' },
    signalWhen: { signal, ready: () => lineCount(metrics) >= steps },
  });
}

for (const [signal, code, steps] of [
  ['SIGINT', 130, 3],
  ['SIGINT', 130, 40],
  ['SIGTERM', 143, 10],
  ['SIGHUP', 129, 10],
] as const) {
  test(`${signal} after ${steps} records: exit ${code}, last.safetensors is whole`, async () => {
    const out = `stopped-${signal}-${steps}`;
    const result = await interrupted(out, signal, steps);
    assert.is(result.code, code, result.stderr);
    assert.is(result.stdout, '');
    assert.match(result.stderr, /stopping after this step/);
    const [, step, run] = result.stderr.match(/stopped at step (\d+); npx inkgrad resume (\S+) goes on/)!;
    assert.is(run, out);
    const path = `${out}/checkpoints/last.safetensors`;
    assert.not.match(result.stderr, /\n\s+at /);

    const checkpoint = readCheckpoint(at(path));
    assert.is(checkpoint.step, Number(step));
    assert.ok(allFinite(checkpoint.weights));
    const records = readJsonLines(at(out, 'metrics.jsonl')).filter((line) => 'step' in line);
    assert.is(records.at(-1)!.step, Number(step), 'every step is recorded');
    assert.equal(
      filesIn(at(out)).filter((name) => name.endsWith('.part')),
      [],
    );
    for (const run of [path, out]) {
      const [guess] = await jsonHere<[{ label: string }]>(['predict', run, 'strokes/bar/00.png'], { cwd });
      assert.ok(kinds.includes(guess.label));
    }
    await succeedsHere(['evaluate', path, '--device', 'cpu'], { cwd });
  });
}

test('under nohup SIGHUP is not heard', async () => {
  const words = `$INKGRAD train ${quick.join(' ')} --epochs 100 --out kept`;
  const { stdout } = await shell(
    `nohup ${words} >kept.log 2>&1 & while [ ! -s kept/metrics.jsonl ]; do sleep 0.02; done; kill -HUP $!; wait $!; echo $?`,
    cwd,
  );
  assert.is(stdout, '0\n');
  assert.ok('test' in readJsonLines(at('kept', 'metrics.jsonl')).at(-1)!);
});

test('SIGINT while the test images are evaluated ends the run with 130 as well', async () => {
  const words = 'train --limit 20 --epochs 1 --device cpu --out testing';
  let sent = false;
  const result = await inkgrad(words.split(' '), {
    cwd,
    onStderr: (stderr) => {
      if (sent || !stderr.includes('testing')) return undefined;
      sent = true;
      return 'SIGINT';
    },
  });
  assert.is(result.code, 130, result.stderr);
  assert.ok(allFinite(readCheckpoint(at('testing')).weights));
});

test.run();
