import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../engine/random.ts';
import { stratifiedSplit } from '../../../pipeline/data/split.ts';
import { refuses } from '../../support/images.ts';

/** Labels of five classes with 30 or more members, mixed, and of three with one, two and three. */
function someLabels(seed: number): Int32Array {
  const random = new Random(seed);
  const many = Array.from({ length: 400 }, () => Math.floor(5 * random.uniform() ** 2));
  return Int32Array.from([5, 6, 6, 7, 7, 7, ...many]);
}

const members = (labels: Int32Array, part: Int32Array, label: number) =>
  part.filter((index) => labels[index] === label).length;

test('no index is lost or doubled, parts ascend, each class is shared out', () => {
  for (const fractions of [[0.8, 0.2], [0.7, 0.15, 0.15], [1], [0.02, 0.98], [0.01, 0.98, 0.01]]) {
    for (let seed = 0; seed < 10; seed++) {
      const labels = someLabels(seed);
      const parts = stratifiedSplit(labels, fractions, seed);
      const all = parts.flatMap((part) => [...part]).sort((a, b) => a - b);
      assert.equal(all, [...labels.keys()]);
      for (const part of parts) assert.equal(part, part.slice().sort());
      for (let label = 0; label < 8; label++) {
        const total = labels.filter((each) => each === label).length;
        // A remainder moves less than one, a part that would be empty takes one more.
        const slack = fractions.length - 1;
        parts.forEach((part, p) => {
          const got = members(labels, part, label);
          assert.ok(
            Math.abs(got - fractions[p] * total) <= slack,
            `class ${label}: ${got} of ${total} in part ${p}`,
          );
          if (total >= fractions.length) assert.ok(got >= 1, `class ${label} is missing in part ${p}`);
        });
      }
    }
  }
});

test('the seed decides, and nothing else', () => {
  const labels = someLabels(1);
  assert.equal(stratifiedSplit(labels, [0.8, 0.2], 7), stratifiedSplit(labels, [0.8, 0.2], 7));
  assert.not.equal(stratifiedSplit(labels, [0.8, 0.2], 7)[1], stratifiedSplit(labels, [0.8, 0.2], 8)[1]);
  // Each class draws by itself, so another class that grows leaves it where it was.
  const more = Int32Array.from([...labels, 9, 9, 9]);
  const kept = stratifiedSplit(more, [0.8, 0.2], 7)[1].filter((index) => index < labels.length);
  assert.equal(kept, stratifiedSplit(labels, [0.8, 0.2], 7)[1]);
});

test('classes of the same size are shuffled apart', () => {
  const labels = Int32Array.from({ length: 80 }, (_, i) => i % 2);
  const [, held] = stratifiedSplit(labels, [0.75, 0.25], 3);
  const places = (label: number) => [...held].filter((i) => i % 2 === label).map((i) => Math.floor(i / 2));
  assert.not.equal(places(0), places(1));
});

test('a class of one goes to the larger part, no labels make empty parts', () => {
  assert.equal(stratifiedSplit(Int32Array.of(0, 1), [0.2, 0.8], 0), [Int32Array.of(), Int32Array.of(0, 1)]);
  assert.equal(stratifiedSplit(Int32Array.of(), [0.2, 0.8], 0), [Int32Array.of(), Int32Array.of()]);
});

test('refuses fractions that are no shares of 1', async () => {
  for (const fractions of [[0.5, 0.4], [1.2, -0.2], [1, 0], [Number.NaN, 1], []]) {
    await refuses(
      () => stratifiedSplit(Int32Array.of(0), fractions, 0),
      'invalid-setting',
      fractions.join(', '),
    );
  }
});

test.run();
