// Synthetic letters from the command line: they are called that, and a run on them is read as any other.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testFonts, trainingFonts } from '../../pipeline/data/synth/fonts.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { assertRefused, inkgrad, succeeds, tinyModel } from '../support/cli.ts';
import { inkgradHere, jsonHere } from '../support/cliHere.ts';
import { tempFolder } from '../support/images.ts';

/** A recipe that costs next to nothing. */
const quick = {
  ...recipes.handwriting,
  name: 'quick',
  steps: [
    { step: 'grayscale', weights: 'rec709' },
    { step: 'polarity', ink: 'dark' },
    { step: 'resize', box: 20 },
    { step: 'centre', size: 28 },
  ],
};

const folder = tempFolder({ 'tiny.json': tinyModel, 'quick.json': JSON.stringify(quick) });
const cwd = folder.path;
test.after(() => folder.remove());

const train = (...more: string[]) =>
  [
    'train',
    '--data',
    'synth',
    '--model',
    'tiny.json',
    '--preprocess',
    'quick.json',
    '--device',
    'cpu',
  ].concat(['--epochs', '1', '--seed', '7', ...more]);

test('train says what is synthetic, on the screen and in config.json', async () => {
  const { stdout, stderr } = await succeeds(
    train('--synth-count', '2', '--limit', '100', '--validation', '0.4', '--out', 'run'),
    {
      cwd,
    },
  );
  assert.match(stderr, 'data    synth, 100 training and 930 test images, 62 classes\n');
  assert.match(stderr, '        synthetic: drawn from 18 handwriting fonts, tested on 3 others\n');
  assert.match(stdout, /\ntest on 930 synthetic images: loss/);
  const { data } = JSON.parse(readFileSync(join(cwd, 'run/config.json'), 'utf8'));
  assert.is(data.source, 'synth');
  assert.equal(data.synthetic, { train: [...trainingFonts], test: [...testFonts] });
  assert.ok(data.images.validation > 0);
  assert.equal([data.images.train + data.images.validation, data.images.test], [100, 930]);
});

test('evaluate draws the same test part again, without the count of the training part', async () => {
  const { stdout, stderr } = await succeeds(['evaluate', 'run', '--device', 'cpu'], { cwd });
  assert.match(stdout, /\n930 synthetic images: loss/);
  assert.not.match(stderr, /has changed/);
  const scores = await jsonHere<{ synthetic: boolean; confusion: number[][] }>(
    ['evaluate', 'run', '--data', 'synth', '--device', 'cpu'],
    { cwd },
  );
  assert.is(scores.synthetic, true);
  assert.ok(scores.confusion.every((row) => row.reduce((sum, n) => sum + n, 0) === 15));
});

test('one written picture of each class lies in the run to predict, by names that differ by more than case', async () => {
  const names = readdirSync(join(cwd, 'run/examples'));
  assert.is(new Set(names.map((name) => name.toLowerCase())).size, 62);
  assert.ok(['0.png', '10-A.png', '36-a.png'].every((name) => names.includes(name)));
  const guesses = await jsonHere<{ path: string; label: string }[]>(
    ['predict', 'run', 'run/examples', '--device', 'cpu'],
    { cwd },
  );
  assert.is(guesses.length, 62);
  assert.ok(guesses.every(({ label }) => /^[0-9A-Za-z]$/.test(label)));
});

test('--json says so too', async () => {
  const report = await jsonHere<{ test: { synthetic: boolean } }>(
    train('--synth-count', '1', '--validation', '0', '--out', 'second'),
    {
      cwd,
    },
  );
  assert.is(report.test.synthetic, true);
});

test('a count of nothing, of a part, or for other data is refused', async () => {
  for (const count of ['0', '-1', '1.5', 'many']) {
    assertRefused(
      await inkgradHere(train('--synth-count', count), { cwd }),
      2,
      /--synth-count.*: expected a whole number from 1 to 100000/,
    );
  }
  const other = await inkgradHere(['train', '--data', 'mnist', '--synth-count', '5'], { cwd });
  assertRefused(other, 2, /--synth-count: belongs to --data synth/);
  const unfit = await inkgrad(['train', '--data', 'synth', '--preprocess', 'mnist', '--out', 'third'], {
    cwd,
  });
  assertRefused(unfit, 1, /96×96 does not fit the recipe mnist/);
});

test.run();
