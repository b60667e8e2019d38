// `bench whole` with a program that says what it was given in the place of a training.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { markdown } from '../../bench/whole/report.ts';
import { benchWhole } from '../../bench/whole/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'inkgrad-whole-test-'));
test.after(() => rmSync(folder, { recursive: true }));

const program = (code: string): [string, string] => {
  const file = join(folder, `program-${code.length}.mjs`);
  writeFileSync(file, code);
  return [process.execPath, file];
};

/** Reads better with each seed and with more images. */
const trains = program(`
const after = (flag) => process.argv[process.argv.indexOf(flag) + 1];
if (process.argv[2] !== 'train' || after('--config') !== 'some' || !process.argv.includes('--json')) process.exit(1);
const limit = process.argv.includes('--limit') ? Number(after('--limit')) : 1000;
const accuracy = 0.9 + Number(after('--seed')) / 100 + limit / 1e6;
console.log(JSON.stringify({ device: 'cpu', adapter: 'none', samplesPerSecond: 7, test: { loss: 1, accuracy } }));
`);
const bench = { program: trains, config: 'some', devices: ['auto'], seeds: [1, 2], limits: [10, null] };

test('a process for each seed and number of images, in turns, and their median and least', async () => {
  const told: number[] = [];
  const report = await benchWhole({ ...bench, onProgress: (done) => told.push(done) });
  assert.equal(told, [1, 2, 3, 4]);
  assert.equal(
    report.runs.map(({ seed, limit }) => [seed, limit]),
    [
      [1, 10],
      [1, null],
      [2, 10],
      [2, null],
    ],
  );
  assert.equal(report.devices, [{ device: 'cpu', adapter: 'none' }]);
  for (const { limit, seconds, accuracy } of report.summaries) {
    const own = report.runs.filter((run) => run.limit === limit);
    const [a, b] = own.map((run) => run.seconds);
    assert.ok(Math.min(a, b) > 0.005, 'a process takes longer than this to start');
    assert.is(seconds.most, Math.max(a, b));
    assert.ok(Math.abs(seconds.median - (a + b) / 2) < 1e-9);
    assert.is(accuracy.least, own[0].accuracy);
    assert.ok(Math.abs(accuracy.median - own[0].accuracy - 0.005) < 1e-9);
  }
  const text = markdown(report);
  for (const words of ['train --config some', '91.00 %', '92.10 %', 'looked at once'])
    assert.ok(text.includes(words), words);
  assert.match(text, /\| +all +\|/);
});

test('a process that fails ends it, with the last line that it said', async () => {
  const fails = program(`console.error('first'); console.error('inkgrad: no room'); process.exit(3);`);
  await benchWhole({ ...bench, program: fails }).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'inkgrad: no room'),
  );
});

test.run();
