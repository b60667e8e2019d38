// Learning rate schedules: their values at the points that define them, and their course between.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Schedule } from '../../engine/optim/index.ts';
import { schedules, withWarmup } from '../../engine/optim/index.ts';

const course = (schedule: Schedule, total: number) =>
  Array.from({ length: total }, (_, at) => schedule(at, total));

const near = (actual: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);

const differences = (list: readonly number[]) => list.slice(1).map((value, i) => value - list[i]);

test('constant is 1 throughout', () => {
  assert.equal(course(schedules.constant, 5), [1, 1, 1, 1, 1]);
});

test('step falls to a tenth after each third', () => {
  const values = course(schedules.step, 9);
  [1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01].forEach((expected, at) => {
    near(values[at], expected);
  });
});

test('cosine falls from 1 through a half at mid-way towards 0', () => {
  const values = course(schedules.cosine, 100);
  assert.is(values[0], 1);
  near(values[50], 0.5);
  near(values[25], (1 + Math.SQRT1_2) / 2);
  near(schedules.cosine(100, 100), 0);
  assert.ok(differences(values).every((d) => d < 0));
});

test('one-cycle rises from 1/25 to 1 at 30 %, then falls to nearly 0', () => {
  const values = course(schedules['one-cycle'], 1000);
  near(values[0], 1 / 25);
  near(values[299], 1);
  near(values[999], 1 / 25 / 1e4);
  assert.ok(differences(values.slice(0, 300)).every((d) => d > 0));
  assert.ok(differences(values.slice(299)).every((d) => d < 0));
});

test('triangle rises to 1 over a fifth and falls to 0, each time by equal steps', () => {
  const values = course(schedules.triangle, 100);
  near(values[0], 1 / 21);
  near(values[20], 1);
  near(values[60], 0.5);
  near(schedules.triangle(100, 100), 0);
  for (const part of [values.slice(0, 21), values.slice(20)]) {
    const steps = differences(part);
    for (const step of steps) near(step, steps[0]);
  }
});

/** torch.optim.lr_scheduler.OneCycleLR's formula with its defaults, from its source. */
function torchOneCycle(step: number, total: number): number {
  const [initial, peak, last] = [1 / 25, 1, 1 / 25 / 1e4];
  const anneal = (start: number, end: number, share: number) =>
    end + ((start - end) / 2) * (Math.cos(Math.PI * share) + 1);
  const top = 0.3 * total - 1;
  return step <= top
    ? anneal(initial, peak, step / top)
    : anneal(peak, last, (step - top) / (total - 1 - top));
}

test("one-cycle is PyTorch's OneCycleLR, also where 30 % is no whole step", () => {
  for (const total of [10, 37, 101]) {
    course(schedules['one-cycle'], total).forEach((value, at) => {
      near(value, torchOneCycle(at, total));
    });
  }
});

test('every schedule gives finite factors in [0, 1], also over one step or two', () => {
  for (const [name, schedule] of Object.entries(schedules)) {
    for (const total of [1, 2, 3, 4, 7]) {
      const values = course(schedule, total);
      assert.ok(
        values.every((value) => value >= 0 && value <= 1),
        `${name} over ${total}: ${values}`,
      );
    }
  }
});

test('withWarmup rises in equal steps and then follows the schedule over the rest', () => {
  const values = course(withWarmup(schedules.cosine, 4), 14);
  [0.2, 0.4, 0.6, 0.8].forEach((expected, at) => {
    near(values[at], expected);
  });
  course(schedules.cosine, 10).forEach((expected, at) => {
    near(values[4 + at], expected);
  });
});

test('withWarmup of no steps is the schedule itself', () => {
  assert.equal(course(withWarmup(schedules.step, 0), 9), course(schedules.step, 9));
});

test.run();
