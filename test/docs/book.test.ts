// The chapters of docs/book/: they have the parts that the page's tour is built from, what they do in the page exists,
// their links lead to files, and their examples print what is written below them, also the answers to their questions.
// `UPDATE_DOCS=1 node scripts/test.mjs docs/book` writes what the examples print anew.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { type TourAction, tourAction } from '../../explorer/tour/action.ts';
import { questionSpec } from '../../explorer/tour/chapter.ts';
import { builtInModels, place } from '../../pipeline/model/model.ts';
import { buildChapters, chapterOf } from '../../scripts/chapters.mjs';
import { wgsl } from '../../scripts/wgsl.mjs';

const BOOK = 'docs/book';
const COMMAND = 'UPDATE_DOCS=1 node scripts/test.mjs docs/book';
const files = readdirSync(BOOK).filter((name) => name.endsWith('.md'));
const textOf = (name: string): string => readFileSync(join(BOOK, `${name}.md`), 'utf8');
const chapters = buildChapters(BOOK);
const CLASSES = 10;

test('the tour has ten chapters, and the list of them names each', () => {
  const subjects = chapters.map(({ name }) => name.replace(/^\d\d-/, ''));
  assert.equal(subjects, [
    ...[
      'tensor',
      'convolution',
      'stride-and-padding',
      'relu',
      'pooling',
      'linear',
      'softmax-and-cross-entropy',
    ],
    ...['backward', 'the-optimisers-step', 'why-it-generalises'],
  ]);
  const listed = [...textOf('README').matchAll(/\((\d\d-.*)\.md\)/g)].map(([, name]) => name);
  assert.equal(
    listed,
    chapters.map(({ name }) => name),
  );
});

/** What an action says of a layer holds in the model that it loads. */
function checkLayer({ preset, layer, parameter, cell, op }: TourAction, where: string): void {
  if (op !== undefined && cell !== undefined) assert.ok(cell.length === 1 && cell[0] < CLASSES, where);
  if (layer === undefined) return;
  const model = builtInModels[preset ?? ''];
  assert.ok(model, `${where}: a layer of no model that comes along; name the preset beside it`);
  const placed = place(model, CLASSES)[layer];
  assert.ok(placed, `${where}: no layer ${layer} in ${preset}`);
  const shape = parameter === undefined ? placed.output : placed.tensors[parameter]?.shape;
  assert.ok(shape, `${where}: no ${parameter} in layer ${layer} of ${preset}`);
  if (cell === undefined) return;
  assert.is(cell.length, shape.length, `${where}: a cell of [${shape}]`);
  assert.ok(
    cell.every((at, axis) => at < shape[axis]),
    `${where}: [${cell}] in [${shape}]`,
  );
}

const paragraphs = (html: string): number => [...html.matchAll(/<p>/g)].length;

for (const chapter of chapters) {
  const { name, screens, question } = chapter;
  const markdown = textOf(name);

  test(`${name}: a few screens of a few paragraphs, which all do something in the page`, () => {
    assert.ok(screens.length >= 3 && screens.length <= 5, `${screens.length} screens`);
    for (const { title, html, action } of [...screens, chapter.try]) {
      const count = paragraphs(html);
      assert.ok(count >= 2 && count <= 6, `${title}: ${count} paragraphs`);
      assert.ok(Object.keys(action).length > 0, `${title}: does nothing in the page`);
    }
  });

  test(`${name}: what it does in the page is there`, () => {
    for (const { title, action } of [
      ...screens,
      chapter.try,
      { title: 'Question', action: question.action },
    ]) {
      const checked = v.safeParse(tourAction, action);
      const faults = checked.issues?.map(({ message }) => message).join('; ');
      assert.ok(checked.success, `${title}: ${JSON.stringify(action)}: ${faults}`);
      checkLayer(action, title);
    }
  });

  test(`${name}: its question can be checked, and its answer can be read`, () => {
    const { text, choices, why, action: _, ...spec } = question;
    assert.ok(v.is(questionSpec, spec), JSON.stringify(spec));
    assert.ok(paragraphs(text) >= 1 && paragraphs(why) >= 1);
    if (spec.kind === 'number') return assert.equal(choices, []);
    assert.ok(choices.length >= 3 && spec.answer < choices.length);
    const ordinal = ['first', 'second', 'third', 'fourth'][spec.answer];
    assert.match(why, new RegExp(`^<p>The ${ordinal}\\b`));
  });

  test(`${name}: its links lead somewhere, the last of them to the next chapter`, () => {
    const targets = [...markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target);
    assert.ok(
      targets.some((target) => target.startsWith('../../')),
      'links to the source',
    );
    for (const target of targets) assert.ok(existsSync(join(BOOK, target)), target);
    const next = chapters[chapters.indexOf(chapter) + 1];
    if (next !== undefined) assert.is(targets.at(-1), `${next.name}.md`);
  });

  test(`${name}: its formulas are left alone by Markdown`, () => {
    // Markdown takes a backslash before punctuation for an escape, and GitHub shows what is left.
    const written = [...markdown.matchAll(/\$\$\n[\s\S]+?\n\$\$|\$[^$\n]+\$/g)].map(([formula]) => formula);
    for (const formula of written) assert.not.match(formula, /\\[^a-zA-Z]/, formula);
    const text = JSON.stringify(chapter).replaceAll(/<math.*?<\/math>|<code.*?<\/code>/g, '');
    assert.not.match(text, /\$/, 'a formula is left as text');
    assert.not.match(JSON.stringify(chapter), /style=/, 'which a strict content security policy refuses');
  });
}

