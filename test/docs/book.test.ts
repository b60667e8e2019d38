// The chapters of docs/book/: they have the parts that the page's tour is built from, what they do in the page exists,
// their links lead to files. What their examples print is bookExamples.test.ts's.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as v from 'valibot';
import { type TourAction, tourAction } from '../../explorer/tour/action.ts';
import { questionSpec } from '../../explorer/tour/chapter.ts';
import { builtInModels, place } from '../../pipeline/model/model.ts';
import { buildChapters, chapterOf } from '../../scripts/chapters.mjs';

const BOOK = 'docs/book';
const files = readdirSync(BOOK).filter((name) => name.endsWith('.md'));
const textOf = (name: string): string => readFileSync(join(BOOK, `${name}.md`), 'utf8');
const chapters = buildChapters(BOOK);
const CLASSES = 10;

test('the chapters are those of the book, and the list of them names each', () => {
  const subjects = chapters.map(({ name }) => name.replace(/^\d\d-/, ''));
  assert.equal(subjects, [
    ...['tensor', 'op', 'autograd', 'convolution', 'pooling', 'linear-and-softmax', 'loss'],
    ...['backward', 'the-optimisers-step', 'why-it-generalises'],
    ...['a-captured-step', 'how-a-gpu-multiplies', 'winograd-and-threads'],
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

/** Paragraphs that are read at once: figures are looked at, and what goes deeper is folded. */
const paragraphs = (html: string): number =>
  [...html.split('<details>')[0].matchAll(/<p>(?!<span class="figure">)/g)].length;

for (const chapter of chapters) {
  const { name, screens, question } = chapter;
  const markdown = textOf(name);

  test(`${name}: a few screens of a few paragraphs, which all do something in the page`, () => {
    assert.ok(screens.length >= 3 && screens.length <= 9, `${screens.length} screens`);
    for (const { title, html, action } of [...screens, chapter.try]) {
      const count = paragraphs(html);
      assert.ok(count >= 2 && count <= 7, `${title}: ${count} paragraphs`);
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

test('every file of the book is one of its chapters or their list', () => {
  const known = [...chapters.map(({ name }) => `${name}.md`), 'README.md'].sort();
  assert.equal([...files].sort(), known);
});

test('the autograd that a reader types has forty lines, as it says', () => {
  const [ops, walk] = textOf('03-autograd')
    .split(/^## /m)
    .slice(2, 4)
    .map((screen) => screen.split('```ts test\n')[1].split('```')[0].trim().split('\n').length);
  assert.ok(ops + walk > 30 && ops + walk <= 40, `${ops + walk} lines`);
});

const whole = `# Title

## Screen
<!-- page: {"view": "draw"} -->

One $x^2$, and [a link](../../engine/op.ts).
<!-- given: 2 -->

![A 7 of six by six squares: as ink, and as the numbers that say how much ink there is](../images/book/seven.svg)

$$
y = x
$$

### Deeper

More of $y$.

### Deepest

Still more.

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
  const { title, screens, question, ...rest } = chapterOf('01-title', whole, { folder: BOOK });
  assert.is(title, 'Title');
  // Titles are shown as text.
  assert.is(
    chapterOf('01-title', whole.replace('# Title', "# The page's"), { folder: BOOK }).title,
    "The page's",
  );
  assert.is(screens.length, 1);
  assert.equal(screens[0].action, { view: 'draw' });
  assert.match(screens[0].html, /One <span class="tied"><math.*<msup>.*<\/math>,<\/span> and/);
  assert.match(screens[0].html, /<p class="formula" tabindex="0"><math[^>]*display="block"/);
  assert.match(screens[0].html, /and a link\./, 'a file that the page does not know is text');
  assert.match(
    screens[0].html,
    /<span class="figure"><svg viewBox=[^>]*>\n<title>A 7/,
    'a figure is in the page',
  );
  assert.not.match(screens[0].html, /<style|xmlns|<!--/);
  assert.match(
    screens[0].html,
    /<details><summary>Deeper<\/summary>\n<p>More of .*<math.*<\/p>\n<\/details>\n<details><summary>Deepest/,
  );
  assert.is(rest.try.html, '<p>Do.</p>');
  assert.equal(
    question.choices.map((html) => html.replaceAll(/<\/?p>/g, '')),
    ['one', 'two'],
  );
  assert.is(question.text, '<p>Which?</p>');
  assert.is(question.why, '<p>The second.</p>');
});

test('a link leads where the page says', () => {
  const { screens } = chapterOf('01-title', whole, { folder: BOOK, hrefOf: (path) => `#source/${path}` });
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
  'a figure that is not there': ['book/seven.svg', 'book/eight.svg'],
  'one of another title': ['![A 7', '![A seven'],
  'a formula that is none': ['$x^2$', '$\\frac{1}$'],
  'text before the title': ['# Title', 'Text\n\n# Title'],
};

for (const [what, [from, to]] of Object.entries(damaged)) {
  test(`${what} is an error that names its file`, () => {
    assert.throws(() => chapterOf('01-title', whole.replace(from, to), { folder: BOOK }), /^01-title: /);
  });
}

test.run();
