// What files are called, and what stands in them, is said without driving the terminal: by every command, on both streams.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readSafetensors, type Safetensors, writeSafetensors } from '../../pipeline/formats/safetensors.ts';
import { visible, visibleJson, visibleLines } from '../../pipeline/text/visible.ts';
import { inkgrad, stroke, strokes, tinyModel } from '../support/cli.ts';
import { inkgradHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

/** Clears the screen, sets the title, C1's way to begin both, turns the writing round, hides in a word. */
const codes = '\x1b[2J\x1b]0;owned\x07\x9b31m\u202egnp\u200b\x7f';
/** What a terminal obeys or does not show, but for the ends of lines. */
const hidden = /[^\n\P{C}]|[\u2028\u2029]/u;

const { path: cwd } = folders.make({
  ...strokes('strokes/'),
  ...strokes(`${codes}/`),
  'tiny.json': tinyModel,
  'type.json': JSON.stringify({ name: 'm', input: [1, 28, 28], layers: [{ type: `${codes}x` }] }),
  'name.json': tinyModel.replace('"tiny"', JSON.stringify(`t${codes}`)),
  [`bad${codes}.png`]: stroke('bar').subarray(0, 90),
  [`good${codes}.png`]: stroke('bar'),
  'table.csv': `image,label\nstrokes/bar/00.png,a${codes}\nstrokes/dash/00.png,b\nnone${codes}.png,b\n`,
});

/** The checkpoint of the run, with something changed in it. */
function spoilt(name: string, change: (file: Safetensors) => Safetensors): void {
  const bytes = readFileSync(join(cwd, 'run/checkpoints/best.safetensors'));
  writeFileSync(join(cwd, name), writeSafetensors(change(readSafetensors(bytes, name))));
}

test.before(async () => {
  const words = 'train --data strokes --model tiny.json --device cpu --epochs 1 --out run';
  await succeedsHere(words.split(' '), { cwd });
});

/** Expects of what was said that it holds no code, and that something with codes in it was said. */
function assertSafe(
  { stdout, stderr }: { stdout: string; stderr: string },
  said: 'stdout' | 'stderr',
  what: string,
) {
  for (const text of [stdout, stderr]) assert.not.match(text, hidden, what);
  assert.match({ stdout, stderr }[said], /\\u(\{1b\}|001b)\[2J/, what);
}

for (const [words, said] of [
  [['summary', 'type.json'], 'stderr'],
  [['summary', 'name.json'], 'stderr'],
  [['summary', `none${codes}.json`], 'stderr'],
  [['predict', 'run', `bad${codes}.png`], 'stderr'],
  [['predict', 'run', `bad${codes}.png`, '--json'], 'stdout'],
  [['predict', 'run', `good${codes}.png`], 'stdout'],
  [['predict', 'run', `good${codes}.png`, `good${codes}.png`, '--segment'], 'stdout'],
  [['predict', `none${codes}`, 'strokes'], 'stderr'],
  [['preprocess', `good${codes}.png`, '--out', 'steps'], 'stdout'],
  [['data', 'inspect', codes, '--out', 'inspected'], 'stdout'],
  [['data', 'inspect', 'table.csv', '--out', 'inspected'], 'stdout'],
  [['train', '--data', 'table.csv', '--out', 'no'], 'stderr'],
  [
    [
      'train',
      '--model',
      'tiny.json',
      '--data',
      codes,
      '--epochs',
      '1',
      '--device',
      'cpu',
      '--out',
      `r${codes}`,
    ],
    'stderr',
  ],
  [[`train${codes}`], 'stderr'],
  [['train', `--${codes}`], 'stderr'],
  [['evaluate', 'run', '--data', codes, `--device=${codes}`], 'stderr'],
  [['evaluate', `r${codes}`, '--device', 'cpu', '--verbose', '--data', `none${codes}`], 'stderr'],
] as const) {
  const what = visible(words.join(' '));
  test(what, async () => assertSafe(await inkgradHere(words, { cwd }), said, what));
}

test('names in checkpoints', async () => {
  spoilt('tensor.safetensors', ({ tensors, metadata }) => ({
    tensors: new Map([...tensors, [codes, [...tensors.values()][0]]]),
    metadata,
  }));
  const withCodes = (text: string) => text.replace('"bar"', JSON.stringify(`bar${codes}`));
  spoilt('classes.safetensors', ({ tensors, metadata }) => ({
    tensors,
    metadata: Object.fromEntries(Object.entries(metadata).map(([key, text]) => [key, withCodes(text)])),
  }));
  assertSafe(await inkgradHere(['predict', 'tensor.safetensors', 'strokes'], { cwd }), 'stderr', 'tensor');
  assertSafe(await inkgradHere(['predict', 'classes.safetensors', 'strokes'], { cwd }), 'stdout', 'classes');
  // And as the process that people start.
  assertSafe(
    await inkgrad(['predict', 'classes.safetensors', 'strokes', '--json'], { cwd }),
    'stdout',
    'json',
  );
});

test('any text is said without codes; a document stays the same', () => {
  const sign = fc.constantFrom(
    ...codes,
    '\u200d',
    '\u200c',
    '👩',
    'क्',
    'ی',
    'a',
    '\n',
    '\u2028',
    '\u{e0041}',
    '\ufeff',
  );
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: sign }));
  // A joiner may stand where it joins.
  const unseen = (text: string) =>
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(
      text.replaceAll(/(?<=[^\p{Cc}\p{Cf}a])[\u200c\u200d](?=[^\p{C}])/gu, ''),
    );
  fc.assert(
    fc.property(texts, (text) => {
      assert.not.ok(unseen(visibleLines(text).replaceAll('\n', '')));
      assert.is(visible(visibleLines(text)), visible(text), 'saying it twice changes nothing');
      const json = visibleJson(JSON.stringify([text], null, 2));
      assert.not.ok(unseen(json.replaceAll('\n', '')));
      assert.equal(JSON.parse(json), [text]);
    }),
    { numRuns: 500 },
  );
});

test('joiners stay where they show, and nowhere else', () => {
  for (const name of ['👩‍🔬', 'क्‍ष', 'می‌خواهم']) assert.is(visible(name), name);
  assert.is(visible('a\u200db\u200c'), 'a\\u{200d}b\\u{200c}');
  assert.is(visible('\u200d\u200d👩\u200d'), '\\u{200d}\\u{200d}👩\\u{200d}');
});

test.run();
