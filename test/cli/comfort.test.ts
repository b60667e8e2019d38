// What cannot be read is left out and listed where that is asked for; metrics as a table for other programs.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readJsonLines, strokes, tinyModel } from '../support/cli.ts';
import { jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const pictures = strokes('strokes/', 12);
const cut = pictures['strokes/dash/05.png'].subarray(0, 90);
const parted = { ...strokes('parted/train/', 6), ...strokes('parted/test/', 3) };
const { path: cwd } = folders.make({
  ...pictures,
  'strokes/bar/03.png': 'no picture',
  'strokes/dash/05.png': cut,
  ...parted,
  'parted/train/bar/01.png': 'no picture',
  'parted/test/slash/00.png': cut,
  ...strokes('lost/', 2),
  'lost/bar/00.png': 'no picture',
  'lost/bar/01.png': 'no picture',
  'tiny.json': tinyModel,
});

const train = (data: string, out: string, ...more: string[]) => [
  ...['train', '--data', data, '--model', 'tiny.json', '--device', 'cpu', '--epochs', '2', '--batch', '8'],
  ...['--out', out, ...more],
];

interface Config {
  readonly data: { readonly images: Readonly<Record<string, number>> };
}
const imagesOf = (run: string) =>
  (JSON.parse(readFileSync(join(cwd, run, 'config.json'), 'utf8')) as Config).data.images;

test('without --skip-broken two broken images end the training, with it they are left out and listed', async () => {
  await refusedHere(train('strokes', 'no'), 1, [/strokes: 2 of 36 images are broken/], { cwd });
  const { stderr } = await succeedsHere(train('strokes', 'run', '--skip-broken'), { cwd });
  const list = /^2 images left out, which cannot be read:\n(.*)\n(.*)$/m.exec(stderr);
  assert.ok(list?.[1].includes('strokes/bar/03.png: ') && list[2].includes('strokes/dash/05.png: '), stderr);
  assert.not.match(stderr, /hold no ink/);
  const { train: some, validation, test: tested } = imagesOf('run');
  assert.is(some + validation + tested, 34);
});

test('evaluate and resume leave out what the training did', async () => {
  const { confusion } = await jsonHere<{ confusion: number[][] }>(['evaluate', 'run', '--device', 'cpu'], {
    cwd,
  });
  assert.is(
    confusion.flat().reduce((sum, n) => sum + n, 0),
    imagesOf('run').test,
  );
  await succeedsHere(['resume', 'run', '--epochs', '3'], { cwd });
});

test('in parts too, each loses its own; a class of which nothing is left ends it', async () => {
  const { stderr } = await succeedsHere(train('parted', 'parts', '--skip-broken'), { cwd });
  assert.match(stderr, /^2 images left out/m);
  const { train: some, validation, test: tested } = imagesOf('parts');
  assert.equal([some + validation, tested], [17, 8]);
  await refusedHere(train('lost', 'no', '--skip-broken'), 1, [/lost: 2 of 6 images are broken/], { cwd });
});

test('metrics.csv has a row for each step, each epoch and the test; a run that goes on keeps it up', async () => {
  for (const name of ['bar/03', 'dash/05'])
    writeFileSync(join(cwd, `strokes/${name}.png`), pictures[`strokes/${name}.png`]);
  await succeedsHere(train('strokes', 'table', '--csv'), { cwd });
  const read = () => {
    const [head, ...rows] = readFileSync(join(cwd, 'table/metrics.csv'), 'utf8').trimEnd().split('\n');
    return rows.map((row) => Object.fromEntries(row.split(',').map((cell, i) => [head.split(',')[i], cell])));
  };
  const rows = read();
  const lines = readJsonLines(join(cwd, 'table/metrics.jsonl'));
  assert.is(rows.length, lines.length);
  lines.forEach((line, i) => {
    if ('rate' in line) {
      const { step, loss, correct, samples } = line as Record<string, number>;
      assert.equal(
        [rows[i].step, rows[i].loss, rows[i].accuracy],
        [step, loss, correct / samples].map(String),
      );
      assert.is(rows[i].validation_loss, '');
    } else if ('validation' in line) {
      const { loss, accuracy } = line.validation as Record<string, number>;
      assert.equal([rows[i].validation_loss, rows[i].validation_accuracy], [loss, accuracy].map(String));
    } else assert.is(rows[i].test_accuracy, String((line.test as { accuracy: number }).accuracy));
  });
  await succeedsHere(['resume', 'table', '--epochs', '3'], { cwd });
  assert.ok(read().length > rows.length);
  rmSync(join(cwd, 'table/metrics.csv'));
  await succeedsHere(['resume', 'table', '--epochs', '4', '--csv'], { cwd });
  assert.is(read().at(-1)?.step, '16');
});

test.run();
