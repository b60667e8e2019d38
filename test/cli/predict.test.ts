// Naming and preparing images: batches with bad images in them, folders, pipes, recipes.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { textWidth } from '../../pipeline/draw/text.ts';
import { decodeImage, encodePng } from '../../pipeline/node/decode/decode.ts';
import { labelTypeface } from '../../pipeline/node/draw/labelTypeface.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import {
  assertRefused,
  cliFile,
  draw,
  filesIn,
  inkgrad,
  json,
  readJsonLines,
  stroke,
  strokes,
  succeeds,
  tinyModel,
} from '../support/cli.ts';
import { inkgradHere, jsonHere, succeedsHere } from '../support/cliHere.ts';
import { encodeJpeg } from '../support/encodeJpeg.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

/** A seven of 200×150, dark on bright. */
const seven = encodePng(
  draw(200, 150, (x, y) => {
    if (x < 70 || x > 140) return false;
    return (y > 25 && y < 37 && x < 131) || (y >= 37 && y < 125 && Math.abs(x - 131 + 0.5 * (y - 37)) < 7);
  }),
);

const folder = folders.make({
  ...strokes('strokes/'),
  'tiny.json': tinyModel,
  'bad.png': stroke('bar').subarray(0, 90),
  'text.png': 'hello',
  'seven.png': seven,
  'mixed/deep/er/b.PNG': stroke('bar'),
  'mixed/a.png': stroke('dash'),
  'mixed/.hidden.png': stroke('dash'),
  'mixed/notes.txt': 'no image',
  'empty/notes.txt': 'no image',
  'a name with spaces.png': stroke('slash'),
});
const cwd = folder.path;

interface Guess {
  readonly path: string;
  readonly label?: string;
  readonly probability?: number;
  readonly top?: readonly { label: string; probability: number }[];
  readonly error?: string;
}

const predict = (...args: string[]) => jsonHere<Guess[]>(['predict', 'run', ...args], { cwd });

test('a run to predict with', async () => {
  const flags = '--device cpu --epochs 100 --batch 9 --lr 0.05 --validation 0 --out run';
  await jsonHere(['train', '--data', 'strokes', '--model', 'tiny.json', ...flags.split(' ')], { cwd });
  const guesses = await predict('strokes');
  const wrong = guesses.filter(({ path, label }) => !path.includes(`/${label}/`));
  assert.equal([guesses.length, wrong], [36, []]);
});

test('images are named in the order they were given in', async () => {
  const guesses = await predict('strokes/slash/03.png', 'strokes/bar/01.png', 'a name with spaces.png');
  assert.equal(
    guesses.map(({ path, label }) => [path, label]),
    [
      ['strokes/slash/03.png', 'slash'],
      ['strokes/bar/01.png', 'bar'],
      ['a name with spaces.png', 'slash'],
    ],
  );
});

test('a folder stands for the PNG and JPEG files below it', async () => {
  const guesses = await predict('mixed');
  assert.equal(
    guesses.map(({ path, label }) => [path, label]),
    [
      ['mixed/a.png', 'dash'],
      ['mixed/deep/er/b.PNG', 'bar'],
    ],
  );
});

test('a pattern that no shell expanded stands for what it matches', async () => {
  const guesses = await predict('mixed/*.png', 'strokes/{bar,dash}/0[01].png', 'strokes/?ash/02.png', 'mi*d');
  assert.equal(
    guesses.map(({ path }) => path),
    [
      'mixed/a.png',
      ...['bar/00', 'bar/01', 'dash/00', 'dash/01', 'dash/02'].map((name) => `strokes/${name}.png`),
      ...['mixed/a.png', 'mixed/deep/er/b.PNG'],
    ],
  );
  const result = await inkgradHere(['predict', 'run', 'strokes/*.gif', 'mixed/a.png', '--json'], { cwd });
  assert.is(result.code, 1);
  const [none, one] = JSON.parse(result.stdout) as Guess[];
  assert.match(none.error!, /^strokes\/\*\.gif: matches no file; /);
  assert.is(one.label, 'dash');
  const absolute = join(cwd, 'mixed', '*.png');
  assert.equal((await predict(absolute))[0].path, join(cwd, 'mixed', 'a.png'));
});

test('a JPEG file is read by its content, from a file, a folder and standard input', async () => {
  const jpeg = await encodeJpeg(decodeImage(stroke('dash', 3), 'dash'));
  const photos = folders.make({ 'photos/a.JPG': jpeg, 'photos/b.jpeg': jpeg, 'photos/c.png': jpeg });
  const guesses = await predict(join(photos.path, 'photos'));
  assert.equal(
    guesses.map(({ path, label }) => [basename(path), label]),
    ['a.JPG', 'b.jpeg', 'c.png'].map((name) => [name, 'dash']),
  );
  const { stdout } = await succeeds(['predict', 'run', '-', '--json'], { cwd, input: jpeg });
  assert.is((JSON.parse(stdout) as Guess[])[0].label, 'dash');
});

