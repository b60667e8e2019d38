// One picture has one reading: what predict names it is what evaluate counts it as, for models of either kind.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fill } from '../../pipeline/draw/fill.ts';
import type { RgbaImage } from '../../pipeline/image/image.ts';
import { encodePng } from '../../pipeline/node/decode/decode.ts';
import { strokes, tinyModel } from '../support/cli.ts';
import { jsonHere, succeedsHere } from '../support/cliHere.ts';
import { BLACK, CLEAR, type Colour, painted, WHITE } from '../support/drawn.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

/** Outlines in a square of side 1. */
const shapes = {
  1: [0.45, 0.15, 0.56, 0.15, 0.56, 0.85, 0.45, 0.85],
  7: [0.25, 0.15, 0.75, 0.15, 0.75, 0.27, 0.5, 0.85, 0.36, 0.85, 0.6, 0.28, 0.25, 0.28],
} as const;

type Digit = keyof typeof shapes;

/** How much of each pixel is ink, 0…1. */
const inkOf = (digit: Digit, side: number): Float32Array =>
  fill([Float64Array.from(shapes[digit], (at) => at * side)], side, side).data;

/** A digit in two colours, with soft edges. */
function written(
  digit: Digit,
  side: number,
  ink: Colour,
  paper: Colour,
  light = (_x: number, _y: number) => 1,
): RgbaImage {
  const share = inkOf(digit, side);
  return painted(side, side, (x, y) => {
    const s = share[y * side + x];
    const mix = (c: number) =>
      Math.round((s * (ink[c] ?? 255) + (1 - s) * (paper[c] ?? 255)) * (c < 3 ? light(x, y) : 1));
    return [mix(0), mix(1), mix(2), mix(3)];
  });
}

const kinds: Readonly<Record<string, (digit: Digit) => RgbaImage>> = {
  'black-on-white-28': (digit) => written(digit, 28, BLACK, WHITE),
  'prepared-28': (digit) => written(digit, 28, WHITE, BLACK),
  'white-on-black-90': (digit) => written(digit, 90, WHITE, BLACK),
  'transparent-white-64': (digit) => written(digit, 64, [255, 255, 255, 255], [255, 255, 255, 0]),
  'transparent-black-28': (digit) => written(digit, 28, [0, 0, 0, 255], CLEAR),
  shadow: (digit) => written(digit, 120, [60, 60, 70], [230, 228, 220], (x, y) => (x + y > 130 ? 0.5 : 1)),
  frame: (digit) => {
    const { width, height, data } = written(digit, 110, BLACK, WHITE);
    const isFrame = (x: number, y: number) => Math.min(x, y, width - 1 - x, height - 1 - y) < 3;
    return painted(width, height, (x, y) =>
      isFrame(x, y)
        ? BLACK
        : ([...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)] as unknown as Colour),
    );
  },
  blank: () => painted(40, 40, () => WHITE),
};

/** A folder for each kind of picture, so that the counts of evaluate say what became of every single one. */
const files = (classes: Readonly<Record<string, Digit>>) =>
  Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, draw]) =>
      Object.entries(classes).map(([name, digit]) => [`${kind}/${name}/a.png`, encodePng(draw(digit))]),
    ),
  );

interface Guess {
  readonly path: string;
  readonly label?: string;
  readonly error?: string;
}

interface Evaluation {
  readonly perClass: readonly { readonly class: string }[];
  /** row: what it is, column: what it is taken for */
  readonly confusion: readonly (readonly number[])[];
}

/** Names every picture both ways; gives how many different labels came up. */
async function compare(cwd: string, run: string, classes: Readonly<Record<string, Digit>>): Promise<number> {
  const names = Object.keys(classes);
  const guesses = await jsonHere<Guess[]>(['predict', run, ...Object.keys(kinds), '--top', '1'], { cwd });
  assert.is(guesses.length, names.length * Object.keys(kinds).length);
  for (const kind of Object.keys(kinds)) {
    const { confusion, perClass } = await jsonHere<Evaluation>(['evaluate', run, '--data', kind], { cwd });
    const labels = perClass.map((each) => each.class);
    for (const name of names) {
      const { label, error } = guesses.find(({ path }) => path === join(kind, name, 'a.png'))!;
      const row = confusion[labels.indexOf(name)];
      assert.is(
        row.reduce((sum, count) => sum + count, 0),
        1,
      );
      if (kind === 'blank') assert.match(error!, 'no ink found');
      else assert.is(label, labels[row.indexOf(1)], `${kind}/${name}`);
    }
  }
  return new Set(guesses.flatMap(({ label }) => label ?? [])).size;
}

test('a model of prepared images', async () => {
  const classes = { 1: 1, 7: 7 } as const;
  const { path: cwd } = folders.make(files(classes));
  await jsonHere('train --limit 600 --epochs 2 --device wasm --lr 0.003 --out run'.split(' '), { cwd });
  assert.ok((await compare(cwd, 'run', classes)) > 1);
});

test('a model of pictures in folders', async () => {
  const classes = { bar: 1, slash: 7 } as const;
  const { path: cwd } = folders.make({ ...files(classes), ...strokes('set/'), 'tiny.json': tinyModel });
  const words = 'train --data set --model tiny.json --epochs 30 --batch 9 --lr 0.05 --device cpu --out run';
  await jsonHere(words.split(' '), { cwd });
  assert.ok((await compare(cwd, 'run', classes)) > 1);
});

test('pictures that training took as they are do not count as changed where they are read as others are', async () => {
  const many = Array.from({ length: 6 }, (_, i) => i);
  const prepared = (digit: Digit) => encodePng(written(digit, 28, WHITE, BLACK));
  const set = many.flatMap((i) => [
    [`set/1/${i}.png`, prepared(1)],
    [`set/7/${i}.png`, prepared(7)],
  ]);
  const { path: cwd } = folders.make({ ...Object.fromEntries(set), 'tiny.json': tinyModel });
  const words = 'train --data set --preprocess mnist --model tiny.json --epochs 2 --device cpu --out run';
  await jsonHere(words.split(' '), { cwd });
  const { stderr } = await succeedsHere(['evaluate', 'run', '--json'], { cwd });
  assert.match(stderr, /prepared with the recipe handwriting/);
  assert.not.match(stderr, /has changed/);
});

test.run();
