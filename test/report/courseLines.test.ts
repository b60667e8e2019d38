// The small curves with which a training ends in a terminal.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunRecord } from '../../pipeline/node/runs/readRun.ts';
import { courseLines } from '../../report/courseLines.ts';

const steps = (losses: readonly number[]): RunRecord['steps'] =>
  losses.map((loss, i) => ({ ...{ step: i + 1, epoch: 1, loss, correct: 1, samples: 2, rate: 0.1 } }));
const epochs = (reached: readonly number[]): RunRecord['epochs'] =>
  reached.map((accuracy, i) => ({ epoch: i + 1, validation: { loss: 1, accuracy } }));

test('a line for the loss, one for what epochs reached, from which to which number', () => {
  const losses = Array.from({ length: 80 }, (_, i) => 80 - i);
  const [loss, accuracy] = courseLines({ steps: steps(losses), epochs: epochs([0.5, 0.75, 1]) }, 80);
  assert.match(loss, /^loss {6}█[▁-█]{38}▁ {2}79\.5000 to 1\.5000$/);
  assert.is(accuracy, 'accuracy  ▁▅█  50.00 % to 100.00 %');
});

test('a line has the columns that there are', () => {
  const losses = Array.from({ length: 80 }, (_, i) => 80 - i);
  for (const columns of [60, 72, 200]) {
    const lines = courseLines(
      { steps: steps(losses), epochs: epochs(losses.map((loss) => 1 / loss)) },
      columns,
    );
    for (const line of lines) assert.ok(line.length <= Math.min(columns, 72), line);
  }
});

test('what is no curve is left out', () => {
  assert.equal(courseLines({ steps: [], epochs: [] }, 80), []);
  assert.equal(courseLines({ steps: steps([1]), epochs: epochs([0.5]) }, 80), []);
  assert.equal(courseLines({ steps: [], epochs: epochs([Number.NaN, Number.NaN]) }, 80), []);
});

test.run();
