// How long a training still takes, foretold: on a clock of its own, against what it then took.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Course, TimeLeft } from '../../cli/commands/train/timeLeft.ts';

/** How a training goes: seconds of its parts. */
interface Pace {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** steps that are read back together */
  readonly readEvery?: number;
  readonly step: number;
  readonly validation: number;
  readonly validationShare: number;
  /** before the first step: compiling, measuring */
  readonly start?: number;
  /** how much longer the first steps take, and how many of all they are */
  readonly warmUp?: readonly [factor: number, share: number];
  /** how much longer the first validation takes */
  readonly firstValidation?: number;
}

/** What is foretold at each reading, beside what was true: the share of the steps that are done, and both rests. */
function foretold(pace: Pace): { share: number; said: number | null; left: number }[] {
  const { epochs, stepsPerEpoch, readEvery = 10, validationShare, start = 0 } = pace;
  const { warmUp: [factor, part] = [1, 0], firstValidation = 1 } = pace;
  let seconds = 0;
  const course: Course = { epochs, validationShare, minutes: null };
  const time = new TimeLeft(course, () => 1000 * seconds);
  const total = epochs * stepsPerEpoch;
  const said: { at: number; share: number; said: number | null }[] = [];
  seconds += start;
  for (let epoch = 1, step = 0; epoch <= epochs; epoch++) {
    for (let done = 0; done < stepsPerEpoch; ) {
      const count = Math.min(readEvery, stepsPerEpoch - done);
      for (let i = 0; i < count; i++) seconds += pace.step * (step++ < part * total ? factor : 1);
      done += count;
      time.stepped(step, count, total);
      said.push({ at: seconds, share: step / total, said: time.seconds });
    }
    seconds += pace.validation * (epoch === 1 ? firstValidation : 1);
    time.validated();
  }
  return said.map(({ at, ...rest }) => ({ ...rest, left: seconds - at }));
}

const steady = { epochs: 10, stepsPerEpoch: 100, step: 0.05, validation: 0.1, validationShare: 0.05 };

const paces: Readonly<Record<string, Pace>> = {
  'steps all alike': steady,
  'one epoch': { ...steady, epochs: 1 },
  'a start that takes as long as two epochs': { ...steady, start: 10 },
  'first steps that take four times as long': { ...steady, warmUp: [4, 0.05] },
  'both, and a first validation that does': { ...steady, start: 8, warmUp: [4, 0.04], firstValidation: 5 },
  'validation that takes as long as an epoch': { ...steady, validation: 5, validationShare: 3 },
  'the same in three epochs, of which none is over at a tenth': {
    ...{ ...steady, epochs: 3, stepsPerEpoch: 400 },
    ...{ validation: 9, validationShare: 1, start: 3 },
  },
  'validation three times as slow as its images would say': {
    ...steady,
    validation: 3,
    validationShare: 0.6,
  },
  'epochs of a few steps': {
    ...steady,
    stepsPerEpoch: 4,
    epochs: 50,
    validation: 0.3,
    validationShare: 0.05,
  },
  'each step read by itself': { ...steady, readEvery: 1, warmUp: [3, 0.04] },
};

for (const [what, pace] of Object.entries(paces)) {
  test(`after a tenth of a training the time left is within 20 %: ${what}`, () => {
    const all = foretold(pace);
    const judged = all.filter(({ share }) => share > 0.1);
    assert.ok(judged.length >= 5);
    for (const { share, said, left } of judged) {
      assert.ok(
        said !== null && Math.abs(said - left) <= 0.2 * left,
        `${(100 * share).toFixed(0)} %: ${said} s said, ${left.toFixed(2)} s left`,
      );
    }
    // Before the second reading nothing is known, and nothing is said.
    assert.equal(
      all.map(({ said }) => said === null),
      all.map((_, i) => i === 0),
    );
  });
}

test('a training that goes on knows only of steps since then', () => {
  let seconds = 3;
  const time = new TimeLeft({ epochs: 4, validationShare: 0, minutes: null }, () => 1000 * seconds);
  for (let step = 310; step <= 350; step += 10) {
    seconds += 2;
    time.stepped(step, 10, 400);
  }
  assert.ok(Math.abs(time.seconds! - 10) < 1e-9, `${time.seconds}`);
});

test('a time budget is the most that is left', () => {
  let seconds = 0;
  const time = new TimeLeft({ epochs: 100, validationShare: 0, minutes: 0.5 }, () => 1000 * seconds);
  for (let step = 10; step <= 100; step += 10) {
    seconds += 1;
    time.stepped(step, 10, 10_000);
  }
  assert.is(time.seconds, 20);
  seconds = 40;
  assert.is(time.seconds, 0);
});

test.run();
