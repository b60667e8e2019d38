// Fine-tuning, early stops and kept epochs, as the command line gives them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { strokes, tinyModel } from '../support/cli.ts';
import { refusedHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const pictures = strokes('three/', 8);
const two = Object.entries(pictures).filter(([name]) => !name.includes('slash'));
const { path: cwd } = folders.make({
  ...pictures,
  ...Object.fromEntries(two.map(([name, file]) => [name.replace('three/', 'two/'), file])),
  'tiny.json': tinyModel,
  'weights.json': '{"bar": 3}',
  'stray.json': '{"cross": 3}',
});

const train = (...args: string[]) =>
  succeedsHere(['train', '--model', 'tiny.json', '--device', 'cpu', '--batch', '4', ...args], { cwd });
const weightsIn = (run: string) => readCheckpoint(join(cwd, run, 'checkpoints/last.safetensors')).weights;

await train('--data', 'three', '--epochs', '2', '--out', 'base');

test('fine-tuning begins with the weights of a run; for other classes its last layer is made anew', async () => {
  const tune = ['--lr', '1e-12', '--weight-decay', '0', '--epochs', '1', '--from', 'base'];
  const same = await succeedsHere(['train', '--data', 'three', '--device', 'cpu', ...tune, '--out', 'same'], {
    cwd,
  });
  assert.match(same.stderr, /^model {3}tiny, /m);
  assert.match(same.stderr, /^from {4}base\/checkpoints\/best\.safetensors$/m);
  const [before, after] = [readCheckpoint(join(cwd, 'base')).weights, weightsIn('same')];
  for (const [name, { data }] of before)
    assert.ok(
      data.every((value, i) => Math.abs(value - after.get(name)!.data[i]) < 1e-6),
      name,
    );

  const other = await train('--data', 'two', ...tune, '--out', 'other');
  assert.match(other.stderr, /best\.safetensors; other classes: its last layer is made anew$/m);
  assert.equal(weightsIn('other').get('2.weight')!.shape, [2, 49]);
});

test('another model than that of the weights is refused, and one that is frozen as a whole', async () => {
  const args = ['train', '--data', 'three', '--device', 'cpu', '--from', 'base'];
  await refusedHere(
    [...args, '--model', 'lenet', '--out', 'x'],
    1,
    [/tiny differs from lenet in layer 0; leave --model out/],
    {
      cwd,
    },
  );
  await refusedHere([...args, '--freeze', '3', '--out', 'x'], 1, [/--freeze 3: leaves no layer/], { cwd });
});

test('every N-th epoch is kept, and patience ends a run that gets no better', async () => {
  await train('--data', 'three', '--epochs', '5', '--keep-every', '2', '--out', 'kept');
  const files = readdirSync(join(cwd, 'kept/checkpoints')).sort();
  assert.equal(files, ['best.safetensors', 'epoch-2.safetensors', 'epoch-4.safetensors', 'last.safetensors']);
  const patient = ['--lr', '1e-9', '--epochs', '40', '--patience', '3', '--validation', '0.4'];
  const { stderr } = await train('--data', 'three', ...patient, '--out', 'patient');
  const epochs = stderr.match(/^epoch \d+: validation/gm)!.length;
  assert.ok(epochs >= 4 && epochs < 40, `${epochs} epochs`);
  assert.match(stderr, /^stopped early: 3 epochs brought nothing better than epoch \d+$/m);
  const { stderr: more } = await succeedsHere(['resume', 'patient', '--epochs', String(epochs + 2)], { cwd });
  assert.is(more.match(/^epoch \d+: validation/gm)!.length, 2);
});

test('a budget of time ends the training, not the run', async () => {
  const args = ['--data', 'three', '--epochs', '100000', '--minutes', '0.01', '--out', 'short'];
  const { stderr, stdout } = await train(...args);
  assert.match(stderr, /^stopped early: 0\.01 minutes are over$/m);
  assert.match(stdout, /^test on \d+ images/m);
  assert.ok(existsSync(join(cwd, 'short/checkpoints/best.safetensors')));
});

test('classes are weighted by a file, by their names', async () => {
  await train('--data', 'three', '--epochs', '1', '--class-weights', 'weights.json', '--out', 'weighted');
  const config = JSON.parse(readFileSync(join(cwd, 'weighted/config.json'), 'utf8'));
  assert.equal(config.settings.classWeights, { bar: 3 });
  const args = ['train', '--data', 'three', '--model', 'tiny.json', '--device', 'cpu', '--out', 'x'];
  await refusedHere([...args, '--class-weights', 'stray.json'], 1, [/--class-weights: cross is no class/], {
    cwd,
  });
  await refusedHere(
    [...args, '--class-weights', 'balance'],
    2,
    [/--class-weights balance: .*did you mean balanced\?/],
    { cwd },
  );
});

test('--quiet leaves results, warnings and errors', async () => {
  const args = ['train', '--data', 'three', '--model', 'tiny.json', '--device', 'cpu', '--quiet'];
  const told = await succeedsHere([...args, '--validation', '0', '--out', 'quiet'], { cwd });
  assert.match(
    told.stderr,
    /^warning: the validation images are the training images: .*--validation 0\.05$/m,
  );
  const others = told.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning: '));
  assert.equal(others, []);
  assert.match(told.stdout, /^test on \d+ images/m);
  await refusedHere([...args, '--lr', 'much'], 2, [/--lr: expected a number/], { cwd });
});

test.run();
