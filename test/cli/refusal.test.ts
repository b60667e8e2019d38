// What is no character of the model is shown as ? by predict, marked in pictures, told in JSON and counted by evaluate.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage, encodePng } from '../../pipeline/node/decode/decode.ts';
import { draw, json, succeeds } from '../support/cli.ts';
import { jsonHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

/** A seven of 80×100 at some place, a grid of 100×100 at another, and a wheel of as much. */
const isSeven = (x: number, y: number): boolean =>
  x >= 0 && x < 80 && y >= 0 && y < 100 && (y < 12 ? true : Math.abs(x - 72 + 0.5 * y) < 7);
const isGrid = (x: number, y: number): boolean =>
  x >= 0 && x < 100 && y >= 0 && y < 100 && (x % 30 < 7 || y % 30 < 7);
/** On a page a grid may be cut to characters along its lines, as those that touch are; a wheel has none that fit. */
const isWheel = (x: number, y: number): boolean => {
  const [u, v] = [x - 50, y - 50];
  const away = Math.hypot(u, v);
  const onSpoke = Math.abs(u) < 4 || Math.abs(v) < 4 || Math.abs(u - v) < 5 || Math.abs(u + v) < 5;
  return away < 50 && (onSpoke || Math.abs(away - 28) < 4 || away > 43);
};

const cwd = folders.make({
  'seven.png': encodePng(draw(140, 150, (x, y) => isSeven(x - 30, y - 25))),
  'grid.png': encodePng(draw(150, 150, (x, y) => isGrid(x - 25, y - 25))),
  'page.png': encodePng(
    draw(400, 200, (x, y) => isSeven(x - 40, y - 50) || isWheel(x - 150, y - 50) || isSeven(x - 290, y - 50)),
  ),
}).path;

interface Named {
  readonly label: string;
  readonly probability: number;
  readonly refused: boolean;
  readonly known: number;
}

test('a run to refuse with', async () => {
  await json('train --limit 4000 --epochs 2 --device wasm --out run'.split(' '), { cwd });
});

test('as text: a question mark and the best guess', async () => {
  const { stdout } = await succeeds(['predict', 'run', 'seven.png', 'grid.png'], { cwd });
  assert.match(
    stdout,
    /^seven\.png {2}7 \d+\.\d % {3}\d \d+\.\d % {3}\d \d+\.\d %\ngrid\.png {2}\? {2}\(best guess \d \d+\.\d %\)\n$/,
  );
});

test('as JSON: the best guess stays the label, and it is told that it is refused', async () => {
  const [seven, grid] = await jsonHere<Named[]>(['predict', 'run', 'seven.png', 'grid.png'], { cwd });
  assert.equal([seven.label, seven.refused, grid.refused], ['7', false, true]);
  assert.ok(seven.known > 0.5 && grid.known < 0.5, `${seven.known}, ${grid.known}`);
  assert.match(grid.label, /^\d$/);
});

test('on a page: ? in the text and the table, the best guess in JSON, orange in the picture', async () => {
  const args = ['predict', 'run', 'page.png', '--segment'];
  const { stdout } = await succeedsHere([...args, '--annotate', 'boxes.png'], { cwd });
  assert.match(stdout, /^7\s?\?\s?7\n/);
  assert.match(stdout, /\n +1 {2}\? \(\d\) +\d+\.\d %/);
  const [{ text, lines }] = await jsonHere<[{ text: string; lines: [{ characters: Named[] }] }]>(args, {
    cwd,
  });
  assert.match(text, /^7\s?\?\s?7$/);
  const { characters } = lines[0];
  assert.equal(
    characters.map(({ refused }) => refused),
    [false, true, false],
  );
  assert.match(characters[1].label, /^\d$/);
  const drawn = decodeImage(readFileSync(join(cwd, 'boxes.png')), 'boxes.png');
  const orange = Array.from({ length: drawn.data.length / 4 }, (_, i) => i).filter(
    (i) => drawn.data[4 * i] === 213 && drawn.data[4 * i + 1] === 94,
  );
  assert.ok(orange.length > 100, `${orange.length} pixels are orange`);
});

test('evaluate counts the images that would be refused, and tells how far certainties are off', async () => {
  const { stdout } = await succeedsHere(['evaluate', 'run'], { cwd });
  assert.match(stdout, /certainties are off by \d\.\d\d % on average \(temperature \d\.\d\d\)\n/);
  assert.match(stdout, /\n\d+ \(\d\.\d\d %\) would be refused as no character of the model\n$/);
  const scores = await jsonHere<{ calibration: object; refused: { images: number; share: number } }>(
    ['evaluate', 'run'],
    { cwd },
  );
  assert.equal(Object.keys(scores.calibration), ['temperature', 'error']);
  assert.is(scores.refused.share, scores.refused.images / 10_000);
  assert.ok(scores.refused.share < 0.03);
});

test.run();
