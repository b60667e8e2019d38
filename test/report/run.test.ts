// The page of a run and of an evaluation: what it shows is right, it is whole by itself, small, and safe.
import { parseHTML } from 'linkedom';
import { PNG } from 'pngjs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../engine/random.ts';
import { augmentations } from '../../pipeline/data/augment.ts';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import { rightOf } from '../../pipeline/evaluate/answers.ts';
import { calibrationError } from '../../pipeline/evaluate/calibration.ts';
import { Confusion } from '../../pipeline/evaluate/metrics.ts';
import type { RunRecord } from '../../pipeline/node/runs/readRun.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { resolveSettings, type Settings } from '../../pipeline/train/settings.ts';
import { asFile } from '../../report/charts/draw.ts';
import { percent } from '../../report/format.ts';
import { allot } from '../../report/run/allot.ts';
import { comparisonPage, ranked } from '../../report/run/comparisonPage.tsx';
import { courseCharts } from '../../report/run/course.ts';
import type { Evaluated } from '../../report/run/evaluated.tsx';
import { evaluationPage } from '../../report/run/evaluationPage.tsx';
import { runPage } from '../../report/run/runPage.tsx';

/** Names that would end an element, an attribute or a style, or turn the line round, where they are not escaped. */
const HOSTILE = [
  '</td><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><b>',
  ']]>&amp;<!--',
  '\u202e\u0007evil',
];

/** Noise, which no PNG makes smaller, of which `wrong` of a hundred are misread. */
function evaluated(images: number, classes: readonly string[], size: number, wrong: number): Evaluated {
  const random = new Random(images, 7);
  const labels = Int32Array.from({ length: images }, () => random.integer(classes.length));
  const bytes = Uint8Array.from({ length: images * size ** 2 }, () => random.integer(256));
  const data: Dataset = { name: 'noise', classes, size, images: bytes, labels };
  const predicted = labels.map((label) =>
    random.integer(100) < wrong ? random.integer(classes.length) : label,
  );
  const answers = { predicted, certainties: Float32Array.from(labels, () => random.integer(1000) / 1000) };
  const confusion = new Confusion(classes.length);
  for (const [i, label] of labels.entries()) confusion.add(label, predicted[i]);
  const error = calibrationError(answers.certainties, rightOf(answers, data));
  const scores = { loss: 1.25, accuracy: confusion.accuracy, confusion, answers };
  return { data, scores: { ...scores, calibration: { temperature: 1.5, error } } };
}

/** A run of four epochs of ten steps, the third the best. */
function record(name: string, accuracy: number, given: Partial<Settings> = {}): RunRecord {
  const settings = resolveSettings({ epochs: 4, batch: 10, ...given });
  const model = { name: 'm', input: [1, 6, 6] as const, layers: [] };
  const data = {
    ...{ source: '/data/<b>', classes: ['a'], recipe: recipes.mnist, hash: { train: 't', test: 'e' } },
    images: { train: 100, validation: 10, test: 10 },
  };
  return {
    ...{ path: `runs/${name}`, name, remarks: [`<i>${name}`] },
    config: { model, settings, data, parameters: 12, device: 'cpu', adapter: '<u>cpu' },
    steps: Array.from({ length: 40 }, (_, i) => ({
      ...{ step: i + 1, epoch: 1 + Math.floor(i / 10), loss: 2 - i / 40, correct: 5, samples: 10, rate: 0.1 },
    })),
    timings: [1, 2, 3, 4].map((epoch) => ({ epoch, images: 100, seconds: 0.5, device: 'cpu' })),
    epochs: [0.5, 0.6, 0.9, 0.7].map((accuracy, i) => ({ epoch: i + 1, validation: { loss: 1, accuracy } })),
    test: { loss: 0.5, accuracy },
  };
}

const checkpoint = {
  ...{ model: record('', 1).config.model, classes: ['a'], recipe: recipes.mnist, step: 40 },
  weights: new Map([
    [
      '0.weight',
      {
        dtype: 'float32' as const,
        shape: [3, 1, 2, 2],
        data: Float32Array.from({ length: 12 }, (_, i) => i - 6),
      },
    ],
  ]),
};

const parsed = (page: string) => parseHTML(page).document;