/** The sides of an equation in a line between numbers alone, `8 \\cdot 5 = 40`. */
const equation = /\$([-+\d. ()/]|\\cdot )+(=([-+\d. ()/]|\\cdot )+)+\$/g;
const reckoned = (side: string): number => Number(new Function(`return ${side.replaceAll('\\cdot', '*')}`)());

test('what is reckoned in the text comes out so', () => {
  const equations = chapters
    .flatMap(({ name }) => [...textOf(name).matchAll(equation)])
    .map(([text]) => text);
  assert.ok(equations.length >= 6, `${equations.length} equations`);
  for (const text of equations) {
    const [first, ...others] = text.slice(1, -1).split('=').map(reckoned);
    for (const value of others) assert.ok(Math.abs(value - first) < 1e-9, text);
  }
});

/** What the text says of files that it links to. */
const quoted: readonly (readonly [chapter: string, said: string, file: string, there: string])[] = [
  ['01-tensor', '0.1307', 'pipeline/preprocess/recipe.ts', 'mean: 0.1307, std: 0.3081'],
  ['02-convolution', '`forEachProduct`', 'engine/ops/conv2d.ts', 'function forEachProduct('],
  ['03-stride-and-padding', '`windowOutput`', 'engine/ops/window.ts', 'function windowOutput('],
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
];

for (const [name, said, file, there] of quoted) {
  test(`${name}: ${said} is what ${file} has`, () => {
    assert.ok(textOf(name).includes(said), `no ${said} in the text`);
    assert.ok(readFileSync(file, 'utf8').includes(there), `no ${there}`);
  });
}

/** A piece of a program, what follows it up to the next one, and what it is said to print. */
const example = /^```ts test\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm;
const examplesOf = (markdown: string) =>
  [...markdown.matchAll(example)].map(([, code, printed]) => ({ code, printed }));

/** Stands between what two examples print. */
const BETWEEN = '-- the next example --';

/** Below build/, which git and the linter do not see, and as deep as the book, so that examples find the engine. */
const BUILT = 'build/book';

/** Examples of a chapter as one program, beside what they begin with. */
function writePrograms(): void {
  mkdirSync(BUILT, { recursive: true });
  copyFileSync(join(BOOK, 'book.ts'), join(BUILT, 'book.ts'));
  const settings = {
    extends: '../../tsconfig.json',
    include: ['*.ts', '../../shaders', '../../wasm/wasm.d.ts'],
  };
  writeFileSync(join(BUILT, 'tsconfig.json'), JSON.stringify(settings));
  for (const { name } of chapters) {
    const pieces = examplesOf(textOf(name)).map(({ code }) => code);
    writeFileSync(join(BUILT, `${name}.ts`), pieces.join(`console.log('${BETWEEN}');\n`));
  }
}

/** What each example prints, by its chapter. */
async function printedByAll(): Promise<Map<string, string[]>> {
  await build({
    ...{ entryPoints: chapters.map(({ name }) => join(BUILT, `${name}.ts`)), outdir: BUILT },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'es2022' },
    ...{ plugins: [wgsl], loader: { '.wasm': 'binary' }, logLevel: 'warning' },
  });
  const printed = new Map<string, string[]>();
  const { log } = console;
  try {
    for (const { name } of chapters) {
      const lines: string[] = [];
      console.log = (...words) => lines.push(format(...words));
      await import(pathToFileURL(resolve(BUILT, `${name}.js`)).href);
      const pieces = lines.join('\n').split(BETWEEN);
      printed.set(
        name,
        pieces.map((piece) => piece.replace(/^\n|\n$/g, '')),
      );
    }
  } finally {
    console.log = log;
  }
  return printed;
}

writePrograms();
const printed = await printedByAll();

test('the examples are right by their types', () => {
  const words = [resolve('node_modules/typescript/bin/tsc'), '-p', join(BUILT, 'tsconfig.json')];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.is(stdout + stderr, '');
});

for (const { name, question } of chapters) {
  test(`${name}: its examples print what they say`, () => {
    const outputs = printed.get(name)!;
    const markdown = textOf(name);
    assert.is(
      markdown.match(/^```ts test$/gm)?.length,
      examplesOf(markdown).length,
      'each is followed by its output',
    );
    assert.ok(outputs.length >= 2);
    if (process.env.UPDATE_DOCS === '1') {
      let at = 0;
      const updated = markdown.replace(
        example,
        (_, code) => `\`\`\`ts test\n${code}\`\`\`\n\n\`\`\`text\n${outputs[at++]}\n\`\`\``,
      );
      writeFileSync(join(BOOK, `${name}.md`), updated);
    }
    examplesOf(textOf(name)).forEach(({ code, printed }, i) => {
      assert.is(outputs[i], printed.trimEnd().replace(/^\n/, ''), `after\n${code}run ${COMMAND}`);
    });
  });

  if (question.kind !== 'number') continue;
  test(`${name}: the answer to its question is what the engine computes`, () => {
    const answer = textOf(name).split('<details>')[1];
    const last = examplesOf(answer).at(-1);
    assert.ok(last, 'an example computes the answer');
    const computed = Number(printed.get(name)!.at(-1));
    assert.ok(
      Math.abs(computed - question.answer) <= question.tolerance,
      `${computed}, not ${question.answer}`,
    );
  });
}

