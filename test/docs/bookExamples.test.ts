// What the chapters of docs/book/ compute: their examples print what is written below them, also the answers to their
// questions, and each number of their text is reckoned, printed or given in its screen, or claimed by a comment,
// `<!-- numbers: 1,290 = layers.at(-1)!.parameters; nine = 3 * 3 -->`, which the chapter's program confirms; so is each
// number from four to twenty that is written as a word. What is chosen
// and not computed, a comment says: `<!-- given: 0.1307 -->`.
// `UPDATE_DOCS=1 node scripts/test.mjs docs/book` writes what the examples print anew.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildChapters } from '../../scripts/chapters.mjs';
import { claimsIn, isSaidBy, numbersComment, numbersOf, wrongEquations } from '../support/book/numbers.ts';
import { BUILT, example, examplesOf, runPrograms, writePrograms } from '../support/book/programs.ts';

const BOOK = 'docs/book';
const COMMAND = 'UPDATE_DOCS=1 node scripts/test.mjs docs/book';
const textOf = (name: string): string => readFileSync(join(BOOK, `${name}.md`), 'utf8');
const chapters = buildChapters(BOOK);
const texts = chapters.map(({ name }) => ({ name, markdown: textOf(name) }));

writePrograms(BOOK, texts);
const ran = await runPrograms(texts);

test('the examples are right by their types', () => {
  const words = [resolve('node_modules/typescript/bin/tsc'), '-p', join(BUILT, 'tsconfig.json')];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.is(stdout + stderr, '');
});

for (const { name, question } of chapters) {
  const { printed, numbers } = ran.get(name)!;

  test(`${name}: its examples print what they say`, () => {
    const markdown = textOf(name);
    assert.is(
      markdown.match(/^```ts test$/gm)?.length,
      examplesOf(markdown).length,
      'each is followed by its output',
    );
    assert.ok(printed.length >= 2);
    if (process.env.UPDATE_DOCS === '1') {
      let at = 0;
      const updated = markdown.replace(
        example,
        (_, code) => `\`\`\`ts test\n${code}\`\`\`\n\n\`\`\`text\n${printed[at++]}\n\`\`\``,
      );
      writeFileSync(join(BOOK, `${name}.md`), updated);
    }
    examplesOf(textOf(name)).forEach(({ code, printed: said }, i) => {
      assert.is(printed[i], said.trimEnd().replace(/^\n/, ''), `after\n${code}run ${COMMAND}`);
    });
  });

  test(`${name}: the numbers of its text are those that come out`, () => {
    assert.equal(wrongEquations(textOf(name)), []);
    const claims = [...textOf(name).matchAll(numbersComment)].flatMap(([, text]) => claimsIn(text));
    assert.is(numbers.length, claims.length, 'the program confirms each claim');
    for (const { written, value } of numbers) assert.ok(isSaidBy(written, value), `${written} is ${value}`);
    const screens = numbersOf(textOf(name));
    const loose = (of: 'unheld' | 'stale') =>
      screens.filter((screen) => screen[of].length > 0).map((screen) => `${screen.heading}: ${screen[of]}`);
    assert.equal(loose('stale'), [], 'what a comment claims, and the text does not say');
    assert.equal(loose('unheld'), [], 'numbers that nothing computes');
  });

  if (question.kind !== 'number') continue;
  test(`${name}: the answer to its question is what the engine computes`, () => {
    const answer = textOf(name).split('## Question')[1].split('<details>')[1];
    const last = examplesOf(answer).at(-1);
    assert.ok(last, 'an example computes the answer');
    const computed = Number(printed.at(-1));
    assert.ok(
      Math.abs(computed - question.answer) <= question.tolerance,
      `${computed}, not ${question.answer}`,
    );
  });
}

/** What the text says of files that it links to. */
const quoted: readonly (readonly [chapter: string, said: string, file: string, there: string])[] = [
  ['01-tensor', '0.1307', 'pipeline/preprocess/recipe.ts', 'mean: 0.1307, std: 0.3081'],
  ['02-op', 'one part in ten thousand', 'engine/op.ts', 'held to 1e-4 of float64'],
  ['02-op', 'one in a hundred thousand', 'engine/op.ts', 'to 1e-5 else'],
  ['04-convolution', '`forEachProduct`', 'engine/ops/conv2d.ts', 'function forEachProduct('],
  ['04-convolution', '`windowOutput`', 'engine/ops/window.ts', 'function windowOutput('],
  ['08-backward', '105,194 weights', 'docs/getting-started.md', 'lenet, 105,194 parameters'],
  ['08-backward', '`walk`', 'engine/autograd.ts', 'function walk('],
  ['10-why-it-generalises', '99.21 %', 'docs/getting-started.md', 'accuracy 99.21 %'],
  ['10-why-it-generalises', '97.5 % and not 96.5 %', 'pipeline/data/drawn/withDrawn.ts', '97.5 %'],
  [
    '10-why-it-generalises',
    '`checkpoints/best.safetensors`',
    'docs/how-it-works.md',
    'checkpoints/best.safetensors',
  ],
  [
    '11-a-captured-step',
    'exactly ten submissions',
    'test/engine/capture.test.ts',
    'assert.is(after.submits - settled.submits, 10)',
  ],
  ['13-winograd-and-threads', 'pass 256', 'wasm/winogradGuard.ts', 'LARGEST: f32 = 256'],
  ['13-winograd-and-threads', 'a weight 64', 'wasm/winogradGuard.ts', 'LARGEST_IN_FILTER: f32 = 64'],
];

