// Data sets as people download them, from the command line; and what evaluate says of classes that are alike.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { idx, json, refused, stroke, strokes, succeeds, tinyModel } from '../support/cli.ts';
import { jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

interface Score {
  readonly class: string;
  readonly support: number;
}

interface Evaluation {
  readonly accuracy: number;
  readonly perClass: readonly Score[];
  readonly confusion: readonly (readonly number[])[];
  readonly mergedCase?: {
    readonly accuracy: number;
    readonly merged: readonly (readonly string[])[];
    readonly perClass: readonly Score[];
    readonly confusion: readonly (readonly number[])[];
  };
  readonly leftOut?: { readonly images: number; readonly classes: readonly string[] };
}

const quick = ['--model', 'tiny.json', '--device', 'cpu', '--epochs', '3', '--batch', '8'];
const sum = (matrix: readonly (readonly number[])[]) => matrix.flat().reduce((total, n) => total + n, 0);

/** Images of 28×28 with a bright column at 4 (label 1) or a bright row at 4 (label 2), as they look upright. */
function lines(count: number, transposed: boolean): { images: Uint8Array; labels: Uint8Array } {
  const labels = Uint8Array.from({ length: count }, (_, i) => 1 + (i % 2));
  const images = Uint8Array.from({ length: count * 784 }, (_, k) => {
    const [y, x] = [Math.floor((k % 784) / 28), k % 28];
    const isColumn = labels[Math.floor(k / 784)] === 1;
    return (isColumn !== transposed ? x : y) === 4 ? 255 : 0;
  });
  return { images, labels };
}

/** The files of a set, gzipped. */
function setOf(name: string, transposed: boolean): Record<string, Uint8Array> {
  const part = (role: string, count: number) => {
    const { images, labels } = lines(count, transposed);
    return {
      [`${name}-${role}-images-idx3-ubyte.gz`]: gzipSync(idx([count, 28, 28], images)),
      [`${name}-${role}-labels-idx1-ubyte.gz`]: gzipSync(idx([count], labels)),
    };
  };
  return { ...part('train', 40), ...part('test', 10) };
}

const letters = folders.make({
  ...Object.fromEntries(
    [...Object.entries(setOf('emnist-letters', true)), ...Object.entries(setOf('emnist-digits', true))].map(
      ([name, bytes]) => [`gzip/${name}`, bytes],
    ),
  ),
  'gzip/emnist-letters-mapping.txt': '1 73 105\n2 45 95\n',
  ...Object.fromEntries(
    Object.entries(setOf('mine', false)).map(([name, bytes]) => [`upright/${name}`, bytes]),
  ),
  'upright/mine-mapping.txt': '1 73\n2 45\n',
  'tiny.json': tinyModel,
});

test('EMNIST as it is downloaded: one of its sets, with test part and mapping, upright', async () => {
  const { path: cwd } = letters;
  await refused(
    ['train', '--data', 'gzip', ...quick],
    1,
    [/holds 2 data sets \(emnist-digits, emnist-letters\)/],
    { cwd },
  );
  const data = 'gzip/emnist-letters-train-images-idx3-ubyte.gz';
  const { stderr } = await succeeds(['train', '--data', data, ...quick, '--out', 'run'], { cwd });
  assert.match(
    stderr,
    /40 training and 10 test images, 2 classes\n +images are stored transposed and turned upright/,
  );
  assert.match(stderr, /\n +emnist-letters-mapping\.txt names the classes\n/);
  const own = await json<Evaluation>(['evaluate', 'run'], { cwd });
  assert.equal([own.accuracy, own.perClass.map((score) => score.class)], [1, ['I', '-']]);
  // The same letters, stored upright: only a model of upright ones reads them.
  const upright = await jsonHere<Evaluation>(['evaluate', 'run', '--data', 'upright'], { cwd });
  assert.is(upright.accuracy, 1);
  const turned = await jsonHere<Evaluation>(['evaluate', 'run', '--data', 'upright', '--transpose'], { cwd });
  assert.is(turned.accuracy, 0);
});

test('what flags say of the data is recorded, and evaluate follows it', async () => {
  const { path: cwd } = letters;
  const data = 'gzip/emnist-letters-train-images-idx3-ubyte.gz';
  const flags = ['--no-transpose', '--mapping', 'capitals'];
  const { stderr } = await succeedsHere(['train', '--data', data, ...quick, ...flags, '--out', 'lying'], {
    cwd,
  });
  assert.not.match(stderr, /transposed/);
  const own = await jsonHere<Evaluation>(['evaluate', 'lying'], { cwd });
  assert.equal([own.accuracy, own.perClass.map((score) => score.class)], [1, ['B', 'C']]);
  const config = JSON.parse(readFileSync(join(cwd, 'lying/config.json'), 'utf8')) as { reading: unknown };
  assert.equal(config.reading, { mapping: 'capitals', transpose: false, testShare: 0.2 });
  await refusedHere(
    ['train', '--data', data, ...quick, '--mapping', 'gone'],
    1,
    [/--mapping gone: no such mapping or file/],
    { cwd },
  );
});

test('--test-share is kept by evaluate', async () => {
  const { path: cwd } = folders.make({ ...strokes('d/', 8), 'tiny.json': tinyModel });
  const trained = await jsonHere<{ test: Evaluation }>(
    ['train', '--data', 'd', ...quick, '--test-share', '0.5', '--out', 'run'],
    { cwd },
  );
  const { confusion, accuracy } = await jsonHere<Evaluation>(['evaluate', 'run'], { cwd });
  assert.equal([sum(confusion), accuracy], [12, trained.test.accuracy]);
  for (const share of ['0', '1', '-1', 'x']) {
    await refusedHere(
      ['train', '--data', 'd', '--test-share', share],
      2,
      [/--test-share.*: expected a number above 0 and below 1/],
      { cwd },
    );
  }
});

/** Bars, each called o or O by turns, which nothing can tell apart, and dashes. */
const alike = (many: number): Record<string, Uint8Array> =>
  Object.fromEntries(
    Array.from({ length: many }, (_, i) => [
      [`d/upper_o/${i}.png`, stroke('bar', i)],
      [`d/lower_o/${i}.png`, stroke('bar', i)],
      [`d/x/${i}.png`, stroke('dash', i)],
    ]).flat(),
  ) as Record<string, Uint8Array>;

const cases = folders.make({
  ...alike(20),
  'd/classes.json': '{"upper_o": "O", "lower_o": "o"}',
  'tiny.json': tinyModel,
});

test('evaluate --merge-case gives both figures, and what was merged', async () => {
  const { path: cwd } = cases;
  const trained = await succeedsHere(['train', '--data', 'd', ...quick, '--out', 'run'], { cwd });
  assert.match(trained.stdout, /\ncase merged: accuracy 100\.00 % \(O\/o\)\n/);
  const plain = await jsonHere<Evaluation>(['evaluate', 'run'], { cwd });
  assert.is(plain.mergedCase, undefined);
  const both = await jsonHere<Evaluation>(['evaluate', 'run', '--merge-case'], { cwd });
  const { mergedCase, ...same } = both;
  assert.equal(same, plain);
  assert.ok(plain.accuracy < 1, 'the same picture has two names');
  assert.equal([mergedCase!.accuracy, mergedCase!.merged], [1, [['O', 'o']]]);
  assert.equal(
    mergedCase!.perClass.map((score) => [score.class, score.support]),
    [
      ['O/o', 8],
      ['x', 4],
    ],
  );
  assert.equal(mergedCase!.confusion, [
    [8, 0],
    [0, 4],
  ]);
  const { stdout } = await succeedsHere(['evaluate', 'run', '--merge-case'], { cwd });
  assert.match(stdout, /\nO\/o +100\.00 % +100\.00 % +100\.00 % +8\n/);
  assert.match(
    stdout,
    /\n12 images: loss \d\.\d+, accuracy \d\d\.\d\d %\ncase merged: accuracy 100\.00 % \(O\/o\)\ncertainties are off by /,
  );
});

test('evaluate --only-known leaves out what the model has no class for', async () => {
  const { path: cwd } = folders.make({
    ...strokes('three/', 6),
    ...Object.fromEntries(
      Object.entries(strokes('two/', 6)).filter(([name]) => !name.startsWith('two/slash')),
    ),
    'two/dot/1.png': stroke('slash'),
    'two/dot/2.png': stroke('slash', 1),
    'tiny.json': tinyModel,
  });
  await succeedsHere(['train', '--data', 'three', ...quick, '--out', 'run'], { cwd });
  const args = ['evaluate', 'run', '--data', 'two'];
  await refusedHere(
    args,
    1,
    [/the classes dot are not among those of the model, bar dash slash; leave them out with --only-known/],
    { cwd },
  );
  const { leftOut, confusion, perClass } = await jsonHere<Evaluation>([...args, '--only-known'], { cwd });
  assert.equal([leftOut, sum(confusion)], [{ images: 2, classes: ['dot'] }, 12]);
  assert.equal(
    perClass.map((score) => [score.class, score.support]),
    [
      ['bar', 6],
      ['dash', 6],
      ['slash', 0],
    ],
  );
  const { stdout } = await succeedsHere([...args, '--only-known'], { cwd });
  assert.match(stdout, /\n2 images left out, of classes that the model does not know: dot\n/);
  assert.match(stdout, /\n12 images: loss/);
});

test('a model of prepared images reads image files through the recipe handwriting', async () => {
  const { path: cwd } = letters;
  const drawings = folders.make({
    ...Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`I/${i}.png`, stroke('bar', i)])),
    ...Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`-/${i}.png`, stroke('dash', i)])),
  });
  const { stdout, stderr } = await succeedsHere(['evaluate', 'run', '--data', drawings.path], { cwd });
  assert.match(
    stderr,
    /prepared with the recipe handwriting: run\/checkpoints\/best\.safetensors was trained on images/,
  );
  assert.match(stdout, /\n8 images: loss/);
});

test('class names of any kind stand in one line of the tables', async () => {
  const names = ['two\nlines', '<b>', 'é😀'];
  const files = Object.values(strokes('', 4)).map((bytes, i) => [
    `d/${names[Math.floor(i / 4)]}/${i}.png`,
    bytes,
  ]);
  const { path: cwd } = folders.make({ ...Object.fromEntries(files), 'tiny.json': tinyModel });
  const trained = await succeedsHere(['train', '--data', 'd', ...quick, '--out', 'run'], { cwd });
  assert.match(trained.stdout, /\ntwo\\nlines +\d/);
  const { stdout } = await succeedsHere(['evaluate', 'run'], { cwd });
  assert.match(stdout, /\n +<b> +two\\nlines +é😀\n/);
  const { perClass } = await jsonHere<Evaluation>(['evaluate', 'run'], { cwd });
  assert.equal(
    perClass.map((score) => score.class),
    ['<b>', 'two\nlines', 'é😀'],
  );
});

test.run();
