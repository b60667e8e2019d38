// Pages of several characters: text, boxes, JSON, annotated pictures, and what is refused.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkAnnotation } from '../../cli/commands/predict/annotation.ts';
import { UsageError } from '../../cli/usage.ts';
import { InkgradError } from '../../engine/errors.ts';
import { decodeImage, encodePng } from '../../pipeline/node/decode/decode.ts';
import {
  assertRefused,
  draw,
  filesIn,
  inkgrad,
  refused,
  stroke,
  succeeds,
  tinyModel,
} from '../support/cli.ts';
import { inkgradHere, jsonHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const kinds = { b: 'bar', s: 'slash', '-': 'dash' } as const;
type Letter = keyof typeof kinds;

/** Strokes on a page: lines of letters, each drawn on a tile of 40×40 pixels; a space is as wide. */
function page(...lines: string[]): Uint8Array {
  const width = 40 * Math.max(...lines.map((line) => line.length));
  const tiles = lines.map((line) =>
    [...line].map((letter) =>
      letter === ' ' ? undefined : decodeImage(stroke(kinds[letter as Letter]), letter),
    ),
  );
  return encodePng(
    draw(width, 60 * lines.length, (x, y) => {
      const tile = tiles[Math.floor(y / 60)][Math.floor(x / 40)];
      const row = (y % 60) - 10;
      return tile !== undefined && row >= 0 && row < 40 && tile.data[4 * (row * 40 + (x % 40))] < 128;
    }),
  );
}

const letters = Object.entries(kinds).flatMap(([letter, kind]) =>
  Array.from({ length: 12 }, (_, i) => [`letters/${letter}/${i}.png`, stroke(kind, i)] as const),
);
const folder = folders.make({
  ...Object.fromEntries(letters),
  'tiny.json': tinyModel,
  'page.png': page('sbs', 's ss'),
  'pages/1.png': page('ss'),
  'pages/2.png': encodePng(draw(50, 50, () => false)),
  'pages/3.png': page('s-s'),
  'text.png': 'hello',
});
const cwd = folder.path;

interface Page {
  readonly path: string;
  readonly error?: string;
  readonly text: string;
  readonly lines: readonly {
    readonly text: string;
    readonly characters: readonly {
      readonly label: string;
      readonly probability: number;
      readonly box: { x: number; y: number; width: number; height: number };
      readonly top: readonly { label: string; probability: number }[];
    }[];
  }[];
}

test('a run to read with', async () => {
  const flags = '--device cpu --epochs 100 --batch 9 --lr 0.05 --validation 0 --out run';
  await jsonHere(['train', '--data', 'letters', '--model', 'tiny.json', ...flags.split(' ')], { cwd });
});

test('text by lines and words, then the boxes as a table', async () => {
  const { stdout } = await succeeds(['predict', 'run', 'page.png', '--segment'], { cwd });
  const lines = stdout.split('\n');
  assert.equal(lines.slice(0, 3), ['sbs', 's ss', '']);
  assert.match(lines[3], /^line {2}character {2}probability +x +y +width +height$/);
  assert.match(lines[4], /^ {3}1 {2}s +\d+\.\d % +\d+ +\d+ +\d+ +\d+$/);
  assert.is(lines.length, 4 + 6 + 1);
  const bare = await succeedsHere(['predict', 'run', 'page.png', '--segment', '--no-boxes'], { cwd });
  assert.is(bare.stdout, 'sbs\ns ss\n');
});

test('--json has a box for each character, where its ink is', async () => {
  const [found] = await jsonHere<Page[]>(['predict', 'run', 'page.png', '--segment', '--top', '2'], { cwd });
  assert.equal(Object.keys(found), ['path', 'text', 'lines']);
  assert.equal([found.path, found.text], ['page.png', 'sbs\ns ss']);
  assert.equal(
    found.lines.map(({ text }) => text),
    ['sbs', 's ss'],
  );
  const [, bar] = found.lines[0].characters;
  assert.equal(Object.keys(bar).sort(), ['box', 'label', 'probability', 'refused', 'top']);
  // The first bar has ink in columns 17 to 19 and rows 6 to 33 of its tile.
  const { x, y, width, height } = bar.box;
  assert.ok(
    Math.abs(x - 57) <= 1 && Math.abs(y - 16) <= 1 && Math.abs(width - 3) <= 2 && Math.abs(height - 28) <= 2,
  );
  assert.is(bar.top.length, 2);
  assert.equal(bar.top[0], { label: bar.label, probability: bar.probability });
});

test('a page is read as its characters are by themselves', async () => {
  const [found] = await jsonHere<Page[]>(['predict', 'run', 'page.png', '--segment'], { cwd });
  const [alone] = await jsonHere<{ label: string; probability: number }[]>(
    ['predict', 'run', 'letters/b/0.png'],
    { cwd },
  );
  const bar = found.lines[0].characters[1];
  assert.is(bar.label, alone.label);
  assert.ok(Math.abs(bar.probability - alone.probability) < 0.05, `${bar.probability} ${alone.probability}`);
});

test('several pages: each under its path, and one without characters does not end the batch', async () => {
  const result = await inkgrad(['predict', 'run', 'pages', 'text.png', '--segment', '--no-boxes'], { cwd });
  assert.is(result.code, 1);
  assert.is(result.stdout, 'pages/1.png\nss\n\npages/3.png\ns-s\n');
  const lines = result.stderr.trimEnd().split('\n');
  assert.is(lines.length, 2, result.stderr);
  assert.match(lines[0], /^inkgrad: pages\/2\.png: no characters found; give/);
  assert.match(lines[1], /^inkgrad: text\.png: /);

  const asJson = await inkgradHere(['predict', 'run', 'pages', '--segment', '--json'], { cwd });
  assert.is(asJson.code, 0, 'a page without ink is no failure where others were read');
  const pages = JSON.parse(asJson.stdout) as Page[];
  assert.equal(
    pages.map(({ path, text, error }) => [path, text, error?.slice(0, 32)]),
    [
      ['pages/1.png', 'ss', undefined],
      ['pages/2.png', undefined, 'pages/2.png: no characters found'],
      ['pages/3.png', 's-s', undefined],
    ],
  );
});

test('a page from a pipe, and labels of more than one character apart from each other', async () => {
  const named = Object.fromEntries(
    letters.map(([path, image]) => [
      path.replace(/\/(.)\//, (_, letter: Letter) => `/${kinds[letter]}/`),
      image,
    ]),
  );
  const other = folders.make({ ...named, 'tiny.json': tinyModel });
  const flags = '--model tiny.json --device cpu --epochs 100 --batch 9 --lr 0.05 --validation 0 --out run';
  await jsonHere(['train', '--data', 'letters', ...flags.split(' ')], { cwd: other.path });
  const input = readFileSync(join(cwd, 'page.png'));
  const args = ['predict', 'run', '-', '--segment', '--no-boxes'];
  const { stdout } = await succeeds(args, { cwd: other.path, input });
  assert.is(stdout, 'slash bar slash\nslash slash slash\n');
});

test('--annotate writes the picture with boxes, also beside --json', async () => {
  await succeedsHere(['predict', 'run', 'page.png', '--segment', '--json', '--annotate', 'boxes.png'], {
    cwd,
  });
  const drawn = decodeImage(readFileSync(join(cwd, 'boxes.png')), 'boxes.png');
  const original = decodeImage(readFileSync(join(cwd, 'page.png')), 'page.png');
  assert.is(drawn.width % original.width, 0);
  const colored = Array.from({ length: drawn.data.length / 4 }, (_, i) =>
    drawn.data.subarray(4 * i, 4 * i + 3),
  );
  const marked = colored.filter(
    ([r, g, b]) => (r === 0 && g === 114 && b === 178) || (r === 213 && g === 94),
  );
  assert.ok(marked.length > 500, `${marked.length} pixels of boxes and plates`);
});

test('--annotate refuses what it cannot or should not write, before any work', async () => {
  writeFileSync(join(cwd, 'kept.png'), 'kept');
  const several = ['predict', 'run', 'pages', '--segment', '--annotate', 'kept.png'];
  await refused(several, 2, [/--annotate kept\.png: is for one picture, and 3 are given/], { cwd });
  assert.is(readFileSync(join(cwd, 'kept.png'), 'utf8'), 'kept');

  const picture = join(cwd, 'page.png');
  const folder = folders.make({ 'a.png/b.txt': '' }).path;
  for (const [file, kind, pattern] of [
    ['boxes.jpg', UsageError, /boxes\.jpg: expected a name that ends in \.png/],
    [picture, UsageError, /is the picture that is read; give another name/],
    [join(cwd, 'pages/../page.png'), UsageError, /is the picture that is read/],
    [join(folder, 'a.png'), UsageError, /is a folder; give the name of a file/],
    [join(folder, 'no/such.png'), InkgradError, /its folder is not there; make it first/],
  ] as const) {
    try {
      checkAnnotation(file, [picture]);
      assert.unreachable(`${file} is refused`);
    } catch (error) {
      assert.instance(error, kind);
      assert.match((error as Error).message, pattern);
      assert.match((error as Error).message, /^--annotate [^\n]+$/);
    }
  }
  checkAnnotation(join(cwd, 'new.png'), [picture]);
});

test('an annotation of a page without characters is not written', async () => {
  const args = ['predict', 'run', 'pages/2.png', '--segment', '--annotate', 'none.png'];
  assertRefused(await inkgradHere(args, { cwd }), 1, /pages\/2\.png: no characters found/);
  assert.not.ok(filesIn(cwd).some((name) => name.startsWith('none.png')));
});

test('many images are named together as one by one', async () => {
  interface Guess {
    readonly path: string;
    readonly probability: number;
  }
  // 144 images are two batches; each image is in both.
  const many = await jsonHere<Guess[]>(['predict', 'run', ...new Array(4).fill('letters')], { cwd });
  assert.is(many.length, 144);
  for (const i of [0, 20, 35]) {
    const [alone] = await jsonHere<Guess[]>(['predict', 'run', many[i].path], { cwd });
    for (const again of [i, i + 36, i + 108]) {
      assert.is(many[again].path, alone.path);
      assert.ok(Math.abs(many[again].probability - alone.probability) < 1e-5);
    }
  }
});

test.run();
