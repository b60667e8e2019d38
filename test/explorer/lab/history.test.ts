// States to go back to: within a bound of memory, dense where they are new and sparse where they are old.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { History } from '../../../explorer/lab/train/history.ts';

const stateAt = (steps: number) => ({
  ...{ weights: new Map(), lossScale: null, average: null, seed: 1, epoch: 1, step: 0, best: null },
  optimizer: { steps, moments: [new Float32Array(250)] },
});

test('what is kept stays within the bound, with the first and the last', () => {
  const history = new History(20_000);
  for (let steps = 0; steps <= 2000; steps += 20) history.keep({ state: stateAt(steps), changes: 0 });
  const { steps } = history;
  assert.is(steps.length, 20);
  assert.is(steps[0], 0);
  assert.is(steps.at(-1), 2000);
  const gaps = steps.slice(1).map((step, i) => step - steps[i]);
  assert.ok(gaps.at(-1)! <= 40, `the newest lie near: ${steps}`);
  assert.ok(gaps[0] > 4 * gaps.at(-1)!, `the oldest lie far: ${steps}`);
});

test('the last state at or before a step is found', () => {
  const history = new History();
  for (const steps of [0, 20, 40]) history.keep({ state: stateAt(steps), changes: steps });
  assert.is(history.before(39).changes, 20);
  assert.is(history.before(40).changes, 40);
  history.cut(25);
  assert.is(history.before(100).changes, 20);
  assert.is(history.newestStep, 20);
});

test.run();
