import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { interleaved, median, percentile, repetitionsFor } from '../../bench/timing.ts';

test('the median of known lists', () => {
  assert.is(median([7]), 7);
  assert.is(median([3, 1, 2]), 2);
  assert.is(median([10, 1, 2, 3]), 2.5);
  assert.is(median([5, 5, 1000, 5, 5]), 5);
  const given = [3, 1, 2];
  median(given);
  assert.equal(given, [3, 1, 2], 'the list is left as it is');
});

test('a percentile lies between its neighbours', () => {
  const hundred = Array.from({ length: 101 }, (_, i) => 100 - i);
  assert.is(percentile(hundred, 0), 0);
  assert.is(percentile(hundred, 0.95), 95);
  assert.is(percentile(hundred, 1), 100);
  assert.is(percentile([0, 10], 0.25), 2.5);
});

test('everyone has one turn a round, and rounds begin with another each time', async () => {
  const turns: string[] = [];
  const given = await interleaved(['a', 'b', 'c'], 3, async (name) => {
    turns.push(name);
    return `${name}${turns.length}`;
  });
  assert.is(turns.join(''), 'abcbcacab');
  assert.equal(given, [
    ['a1', 'a6', 'a8'],
    ['b2', 'b4', 'b9'],
    ['c3', 'c5', 'c7'],
  ]);
  assert.equal(await interleaved([], 3, async () => 0), []);
});

test('as many repetitions as fill the time, also after a first one that compiled', async () => {
  for (const each of [0.001, 0.9, 3, 30, 500]) {
    let runs = 0;
    const { times, ms } = await repetitionsFor(75, async (n) => n * each + (runs++ === 0 ? 1000 : 0));
    assert.ok(Math.abs(ms - each) < each / 100, `${each} ms each: measured ${ms}`);
    const enough = times * each >= 75 / 2 && times * each <= 75 + each;
    assert.ok(enough, `${times} times ${each} ms`);
  }
});

test.run();