test('what only looks like an image is told of in a line, and the batch goes on', async () => {
  const odd = folders.make({
    'page.png': '<!DOCTYPE html><title>x</title>',
    'drawn.png': 'BM\x46\0\0\0\0\0\0\0',
    'nothing.png': '',
    'folder.png/inside.txt': 'x',
    'good.png': stroke('bar'),
  }).path;
  const names = ['page.png', 'drawn.png', 'nothing.png', 'good.png', 'gone.png'];
  const paths = [...names.map((name) => join(odd, name)), '/dev/zero'];
  const result = await inkgradHere(['predict', 'run', ...paths, '--json'], { cwd });
  assert.is(result.code, 1);
  const guesses = JSON.parse(result.stdout) as Guess[];
  const expected = [
    /this is a web page/,
    /a BMP picture/,
    /the file is empty/,
    undefined,
    /no such file; correct/,
    /is a device/,
  ];
  assert.is(guesses.length, expected.length);
  for (const [i, pattern] of expected.entries()) {
    if (pattern) assert.match(guesses[i].error!, pattern);
    else assert.is(guesses[i].label, 'bar');
  }
  assert.match((await inkgradHere(['predict', 'run', odd], { cwd })).stderr, /drawn\.png: a BMP picture/);
});

test('standard input without an end is refused at its start', async () => {
  const zeros = openSync('/dev/zero', 'r');
  const child = spawn(process.execPath, [cliFile, 'predict', 'run', '-'], {
    cwd,
    stdio: [zeros, 'ignore', 'pipe'],
    timeout: 20_000,
  });
  const [stderr, code] = await Promise.all([
    text(child.stderr!),
    new Promise((resolve) => child.on('close', resolve)),
  ]);
  closeSync(zeros);
  assert.is(code, 1);
  assert.match(stderr, /^inkgrad: standard input: this is neither a PNG nor a JPEG file; convert it.*\n$/);
});

test('--max-pixels refuses what is larger, and the batch goes on', async () => {
  const flags = ['--max-pixels', '2000', '--json'];
  const result = await inkgradHere(['predict', 'run', 'seven.png', 'strokes/bar/00.png', ...flags], { cwd });
  assert.is(result.code, 1);
  const [seven, bar] = JSON.parse(result.stdout) as Guess[];
  assert.match(seven.error!, /^seven\.png: .*200×150 pixels; at most 0\.002 megapixels.*--max-pixels/);
  assert.is(bar.label, 'bar');
});

test('as text: a line an image, the most probable class first', async () => {
  const { stdout, stderr } = await succeeds(['predict', 'run', 'mixed', '--top', '2'], { cwd });
  assert.match(stdout, /^mixed\/a\.png +dash \d+\.\d % {3}\w+ \d+\.\d %\nmixed\/deep\/er\/b\.PNG +bar .*\n$/);
  assert.is(stderr, '');
});

test('--top gives so many classes, at most all', async () => {
  for (const [top, expected] of [
    ['1', 1],
    ['2', 2],
    ['99', 3],
  ] as const) {
    const [guess] = await predict('strokes/bar/00.png', '--top', top);
    assert.is(guess.top!.length, expected);
    assert.equal(guess.top![0], { label: guess.label, probability: guess.probability });
    const probabilities = guess.top!.map(({ probability }) => probability);
    assert.equal(
      probabilities,
      probabilities.toSorted((a, b) => b - a),
    );
    const sum = probabilities.reduce((total, p) => total + p, 0);
    assert.ok(expected < 3 || Math.abs(sum - 1) < 1e-5, `probabilities add up to ${sum}`);
  }
});

