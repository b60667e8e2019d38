// The page that a run ends with, made again, compared with others; and what evaluate writes beside its figures.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { strokes } from '../support/cli.ts';
import { inkgradHere, jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

/** The same class by another name for a third of its images, so that some are misread whatever is learnt. */
const set = strokes('set/', 6);
const hostile = Object.fromEntries(
  Object.entries(strokes('', 6))
    .filter(([path]) => path.startsWith('bar/'))
    .map(([path, bytes]) => [path.replace('bar/', 'set/con <b>/'), bytes]),
);
const model = JSON.stringify({
  name: 'filters',
  input: [1, 28, 28],
  layers: [
    { type: 'conv2d', outChannels: 2, kernelSize: 3 },
    { type: 'maxPool2d', kernelSize: 4 },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 'classes' },
  ],
});
const { path: cwd } = folders.make({ ...set, ...hostile, 'filters.json': model });
const read = (...path: string[]) => readFileSync(join(cwd, ...path), 'utf8');

const train = [
  'train',
  '--data',
  'set',
  '--model',
  'filters.json',
  '--device',
  'cpu',
  '--epochs',
  '3',
  '--test-share',
  '0.5',
];
const { stdout, stderr } = await succeedsHere([...train, '--out', 'one', '--lr', '0.01'], { cwd });
await succeedsHere([...train, '--out', 'two', '--lr', '0.02'], { cwd });

interface Scores {
  readonly accuracy: number;
  readonly confusion: number[][];
  readonly perClass: { readonly class: string }[];
  readonly mistakes: { readonly folder: string; readonly images: number };
}

test('a run ends with its page and a small curve, after the table', () => {
  assert.match(stdout, 'class');
  assert.match(stderr, /loss {6}[▁-█]+ {2}\d\.\d{4} to \d\.\d{4}\naccuracy {2}[▁-█]{3} {2}/);
  assert.match(stderr, 'page in one/report.html');
  const page = read('one/report.html');
  for (const part of ['How it went', 'Confusion', 'Worst mistakes', 'Filters', 'From what it was made'])
    assert.match(page, `<h2>${part}`);
});

test('report makes the page again, the same to the byte: "evaluate RUN" means the images that it was tested on', async () => {
  const report = await jsonHere<{ page: string; runs: unknown[] }>(
    ['report', 'one', '--device', 'cpu', '--out', 'again.html'],
    { cwd },
  );
  assert.is(report.page, 'again.html');
  assert.is(read('again.html'), read('one/report.html'));
});

test('the curves of a run as files', async () => {
  const { stdout } = await succeedsHere(['report', 'one', '--device', 'cpu', '--svg', 'curves'], { cwd });
  assert.match(stdout, 'one/report.html');
  assert.equal(readdirSync(join(cwd, 'curves')).sort(), [
    'accuracy.svg',
    'loss.svg',
    'rate.svg',
    'throughput.svg',
  ]);
  assert.match(read('curves/loss.svg'), /^<svg xmlns=/);
});

test('two runs compared: ranked, with what differs', async () => {
  const { stdout } = await succeedsHere(['report', 'one', 'two', '--out', 'both.html'], { cwd });
  assert.match(stdout, 'both.html  2 runs compared');
  const page = read('both.html');
  assert.match(page, '2 runs compared');
  assert.match(page, /<th scope="row">lr<\/th>/);
  assert.not.match(page, /<th scope="row">epochs<\/th>/);
});

