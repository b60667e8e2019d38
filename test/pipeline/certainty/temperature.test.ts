import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FEWEST, fitTemperature } from '../../../pipeline/certainty/temperature.ts';

/** Two classes, the logits (a, 0) for each of n images, of which a share q is of the first class. */
const coins = (n: number, a: number, q: number) => ({
  logits: Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? a : 0)),
  labels: Int32Array.from({ length: n }, (_, i) => (i < q * n ? 0 : 1)),
});

test('two classes with one pair of logits: T = a / ln(q / (1 − q))', () => {
  for (const [a, q] of [
    [4, 0.9],
    [1, 0.9],
    [-6, 0.1],
    [2, 0.75],
  ]) {
    const expected = a / Math.log(q / (1 - q));
    const actual = fitTemperature(coins(20_000, a, q));
    assert.ok(Math.abs(actual / expected - 1) < 5e-3, `a ${a}, q ${q}: ${actual} is not ${expected}`);
  }
});

test('images that are all right or all wrong leave a finite temperature', () => {
  const right = fitTemperature(coins(200, 5, 1));
  assert.ok(right > 0.4 && right < 1, `all right: ${right}`);
  const wrong = fitTemperature(coins(200, 5, 0));
  assert.ok(wrong > 1 && wrong < 21, `all wrong: ${wrong}`);
});

test('too few images fit nothing', () => {
  assert.is(fitTemperature(coins(FEWEST - 1, 4, 0.9)), 1);
  assert.is(fitTemperature({ logits: [], labels: [] }), 1);
});

test('large logits do not overflow', () => {
  const { logits, labels } = coins(200, 4, 0.9);
  const t = fitTemperature({ logits: logits.map((value) => 1000 + value), labels });
  assert.ok(Math.abs(t - fitTemperature({ logits, labels })) < 1e-3);
});

test.run();