test('one bad image does not end the batch', async () => {
  const paths = ['strokes/bar/00.png', 'bad.png', 'gone.png', 'text.png', 'strokes/dash/00.png'];
  const result = await inkgradHere(['predict', 'run', ...paths, '--json'], { cwd });
  assert.is(result.code, 1);
  const guesses = JSON.parse(result.stdout) as Guess[];
  assert.equal(
    guesses.map(({ path }) => path),
    paths,
  );
  assert.equal(
    guesses.map(({ label }) => label),
    ['bar', undefined, undefined, undefined, 'dash'],
  );
  for (const { path, error, ...rest } of guesses.slice(1, 4)) {
    assert.equal(rest, {});
    assert.ok(error!.startsWith(`${path}: `), error);
    assert.not.match(error!, /\n/);
  }

  const text = await inkgrad(['predict', 'run', ...paths], { cwd });
  assert.is(text.code, 1);
  assert.is(text.stdout.trimEnd().split('\n').length, 2);
  const lines = text.stderr.trimEnd().split('\n');
  assert.is(lines.length, 3, text.stderr);
  assert.match(lines[0], /^inkgrad: bad\.png: /);
  assert.match(lines[1], /^inkgrad: gone\.png: no such file/);
  assert.match(lines[2], /^inkgrad: text\.png: /);
});

test('a folder without images does not end the batch either', async () => {
  const result = await inkgradHere(['predict', 'run', 'empty', 'strokes/bar/00.png', '--json'], { cwd });
  assert.is(result.code, 1);
  assert.is.not(result.stdout, '', result.stderr);
  const [empty, bar] = JSON.parse(result.stdout) as Guess[];
  assert.equal([empty.path, bar.label], ['empty', 'bar']);
  assert.match(empty.error!, /empty: holds no PNG or JPEG files/);
});

test('- reads an image from standard input', async () => {
  const args = ['predict', 'run', '-'];
  const { stdout } = await succeeds([...args, '--json'], { cwd, input: stroke('dash', 3) });
  const [{ path, label }] = JSON.parse(stdout) as Guess[];
  assert.equal([path, label], ['-', 'dash']);
  assertRefused(await inkgrad(args, { cwd, input: 'hello' }), 1, /standard input: /);
  assertRefused(await inkgrad(args, { cwd }), 1, /standard input: /);
});

test('webgpu predicts what the cpu does', async () => {
  const [original] = await predict('strokes/bar/05.png');
  const [again] = await json<Guess[]>(['predict', 'run', 'strokes/bar/05.png', '--device', 'webgpu'], {
    cwd,
  });
  assert.is(again.label, original.label);
  assert.ok(Math.abs(again.probability! - original.probability!) < 1e-4, 'webgpu agrees with the cpu');
});

test('a drawing goes through the handwriting recipe, whatever its size, and that is said', async () => {
  const words = 'train --limit 600 --epochs 3 --device wasm --lr 0.003 --out digits';
  const report = await jsonHere<{ test: { accuracy: number } }>(words.split(' '), { cwd });
  assert.ok(report.test.accuracy > 0.7, `accuracy ${report.test.accuracy}`);
  const first = readJsonLines(join(cwd, 'digits/metrics.jsonl'))[0];
  assert.ok((first.loss as number) > 2, 'the first loss is near ln 10');

  const { stdout, stderr } = await succeeds(['predict', 'digits', 'seven.png', '--json'], { cwd });
  const [{ label }] = JSON.parse(stdout) as Guess[];
  assert.is(label, '7');
  assert.match(
    stderr,
    /prepared with the recipe handwriting: digits was trained on images that came prepared/,
  );

  const examples = await succeedsHere(['predict', 'digits', 'digits/examples', '--json'], { cwd });
  assert.is(examples.stderr, stderr);
  const guesses = JSON.parse(examples.stdout) as Guess[];
  assert.is(guesses.length, 10);
  const right = guesses.filter(({ path, label }) => path.endsWith(`/${label}.png`));
  assert.ok(right.length >= 6, `${right.length} of 10 examples are recognised`);
});

test('preprocess writes every stage and a contact sheet', async () => {
  const args = ['preprocess', 'seven.png', 'mixed', '--out', 'steps'];
  const { stdout, stderr } = await succeeds(args, { cwd });
  assert.is(stderr, '');
  const names = ['light', 'ink', 'left-out', 'cut', ...recipes.scan.steps.slice(1).map(({ step }) => step)];
  names.push('prepared');
  const pictures = names.map((name, i) => `${i + 1}-${name}.png`);
  assert.equal(
    filesIn(join(cwd, 'steps')),
    ['a', 'b', 'seven']
      .flatMap((image) => [image, ...pictures.map((name) => join(image, name))])
      .concat('contact-sheet.png')
      .sort(),
  );
  const read = (...path: string[]) => decodeImage(readFileSync(join(cwd, 'steps', ...path)), path.join('/'));
  assert.equal([read('seven', '1-light.png').width, read('seven', '1-light.png').height], [200, 150]);
  const prepared = read('seven', pictures[pictures.length - 1]);
  assert.equal([prepared.width, prepared.height], [28, 28]);
  assert.equal([...prepared.data.subarray(0, 4)], [0, 0, 0, 255]);
  assert.ok(
    prepared.data.some((value, i) => i % 4 === 0 && value > 200),
    'ink is bright',
  );
  const sheet = read('contact-sheet.png');
  const named = textWidth('seven.png', 13, labelTypeface());
  // Names stand to the left, steps and up to two lines of parameters above; what they differ in below.
  assert.is(sheet.width, names.length * 116 + 4 + Math.ceil(named) + 8);
  assert.ok(sheet.height >= 3 * 116 + 4 + 37 && sheet.height <= 3 * 131 + 4 + 52, String(sheet.height));
  assert.match(stdout, /seven\.png .*steps\/seven\n/);
  assert.match(stdout, /contact-sheet\.png +3 rows/);
});

