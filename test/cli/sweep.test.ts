// A sweep trains each combination once, ranks them by the images kept aside, and goes on where it was killed.
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inkgrad, strokes, tinyModel } from '../support/cli.ts';
import { jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const { path: cwd } = folders.make({ ...strokes('strokes/', 16), 'tiny.json': tinyModel });

const sweep = (out: string, ...more: string[]) => [
  ...['sweep', '--data', 'strokes', '--model', 'tiny.json', '--device', 'cpu', '--validation', '0.3'],
  ...['--batch', '4', '--out', out, ...more],
];

interface Ranked {
  readonly run: string;
  readonly tried: Readonly<Record<string, unknown>>;
  readonly validation?: { readonly epoch: number; readonly loss: number; readonly accuracy: number };
  readonly failed?: string;
}

const grid = ['--epochs', '3', '--try', 'lr=0.0001,0.03', '--try', 'optimizer=adam,sgd'];
const bytes = (run: string) =>
  ['config.json', 'metrics.jsonl', 'checkpoints/last.safetensors'].map((name) => ({
    name,
    at: statSync(join(cwd, run, name)).mtimeMs,
    text: readFileSync(join(cwd, run, name)).toString('base64'),
  }));

test('every combination is a run, ranked by the images kept aside; a second start repeats none', async () => {
  const { trials } = await jsonHere<{ trials: Ranked[] }>(sweep('grid', ...grid), { cwd });
  assert.is(trials.length, 4);
  assert.equal(readdirSync(join(cwd, 'grid')).sort(), [
    'sweep.json',
    'table.csv',
    ...[1, 2, 3, 4].map((i) => `trial-${i}`),
  ]);
  trials.slice(1).forEach(({ validation: b }, i) => {
    const { validation: a } = trials[i];
    assert.ok(a!.accuracy > b!.accuracy || (a!.accuracy === b!.accuracy && a!.loss <= b!.loss));
  });
  const config = JSON.parse(readFileSync(join(cwd, trials[0].run, 'config.json'), 'utf8')) as {
    settings: Record<string, unknown>;
  };
  for (const [name, value] of Object.entries(trials[0].tried)) assert.is(config.settings[name], value);
  const csv = readFileSync(join(cwd, 'grid/table.csv'), 'utf8').split('\n');
  assert.match(csv[0], /^rank,run,lr,optimizer,epoch,validation_loss,validation_accuracy,test_loss,/);
  assert.ok(csv[1].startsWith(`1,${trials[0].run},${trials[0].tried.lr},`), csv[1]);
  assert.is(csv.length, 6);

  const before = trials.map(({ run }) => bytes(run));
  const { stdout, stderr } = await succeedsHere(sweep('grid', ...grid), { cwd });
  assert.is(stderr.match(/^trial \d of 4: .* is done$/gm)?.length, 4);
  assert.match(stdout, /^rank +run +lr +optimizer +epoch +loss +accuracy\n +1 +grid\/trial-\d/);
  assert.equal(
    trials.map(({ run }) => bytes(run)),
    before,
  );
});

test('a sweep that is killed goes on, and ends with the bits of one that was not', async () => {
  const long = ['--epochs', '30', '--try', 'lr=0.001,0.01', '--save-every', '0.02'];
  await succeedsHere(sweep('whole', ...long), { cwd });
  const file = join(cwd, 'killed/trial-2/metrics.jsonl');
  const ready = () => existsSync(file) && statSync(file).size > 3000;
  const { code } = await inkgrad(sweep('killed', ...long), { cwd, signalWhen: { signal: 'SIGKILL', ready } });
  assert.is(code, null, 'it was killed');
  const first = bytes('killed/trial-1');
  const { stderr } = await succeedsHere(sweep('killed', ...long), { cwd });
  assert.match(stderr, /^trial 1 of 2: lr 0\.001 is done$/m);
  assert.match(stderr, /^run {5}killed\/trial-2, [\d,]+ steps done/m);
  assert.equal(bytes('killed/trial-1'), first);
  for (const name of ['trial-1', 'trial-2']) {
    const [, ...killed] = bytes(`killed/${name}`).map(({ text }) => text);
    const [, ...whole] = bytes(`whole/${name}`).map(({ text }) => text);
    assert.equal(killed, whole, name);
  }
});

test('a trial that was killed before its first step begins anew', async () => {
  const one = ['--epochs', '1', '--try', 'lr=0.01,0.02'];
  await succeedsHere(sweep('begun', ...one), { cwd });
  rmSync(join(cwd, 'begun/trial-2/checkpoints'), { recursive: true });
  rmSync(join(cwd, 'begun/trial-2/metrics.jsonl'));
  const { trials } = await jsonHere<{ trials: Ranked[] }>(sweep('begun', ...one), { cwd });
  assert.is(trials.filter(({ validation }) => validation !== undefined).length, 2);
});

test('a trial that diverges is ranked last and not tried again', async () => {
  const wild = ['--epochs', '2', '--optimizer', 'sgd', '--try', 'lr=0.01,1e39'];
  const { trials } = await jsonHere<{ trials: Ranked[] }>(sweep('wild', ...wild), { cwd });
  assert.equal([trials[0].tried.lr, trials[1].tried.lr], [0.01, 1e39]);
  assert.match(trials[1].failed ?? '', /loss became .*--lr/);
  const { stdout, stderr } = await succeedsHere(sweep('wild', ...wild), { cwd });
  assert.match(stdout, /^ *– +wild\/trial-2 +1e\+39 +failed: loss became/m);
  assert.is(stderr.match(/ is done$/gm)?.length, 2);
});

test('random draws', async () => {
  const drawn = ['--epochs', '1', '--try', 'lr=0.001..0.1', '--draws', '3', '--seed', '5'];
  const { trials } = await jsonHere<{ trials: Ranked[] }>(sweep('drawn', ...drawn), { cwd });
  assert.is(new Set(trials.map(({ tried }) => tried.lr)).size, 3);
});

test('what cannot be tried is refused before anything is trained', async () => {
  const refuse = (words: string[], code: number, ...patterns: RegExp[]) =>
    refusedHere(words, code, patterns, { cwd });
  await refuse(sweep('no'), 2, /--try: say what to try/);
  await refuse(sweep('no', '--try', 'lrr=1'), 2, /--try lrr=1: .*did you mean lr\?/);
  await refuse(sweep('no', '--try', 'lr=0.1..1'), 2, /--try lr: .*--draws/);
  await refuse(sweep('no', '--try', 'augment=light,strnog'), 2, /--augment strnog: expected .*strong\?/);
  await refuse(sweep('no', '--try', 'model=tiny.json,lnet'), 1, /--model lnet: no such model.*lenet\?/);
  await refuse(sweep('strokes/out', '--try', 'lr=1'), 2, /lies in the data set strokes/);
  await refuse(sweep('strokes', '--try', 'lr=1'), 2, /lies in the data set strokes/);
  await refuse(sweep('grid', ...grid, '--seed', '7'), 1, /grid: holds a sweep with --seed 1; give the same/);
  await refuse(sweep('grid', '--epochs', '3', '--try', 'lr=0.5'), 1, /grid: holds a sweep of other trials/);
  await refuse(sweep('grid/trial-1', ...grid), 1, /grid\/trial-1: is not empty and no sweep/);
});

test.run();
