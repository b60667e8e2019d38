// What was read in each image: cells and mistakes against plain loops, and certainties in bins.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { Random } from '../../../engine/random.ts';
import { cellsOf, mistakesOf, rightOf } from '../../../pipeline/evaluate/answers.ts';
import { calibrationError, reliabilityOf } from '../../../pipeline/evaluate/calibration.ts';
import { evaluate } from '../../../pipeline/evaluate/evaluate.ts';
import { logitsOf } from '../../../pipeline/evaluate/logits.ts';
import { probabilitiesOf } from '../../../pipeline/evaluate/probabilities.ts';
import { recipeFor, rigOn, stripes } from '../../support/tinyRuns.ts';

const CLASSES = 4;
const random = new Random(5, 1);
const data = { ...stripes(300, 2, 1), classes: ['a', 'b', 'c', 'd'] };
const labels = data.labels.map(() => random.integer(CLASSES));
const known = { ...data, labels };
const answers = {
  predicted: labels.map((label) => (random.integer(3) === 0 ? random.integer(CLASSES) : label)),
  certainties: Float32Array.from(labels, () => random.integer(21) / 20),
};

test('mistakes: every misread image once, the surest first', () => {
  const mistakes = mistakesOf(answers, known);
  const wrong = [...labels.keys()].filter((i) => labels[i] !== answers.predicted[i]);
  assert.equal(
    [...mistakes].sort((a, b) => a - b),
    wrong,
  );
  for (const [i, at] of mistakes.entries())
    if (i > 0) assert.ok(answers.certainties[mistakes[i - 1]] >= answers.certainties[at]);
});

test('cells: every image in the cell of its label and its reading, mistakes the surest first, others the least sure', () => {
  const cells = cellsOf(answers, known);
  const seen: number[] = [];
  for (const { label, predicted, images } of cells) {
    assert.ok(images.length > 0);
    for (const [at, i] of images.entries()) {
      assert.equal([labels[i], answers.predicted[i]], [label, predicted]);
      const step = at === 0 ? 0 : answers.certainties[i] - answers.certainties[images[at - 1]];
      assert.ok(label === predicted ? step >= 0 : step <= 0);
    }
    seen.push(...images);
  }
  assert.equal(
    seen.sort((a, b) => a - b),
    [...labels.keys()],
  );
  assert.is(new Set(cells.map(({ label, predicted }) => `${label} ${predicted}`)).size, cells.length);
});

test('bins: each image in the one of its certainty; their gaps are the calibration error', () => {
  const right = rightOf(answers, known);
  const bins = reliabilityOf(answers.certainties, right);
  assert.is(bins.length, 15);
  const of = (at: number) =>
    [...labels.keys()].filter((i) => {
      const certainty = answers.certainties[i];
      return (certainty > at / 15 || (at === 0 && certainty === 0)) && certainty <= (at + 1) / 15;
    });
  for (const [at, bin] of bins.entries()) {
    const images = of(at);
    assert.is(bin.images, images.length, `bin ${at}`);
    const share = images.filter((i) => right[i]).length / Math.max(1, images.length);
    assert.ok(Math.abs(bin.right - share) < 1e-12);
  }
  const gaps = bins.map(({ images, certainty, right: share }) => images * Math.abs(certainty - share));
  const error = gaps.reduce((sum, gap) => sum + gap) / labels.length;
  assert.ok(Math.abs(calibrationError(answers.certainties, right) - error) < 1e-12);
});

test('an evaluation with a temperature says what it read in each image, and how surely', async () => {
  const small = stripes(41, 6, 3);
  const device = new CpuDevice();
  const rig = rigOn(device, small);
  const recipe = recipeFor(6);
  const read = await evaluate(rig.model, device, small, recipe, { temperature: 2, atOnce: 16 });
  const wanted = probabilitiesOf(await logitsOf(rig.model, device, small, recipe), small.classes.length, 2);
  const { predicted, certainties } = read.answers;
  assert.equal([predicted.length, certainties.length], [41, 41]);
  for (let i = 0; i < 41; i++) {
    const row = [...wanted.subarray(3 * i, 3 * i + 3)];
    assert.is(predicted[i], row.indexOf(Math.max(...row)));
    assert.ok(Math.abs(certainties[i] - Math.max(...row)) < 1e-6);
  }
  const { answers: none } = await evaluate(rig.model, device, small, recipe);
  assert.is(none, undefined);
});

test.run();