test('preprocess --augment shows eight variants behind the prepared image, by the seed', async () => {
  const variants = async (out: string, ...more: string[]) => {
    const args = ['preprocess', 'seven.png', 'mixed', '--out', out, '--cell', '28', '--augment', 'strong'];
    await succeedsHere([...args, ...more], { cwd });
    const first = recipes.scan.steps.length + 5;
    return ['seven', 'a'].map((image) =>
      Array.from({ length: 8 }, (_, i) =>
        readFileSync(join(cwd, out, image, `${first + i}-variant-${i + 1}.png`)).toString('base64'),
      ),
    );
  };
  const [seven, a] = await variants('varied');
  assert.is(new Set([...seven, ...a]).size, 16);
  assert.equal(await variants('again', '--seed', '1'), [seven, a]);
  assert.not.equal(await variants('other', '--seed', '2'), [seven, a]);
  const sheet = decodeImage(readFileSync(join(cwd, 'varied/contact-sheet.png')), 'sheet');
  // Names stand to the left, and above columns this narrow a step and up to two lines of parameters.
  const named = Math.ceil(textWidth('seven.png', 13, labelTypeface())) + 8;
  assert.is(sheet.width, (recipes.scan.steps.length + 12) * 32 + 4 + named);
  assert.ok(sheet.height >= 3 * 32 + 4 + 37 && sheet.height <= 3 * 47 + 4 + 52, String(sheet.height));
});

test('preprocess names images alike apart, and goes on after a bad one', async () => {
  const args = ['preprocess', 'strokes/bar/00.png', 'bad.png', 'strokes/dash/00.png', '--out', 'apart'];
  const result = await inkgradHere([...args, '--cell', '28'], { cwd });
  assert.is(result.code, 1);
  assert.match(result.stderr, /^inkgrad: bad\.png: [^\n]+\n$/);
  assert.equal(
    filesIn(join(cwd, 'apart')).filter((name) => !name.includes('/')),
    ['00', '00-2', 'contact-sheet.png'],
  );
});

test('preprocess says in a line that a picture holds no ink, and goes on', async () => {
  const empty = folders.make({ 'a.png': encodePng(draw(30, 20, () => false)), 'b.png': seven }).path;
  const args = ['preprocess', 'a.png', 'b.png', '--out', 'out', '--html', '--augment', 'light'];
  const { stdout, stderr } = await succeedsHere(args, { cwd: empty });
  assert.is(stderr, '');
  assert.match(stdout, /^a\.png {2}no ink found; 4 pictures in out\/a\nb\.png {2}\d+ pictures in out\/b\n/);
  assert.equal(
    filesIn(join(empty, 'out/a')),
    ['light', 'ink', 'left-out', 'prepared'].map((name, i) => `${i + 1}-${name}.png`),
  );
  const prepared = decodeImage(readFileSync(join(empty, 'out/a/4-prepared.png')), 'a');
  assert.ok(prepared.data.every((byte, i) => byte === (i % 4 === 3 ? 255 : 0)));
  const page = readFileSync(join(empty, 'out/report.html'), 'utf8');
  assert.match(page, '<small>no ink found</small>');
  assert.match(page, '<th scope="col">denoise<small>median, window 3</small></th>');
  assert.not.match(page, 'alt="a.png, denoise"');
});

test('preprocess leaves nothing behind where no image is good, and names the image', async () => {
  const result = await inkgrad(['preprocess', 'bad.png', '--out', 'nothing'], { cwd });
  assertRefused(result, 1, /^inkgrad: bad\.png: /);
  const unfit = await inkgradHere(['preprocess', 'seven.png', '--recipe', 'mnist', '--out', 'nothing'], {
    cwd,
  });
  assertRefused(unfit, 1, /^inkgrad: seven\.png: /, /200×150/, /28×28/);
  assert.not.ok(existsSync(join(cwd, 'nothing')));
});

test.run();