test('every file of the book is one of its chapters or their list', () => {
  const known = [...chapters.map(({ name }) => `${name}.md`), 'README.md'].sort();
  assert.equal([...files].sort(), known);
});

const whole = `# Title

## Screen
<!-- page: {"view": "draw"} -->

One $x^2$ and [a link](../../engine/op.ts).

$$
y = x
$$

## Try it

Do.

## Question
<!-- question: {"kind": "choice", "answer": 1} -->

Which?

1. one
2. two

<details>
<summary>Answer</summary>

The second.

</details>

Next: [more](02-more.md)
`;

test('a chapter becomes screens, something to try and a question', () => {
  const { title, screens, question, ...rest } = chapterOf('01-title', whole);
  assert.is(title, 'Title');
  // Titles are shown as text.
  assert.is(chapterOf('01-title', whole.replace('# Title', "# The page's")).title, "The page's");
  assert.is(screens.length, 1);
  assert.equal(screens[0].action, { view: 'draw' });
  assert.match(screens[0].html, /<msup>/);
  assert.match(screens[0].html, /<p class="formula" tabindex="0"><math[^>]*display="block"/);
  assert.match(screens[0].html, /and a link\./, 'a file that the page does not know is text');
  assert.is(rest.try.html, '<p>Do.</p>');
  assert.equal(
    question.choices.map((html) => html.replaceAll(/<\/?p>/g, '')),
    ['one', 'two'],
  );
  assert.is(question.text, '<p>Which?</p>');
  assert.is(question.why, '<p>The second.</p>');
});

test('a link leads where the page says', () => {
  const { screens } = chapterOf('01-title', whole, { hrefOf: (path) => `#source/${path}` });
  assert.match(screens[0].html, /<a href="#source\/engine\/op.ts">a link<\/a>/);
});

const damaged: Readonly<Record<string, readonly [string, string]>> = {
  'a chapter without a question': ['## Question', '## Answer'],
  'one without something to try': ['## Try it', '## Screen two'],
  'a heading of another depth': ['## Screen', '### Screen'],
  'a comment that is none of the two': ['<!-- page:', '<!-- side:'],
  'a comment whose JSON is broken': ['{"view": "draw"}', '{"view": draw}'],
  'a question without its comment': ['<!-- question: {"kind": "choice", "answer": 1} -->\n', ''],
  'a question without an answer': ['<details>', '<aside>'],
  'a formula that is none': ['$x^2$', '$\\frac{1}$'],
  'text before the title': ['# Title', 'Text\n\n# Title'],
};

for (const [what, [from, to]] of Object.entries(damaged)) {
  test(`${what} is an error that names its file`, () => {
    assert.throws(() => chapterOf('01-title', whole.replace(from, to)), /^01-title: /);
  });
}

test.after(() => rmSync(BUILT, { recursive: true, force: true }));
test.run();
