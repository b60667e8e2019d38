// Several runs read the same images together, and each image in several copies; what does not fit is refused by name.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { strokes, tinyModel } from '../support/cli.ts';
import { jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const pictures = strokes('three/', 12);
const two = Object.entries(pictures).filter(([name]) => !name.includes('slash'));
const { path: cwd } = folders.make({
  ...pictures,
  ...Object.fromEntries(two.map(([name, file]) => [name.replace('three/', 'two/'), file])),
  'tiny.json': tinyModel,
});

const train = (out: string, data: string, ...more: string[]) =>
  succeedsHere(
    [
      'train',
      '--data',
      data,
      '--model',
      'tiny.json',
      '--device',
      'cpu',
      '--epochs',
      '2',
      '--out',
      out,
      ...more,
    ],
    { cwd },
  );
await train('a', 'three', '--lr', '0.01');
await train('b', 'three', '--lr', '0.1');
await train('pair', 'two');
await train('photo', 'three', '--preprocess', 'photo');
await train('split', 'three', '--seed', '9');

interface Scores {
  readonly loss: number;
  readonly accuracy: number;
  readonly runs?: readonly string[];
  readonly copies?: number;
  readonly confusion: readonly (readonly number[])[];
}

const scores = (...args: string[]) => jsonHere<Scores>(['evaluate', ...args, '--device', 'cpu'], { cwd });

test('two runs together lose no more than they do on average', async () => {
  const [a, b, both] = [await scores('a'), await scores('b'), await scores('a', 'b')];
  assert.ok(both.loss <= (a.loss + b.loss) / 2 + 1e-6 && both.loss !== a.loss, `${both.loss}`);
  assert.equal([a.runs, both.runs?.length, both.copies], [undefined, 2, 1]);
  const images = (one: Scores) => one.confusion.flat().reduce((sum, n) => sum + n, 0);
  assert.is(images(both), images(a));
});

test('copies of an image count as well, the same ones each time', async () => {
  const [once, again, plain] = [
    await scores('a', '--tta', '3'),
    await scores('a', '--tta', '3'),
    await scores('a'),
  ];
  assert.equal(once, again);
  assert.is(once.copies, 4);
  assert.not.equal(once.loss, plain.loss);
  const { stdout } = await succeedsHere(['evaluate', 'a', 'b', '--tta', '1', '--device', 'cpu'], { cwd });
  assert.match(stdout, /\n2 runs together, each image read in 2 copies\n/);
});

test('runs of other classes or another recipe are refused by name', async () => {
  const refuse = (runs: string[], ...patterns: RegExp[]) =>
    refusedHere(['evaluate', ...runs], 2, patterns, { cwd });
  await refuse(
    ['a', 'pair'],
    /pair\/\S+: cannot be read together with a\//,
    /classes are bar dash, and not bar dash slash/,
  );
  await refuse(['a', 'b', 'photo'], /photo\/\S+: cannot be .* a\//, /recipe photo, and not scan/);
  await refuse(['a', 'b', 'a'], /a\/\S+: is given twice/);
  await refuse(['a', '--tta', '-1'], /--tta -1: expected a whole number ≥ 0/);
  await refusedHere(['evaluate', 'a', 'nowhere'], 1, [/nowhere: no such run/], { cwd });
});

test('a run that was split otherwise is named', async () => {
  const { stderr } = await succeedsHere(['evaluate', 'a', 'split', '--device', 'cpu'], { cwd });
  const { path } = readCheckpoint(join(cwd, 'split'));
  assert.ok(stderr.includes(`${path.replace(`${cwd}/`, '')}: has other test images`), stderr);
});

test.run();
