// How long a first step compiles: what a process says that timed it, and what is made of that. RADV itself is asked where
// it is installed, or unpacked in $MESA_FOLDER.
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { timeTable } from '../../bench/isa/report.ts';
import { isContraction, stepPipelines } from '../../bench/isa/step.ts';
import { benchCompile, best, sharesOf, timesIn } from '../../bench/isa/times.ts';
import { hasRadv, mesa } from '../support/radv.ts';

/** As bench/isa/idle.c says it, with a pipeline of Dawn's own before the two that were asked for. */
const complaint = 'driver compiled 9000\nWarning: x\ndriver compiled 2000\ndriver compiled 30500\n';
const said = { printed: '[3, 40]', complaint };

test('of each pipeline it is known how long it takes, and how long of that the driver does', () => {
  const times = timesIn(said, 2);
  assert.equal(times, [3, 40, 2, 30.5]);
  assert.equal(sharesOf(times, [0, 1]), { dawn: 10.5, driver: 32.5 });
  assert.equal(sharesOf(times, [1]), { dawn: 9.5, driver: 30.5 });
  assert.equal(sharesOf(times, []), { dawn: 0, driver: 0 });
});

test('a driver that tells of fewer pipelines is refused', () => {
  assert.throws(
    () => timesIn({ ...said, complaint: 'driver compiled 1\n' }, 2),
    /the driver compiled 1 of 2 pipelines/,
  );
});

test('of runs the shortest counts, number by number', async () => {
  const runs = [
    [3, 9],
    [5, 4],
    [4, 7],
  ];
  const left = [...runs];
  assert.equal(await best(3, async () => left.shift()!), [3, 4]);
  assert.is(left.length, 0);
  assert.equal(await best(1, async () => runs[2]), runs[2]);
});

test('a step asks for its contractions and more, and the tuner for other tilings of them', async () => {
  const { step, candidates } = await stepPipelines('lenet');
  const contractions = step.filter(isContraction);
  // Two convolutions and two linear layers, of which each goes forwards and back to its weights, and all but the first to its input.
  assert.ok(contractions.length >= 8 && contractions.length < step.length);
  assert.ok(candidates.length > 0 && candidates.every(isContraction));
  const texts = [...step, ...candidates].map(({ entry, shader }) => `${entry} ${shader}`);
  assert.is(new Set(texts).size, texts.length);
});

if (hasRadv()) {
  test('RADV compiles the first step of lenet', async () => {
    const rows = await benchCompile({
      ...{ models: ['lenet'], gpus: ['navi31'], runs: 1 },
      ...{ mesa, dumper: join('dist', 'isa-dumper.js') },
    });
    assert.equal(
      rows.map(({ what }) => what),
      ['contractions', 'whole step', 'with candidates'],
    );
    for (const [i, { pipelines, dawn, driver, together }] of rows.entries()) {
      assert.ok(dawn > 0 && driver > 0 && together > 0);
      if (i > 0) assert.ok(pipelines > rows[i - 1].pipelines && driver > rows[i - 1].driver);
    }
    const { head, rows: cells } = timeTable(rows);
    assert.equal(
      cells.map((row) => row.length),
      Array(3).fill(head.length),
    );
  });
}

test.run();
