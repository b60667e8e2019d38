// How numbers and places are written for people.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nameOf, unravel } from '../../../explorer/explain/names.ts';
import { digits, factor, product, sumOf } from '../../../explorer/explain/written.ts';

test('a place along each axis, and the name of a number', () => {
  assert.equal(unravel([2, 3, 4], 23), [1, 2, 3]);
  assert.equal(unravel([], 0), []);
  assert.is(nameOf('y', [1, 8, 24, 24], 3 * 576 + 12 * 24 + 7), 'y[0,3,12,7]');
  assert.is(nameOf('loss', [], 0), 'loss');
});

test('four digits that count', () => {
  const numbers = [0, -3, 0.1 + 0.2, -12.345678, 1e-8, 1.23456e-7, 2e6, 1234567.8, Infinity, Number.NaN];
  const texts = ['0', '−3', '0.3', '−12.35', '1e−8', '1.235e−7', '2e6', '1.235e6', '∞', 'NaN'];
  assert.equal(numbers.map(digits), texts);
  assert.is(factor(-0.5), '(−0.5)');
});

test('a sum shows its first terms, and what it comes to', () => {
  const term = (...values: number[]) => product(values.map((value, index) => ({ input: 0, index, value })));
  assert.is(sumOf([]).written, '0 = 0');
  assert.is(sumOf([term(2), term(3, -0.5), term(-1)]).written, '2 + 3 · (−0.5) + (−1) = −0.5');
  assert.is(sumOf([term(1), term(2), term(3), term(4)]).written, '1 + 2 + … = 10');
  assert.is(sumOf([term(1), term(-2)], 'relu').written, 'max(1 + (−2), 0) = 0');
});

test.run();