test('evaluate --report and --mistakes: a page, and each misread image by truth and reading', async () => {
  const args = ['evaluate', 'one', '--device', 'cpu', '--report', 'test.html', '--mistakes', 'wrong'];
  const { confusion, perClass, mistakes } = await jsonHere<Scores>(args, { cwd });
  const wrong = confusion.flatMap((row, label) =>
    row.flatMap((images, predicted) => (label === predicted ? [] : [{ label, predicted, images }])),
  );
  const total = wrong.reduce((sum, { images }) => sum + images, 0);
  assert.ok(total > 0, 'some are misread');
  assert.equal(mistakes, { folder: 'wrong', images: total });
  const files = readdirSync(join(cwd, 'wrong'));
  assert.is(files.length, total + 1);
  const list = JSON.parse(read('wrong/mistakes.json'));
  for (const { label, predicted, images } of wrong) {
    const [truth, reading] = [label, predicted].map((i) => perClass[i].class);
    const named = list.filter(
      (each: { truth: string; reading: string }) => each.truth === truth && each.reading === reading,
    );
    assert.is(named.length, images);
    const prefix = `${truth}-read-as-${reading}-`.replaceAll(/[<>]/g, '_');
    assert.is(files.filter((name) => name.startsWith(prefix)).length, images, prefix);
    for (const { file, path, certainty } of named) {
      assert.ok(files.includes(file));
      assert.ok(existsSync(path) && path.includes(truth));
      assert.ok(certainty > 0 && certainty <= 1);
      const { width, height } = PNG.sync.read(readFileSync(join(cwd, 'wrong', file)));
      assert.equal([width, height], [28, 28]);
    }
  }
  const page = read('test.html');
  assert.match(page, 'con &lt;b>');
  assert.match(page, '<h2>Worst mistakes');
});

test('other data has a page too, called by its path', async () => {
  const args = ['evaluate', 'one', '--device', 'cpu', '--data', 'set', '--report', 'other.html'];
  const { stdout } = await succeedsHere(args, { cwd });
  assert.match(stdout, 'other.html  the same as a page');
});

test('what cannot be is refused in a line', async () => {
  await refusedHere(['report', 'set'], 1, [/set: holds no config\.json/], { cwd });
  await refusedHere(['report', 'one', 'nowhere'], 1, [/nowhere: /], { cwd });
  await refusedHere(['report', 'one', 'one/'], 2, [/twice/], { cwd });
  await refusedHere(
    ['report', 'one', 'two', '--out', 'no/such/page.html'],
    1,
    [/no\/such\/page\.html|no\/such/],
    { cwd },
  );
  const inside = ['evaluate', 'one', '--device', 'cpu', '--mistakes', 'set/wrong'];
  await refusedHere(inside, 2, [/--mistakes set\/wrong: lies in the data set/], { cwd });
});

test('a page that cannot be written is a line and exit code 1, after the result', async () => {
  // A folder stands where the page goes, as soon as the run has made its own.
  const { code, stdout, stderr } = await withFolderAtPage('blocked');
  assert.is(code, 1);
  assert.match(stdout, /run in blocked/);
  const lines = stderr.trim().split('\n');
  assert.match(lines[lines.length - 1], /^inkgrad: blocked\/report\.html: cannot be written \(.*\)/);
  assert.match(stderr, 'next: npx inkgrad predict blocked', 'what comes after it is done all the same');
});

/** Trains into a folder in which a folder takes the name of the page while it trains. */
async function withFolderAtPage(out: string) {
  const timer = setInterval(() => {
    if (existsSync(join(cwd, out, 'config.json')))
      mkdirSync(join(cwd, out, 'report.html'), { recursive: true });
  }, 1);
  try {
    return await inkgradHere([...train, '--out', out], { cwd });
  } finally {
    clearInterval(timer);
  }
}

test('a run whose images are gone has its page without them, and says so', async () => {
  renameSync(join(cwd, 'set'), join(cwd, 'gone'));
  try {
    const { stderr } = await succeedsHere(['report', 'two', '--device', 'cpu', '--out', 'bare.html'], {
      cwd,
    });
    assert.match(stderr, /set.*the page goes without the test images/);
    assert.match(read('bare.html'), 'How it went');
    assert.not.match(read('bare.html'), '<h2>Confusion');
  } finally {
    renameSync(join(cwd, 'gone'), join(cwd, 'set'));
  }
});

test.run();