/** Nothing that a browser would fetch, run or post: what is shown stands in the page. */
function assertWhole(page: string): void {
  assert.not.match(page, /<(script|link|iframe|object|embed|form|base)\b/i);
  assert.not.match(page, /@import|url\((?!#)/i);
  for (const [, name, value] of page.matchAll(/\s(src|href|srcset|poster|action|xlink:href)="([^"]*)"/g))
    assert.match(value, name === 'href' ? /^#cell-\d+-\d+$/ : /^data:image\/png;base64,[\w+/=]+$/);
  for (const element of parsed(page).querySelectorAll('*'))
    for (const { name } of element.attributes) assert.not.match(name, /^on/i);
}

test('every cell of the matrix has its count, and opens its own pictures', () => {
  const read = evaluated(120, ['a', 'b', 'c'], 5, 40);
  const { data, scores } = read;
  const { predicted, certainties } = scores.answers;
  const page = evaluationPage('noise', [], read);
  assertWhole(page);
  const document = parsed(page);
  const rows = [...document.querySelectorAll('.confusion tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => Number(cell.textContent)),
  );
  assert.equal(rows, scores.confusion.matrix);
  let shown = 0;
  for (const [label, row] of scores.confusion.matrix.entries()) {
    for (const [reading, images] of row.entries()) {
      assert.ok(document.querySelector(`a[href="#cell-${label}-${reading}"]`));
      const cell = document.querySelector(`#cell-${label}-${reading}`)!;
      const pictures = [...cell.querySelectorAll('li')];
      assert.is(pictures.length, Math.min(images, 24));
      for (const picture of pictures) {
        const image = picture.querySelector('img')!;
        const at = Number(/image (\d+)$/.exec(image.getAttribute('title')!)![1]) - 1;
        assert.equal([data.labels[at], predicted[at]], [label, reading]);
        assert.is(picture.textContent, percent(certainties[at], 1));
        const png = PNG.sync.read(Buffer.from(image.getAttribute('src')!.split(',')[1], 'base64'));
        const bytes = [...png.data].filter((_, i) => i % 4 === 0);
        assert.equal(bytes, [...data.images.subarray(25 * at, 25 * at + 25)]);
        shown++;
      }
    }
  }
  assert.ok(shown > 80);
});

test('every class has its scores; the error of certainties is told', () => {
  const read = evaluated(120, ['a', 'b', 'c'], 5, 40);
  const document = parsed(evaluationPage('noise', [['model', '<m>']], read));
  const rows = [...document.querySelectorAll('table.figures tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent),
  );
  const expected = read.scores.confusion
    .perClass()
    .map(({ precision, recall, f1, support }, i) => [
      read.data.classes[i],
      ...[precision, recall, f1].map((share) => percent(share)),
      String(support),
    ]);
  assert.equal(rows, expected);
  assert.match(document.body.textContent, `off by ${percent(read.scores.calibration.error)} on average`);
  assert.match(document.body.textContent, 'temperature 1.50');
});

test('the worst mistakes: surest first, with what was read', () => {
  const read = evaluated(400, ['a', 'b', 'c'], 5, 90);
  const { labels, classes } = read.data;
  const { predicted, certainties } = read.scores.answers;
  const items = [...parsed(evaluationPage('noise', [], read)).querySelectorAll('.wide li')];
  assert.is(items.length, 60);
  const wrong = [...labels.keys()].filter((i) => labels[i] !== predicted[i]);
  const sure = wrong.map((i) => certainties[i]).sort((a, b) => b - a);
  for (const [at, item] of items.entries()) {
    const i = Number(/image (\d+)$/.exec(item.querySelector('img')!.getAttribute('title')!)![1]) - 1;
    const said = [...item.querySelectorAll('span')].map((span) => span.textContent);
    assert.equal(said, [`${classes[labels[i]]} → ${classes[predicted[i]]}`, percent(sure[at], 1)]);
  }
});

test('hostile names stay names', () => {
  const read = evaluated(300, HOSTILE, 4, 60);
  const pages = [
    evaluationPage(HOSTILE[0], [[HOSTILE[1], HOSTILE[2]]], read),
    runPage({ record: record(HOSTILE[0], 0.5), checkpoint, evaluated: read }),
    comparisonPage([record(HOSTILE[0], 0.5), record(HOSTILE[1], 0.6)]),
  ];
  for (const page of pages) {
    assertWhole(page);
    assert.not.match(page, /[\p{Cf}]/u);
    assert.is(parsed(page).querySelectorAll('b, i, u, img[src="x"]').length, 0);
  }
  const heads = [...parsed(pages[0]).querySelectorAll('.confusion thead th[scope]')].map(
    (head) => head.textContent,
  );
  assert.equal(heads.slice(0, 5), HOSTILE.slice(0, 5));
  const [loss] = courseCharts([record(HOSTILE[0], 0.5), record(HOSTILE[1], 0.6)]);
  assert.not.match(asFile(loss.svg), /<script>|<img/);
});

test('10,000 images of noise, all misread, take 3 MB at the most; many classes and large images too', () => {
  const letters = (many: number) => Array.from({ length: many }, (_, i) => `class ${i}`);
  const sizes = [
    evaluationPage('ten', [], evaluated(10_000, letters(10), 28, 100)),
    evaluationPage('letters', [], evaluated(10_000, letters(62), 28, 100)),
    evaluationPage('many', [], evaluated(3_000, letters(2_000), 28, 100)),
    evaluationPage('large', [], evaluated(600, letters(10), 112, 100)),
  ].map((page) => page.length);
  for (const size of sizes) assert.ok(size <= 3e6, `${size} bytes`);
});

test('of 10,000 images nearly all are read: the mistakes keep their room', () => {
  assert.equal(allot([1000, 3, 2, 0], 12, 24), [7, 3, 2, 0]);
  assert.equal(allot([5, 5, 5], 2, 24), [1, 1, 0]);
  assert.equal(allot([50, 1], 1000, 24), [24, 1]);
});

test('the page of a run: course, best epoch, filters, augmentation, settings', () => {
  const augment = augmentations.light;
  const page = runPage({
    record: record('mine', 0.5, { augment, lr: 0.5 }),
    checkpoint,
    evaluated: evaluated(50, ['a', 'b'], 6, 20),
  });
  assertWhole(page);
  const document = parsed(page);
  const titles = [...document.querySelectorAll('figcaption')].map((title) => title.textContent);
  assert.equal(titles.slice(0, 3), ['Loss', 'Accuracy', 'Learning rate']);
  assert.match(document.querySelector('figure svg')!.textContent, 'best: epoch 3');
  const pictures = [...document.querySelectorAll('img')].map((image) => image.getAttribute('alt')!);
  assert.is(pictures.filter((alt) => alt.startsWith('filter ')).length, 3);
  assert.is(pictures.filter((alt) => alt.includes('changed, ')).length, 14);
  const stands = [...document.querySelectorAll('details tr:not(.faint)')].map((row) => row.textContent);
  assert.equal(stands, ['epochs4', 'batch10', 'lr0.5', 'augmentlight']);
  const without = parsed(runPage({ record: record('mine', 0.5), checkpoint, evaluated: null }));
  assert.is(without.querySelectorAll('.confusion').length, 0);
  assert.match(without.body.textContent, 'Not tested');
});

test('runs compared: ranked, curves of each, only settings that differ', () => {
  const untested = { ...record('never', 0), test: null };
  const runs = [untested, record('low', 0.5), record('high', 0.75, { lr: 0.01 })];
  assert.equal(
    ranked(runs).map(({ name }) => name),
    ['high', 'low', 'never'],
  );
  const document = parsed(comparisonPage(runs));
  const [ranking, settings] = [...document.querySelectorAll('table')].map((table) =>
    [...table.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent)),
  );
  assert.equal(
    ranking.map(([name, accuracy]) => [name, accuracy]),
    [
      ['high', '75.00 %'],
      ['low', '50.00 %'],
      ['never', 'not tested'],
    ],
  );
  assert.equal(settings, [['lr', '0.01', '0.003', '0.003']]);
  const legend = document.querySelector('figure svg')!.textContent;
  for (const name of ['high', 'low, validation', 'never']) assert.match(legend, name);
  // A line alone has its name too: only one of these clipped its gradients.
  const clipped = { ...runs[1], steps: runs[1].steps.map((step) => ({ ...step, norm: 1 })) };
  const norm = courseCharts([runs[2], clipped]).find(({ file }) => file === 'norm')!;
  assert.match(norm.svg, '>low<');
  // Two folders of one name are told apart by their paths.
  const alike = parsed(comparisonPage([record('x', 0.5), { ...record('x', 0.6), path: 'other/x' }]));
  assert.match(alike.body.textContent, 'other/x');
  assert.match(alike.body.textContent, 'runs/x');
});

test('throughput: a curve for each device, named, and none where it was never noted', () => {
  const run = record('mine', 0.5);
  const timings = run.timings.map((timing) =>
    timing.epoch < 3 ? timing : { ...timing, device: '<i>wasm', seconds: 0.1 },
  );
  const find = (...runs: RunRecord[]) => courseCharts(runs).find(({ file }) => file === 'throughput');
  const { svg } = find({ ...run, timings })!;
  for (const name of ['on cpu', 'on &lt;i&gt;wasm', 'images per second']) assert.match(svg, name);
  // 100 images in 0.5 s, and in 0.1 s.
  const said = (record: RunRecord) =>
    parsed(runPage({ record, checkpoint, evaluated: null })).querySelector('dl')!.textContent;
  assert.match(said({ ...run, timings }), 'speed333 training images/s');
  assert.match(find(run, record('other', 0.6))!.svg, '>mine, on cpu<');
  assert.match(comparisonPage([run, record('other', 0.6)]), '<td>200</td>');
  // A run of before it was noted.
  const old = { ...run, timings: [] };
  assert.is(find(old), undefined);
  assert.not.match(said(old), 'images/s');
  assert.match(comparisonPage([run, { ...old, name: 'old' }]), '<td>–</td>');
});

test('a curve that is a file has its own colours and its names', () => {
  const [loss] = courseCharts([record('mine', 0.5)]);
  const file = asFile(loss.svg);
  assert.match(file, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
  assert.match(file, '--first: #0072b2;');
  for (const name of ['training', 'validation', 'best: epoch 3']) assert.match(file, `>${name}<`);
});

test.run();