for (const [name, said, file, there] of quoted) {
  test(`${name}: ${said} is what ${file} has`, () => {
    assert.ok(textOf(name).includes(said), `no ${said} in the text`);
    assert.ok(readFileSync(file, 'utf8').includes(there), `no ${there}`);
  });
}

/** What a text shows of files, and does not run. */
const excerpt = /^```(?:ts|wgsl)\n([\s\S]*?)^```$/gm;

for (const { name, markdown } of texts) {
  const shown = [...markdown.matchAll(excerpt)].map(([, lines]) => lines);
  if (shown.length === 0) continue;
  test(`${name}: what it shows of a file is there, in one that it links to`, () => {
    const linked = [...markdown.matchAll(/\]\((\.\.\/[^)]+\.(?:ts|wgsl))\)/g)].map(([, target]) =>
      readFileSync(join(BOOK, target), 'utf8'),
    );
    for (const lines of shown)
      assert.ok(
        linked.some((file) => file.includes(lines)),
        lines,
      );
  });
}

/** A text with one number, beside what holds it. */
const screen = (text: string): string => `# Title\n\n## Screen\n\n${text}\n`;

const held: Readonly<Record<string, string>> = {
  'what the code has': 'It has 5 rows.\n\n```ts test\nf(5);\n```',
  'what is printed': 'It is 1,290.\n\n```text\n1290\n```',
  'what a comment claims': 'It is 5.\n<!-- numbers: 5 = 2 + 3 -->',
  'what is given': 'It is 0.1307.\n<!-- given: 0.1307 -->',
  'an equation': 'It is $2 + 3 = 5$.',
  'a digit that is a part of a formula': 'It is $2x$.',
  'a name': 'It is `conv2d` or float64.',
  'a word that counts nothing': 'One after the other, or four hundred of them.',
  'a comment, in a word': 'All nine of them.\n<!-- numbers: nine = 3 * 3 -->',
};

for (const [what, text] of Object.entries(held)) {
  test(`a number of a text is held by ${what}`, () => {
    assert.equal(
      numbersOf(screen(text)).flatMap(({ unheld, stale }) => [...unheld, ...stale]),
      [],
    );
  });
}

const loose: Readonly<Record<string, readonly [text: string, number: string]>> = {
  'a number alone': ['It is 5.', '5'],
  'one in a word': ['All nine of them.', 'nine'],
  'one with a comma': ['All 1,290 of them.', '1,290'],
  'one below zero': ['It is −0.5.', '−0.5'],
  'a larger one in a formula': ['It is $12x$.', '12'],
  'what comes out of a formula': ['So $y = 2x = 6$.', '6'],
  'one of another screen': ['It is 7.\n\n## Next\n\n```text\n7\n```', '7'],
  'a claim about nothing in the text': ['It is.\n<!-- numbers: 5 = 5 -->', '5'],
};

for (const [what, [text, number]] of Object.entries(loose)) {
  test(`a number of a text that nothing holds is found: ${what}`, () => {
    assert.equal(
      numbersOf(screen(text)).flatMap(({ unheld, stale }) => [...unheld, ...stale]),
      [number],
    );
  });
}

test('a number says another when it is rounded to the digits that are written', () => {
  for (const [written, value] of [
    ['2.72', Math.E],
    ['1,290', 1290],
    ['−0.5', -0.52],
    ['nine', 9],
  ] as const)
    assert.ok(isSaidBy(written, value), written);
  for (const [written, value] of [
    ['2.71', Math.E],
    ['1,290', 1291],
    ['eight', 9],
    ['much', 1],
  ] as const)
    assert.not.ok(isSaidBy(written, value), written);
});

test('an equation whose sides differ is found', () => {
  assert.equal(wrongEquations('$2 + 2 = 5$ and $8 \\cdot 5 = 40$'), ['$2 + 2 = 5$']);
});

test.after(() => rmSync(BUILT, { recursive: true, force: true }));
test.run();
