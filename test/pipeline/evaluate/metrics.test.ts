import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Confusion } from '../../../pipeline/evaluate/metrics.ts';

const close = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test('scores of a worked example', () => {
  // The example of scikit-learn's documentation of classification_report.
  const confusion = new Confusion(3);
  const labels = [0, 1, 2, 2, 2];
  [0, 0, 2, 2, 1].forEach((predicted, i) => {
    confusion.add(labels[i], predicted);
  });
  assert.equal(confusion.matrix, [
    [1, 0, 0],
    [1, 0, 0],
    [0, 1, 2],
  ]);
  close(confusion.accuracy, 3 / 5);
  const [zero, one, two] = confusion.perClass();
  close(zero.precision, 1 / 2);
  close(zero.recall, 1);
  close(zero.f1, 2 / 3);
  assert.equal(one, { precision: 0, recall: 0, f1: 0, support: 1 });
  close(two.precision, 1);
  close(two.recall, 2 / 3);
  close(two.f1, 4 / 5);
  assert.is(two.support, 3);
  close(confusion.macroF1, (2 / 3 + 0 + 4 / 5) / 3);
});

test('what is undefined is 0', () => {
  const confusion = new Confusion(2);
  assert.is(confusion.accuracy, 0);
  assert.is(confusion.macroF1, 0);
  assert.equal(confusion.perClass()[1], { precision: 0, recall: 0, f1: 0, support: 0 });
  assert.is(new Confusion(0).macroF1, 0);
});

test.run();
