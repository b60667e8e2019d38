// Old beside new: what is called slower, and a measurement of two builds that are told what to do, take turns, and fail.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBuild } from '../../bench/self/builds.ts';
import { selfCases, selfKernels } from '../../bench/self/cases.ts';
import { conclusion, markdown, remarks } from '../../bench/self/report.ts';
import { benchSelf, type SelfOptions } from '../../bench/self/run.ts';
import { compareTimes } from '../../bench/self/verdict.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

/** Times of four processes over six rounds: each process is off by its share, and each round is slower for all. */
const times = (ms: number, shares = [0.99, 1, 1.002, 1.01]) =>
  shares.map((share) => [1, 1.3, 1, 2, 1.1, 1].map((slowed) => ms * share * slowed));

test('a build is slower when the medians are further apart than two processes of one build', () => {
  const same = compareTimes(times(10), times(10.1));
  assert.is(same.verdict, 'same');
  assert.ok(Math.abs(same.noise - (1.01 / 0.99 - 1)) < 1e-9, `${same.noise}`);
  assert.is(compareTimes(times(10), times(10.3)).verdict, 'slower');
  assert.ok(Math.abs(compareTimes(times(10), times(10.3)).ratio - 1 / 1.03) < 1e-9);
  assert.is(compareTimes(times(10.3), times(10)).verdict, 'faster');
  // One process that was held up all the time: what it could be is not told apart.
  assert.is(compareTimes(times(10), times(10.3, [0.99, 1, 1.002, 1.1])).verdict, 'same');
});

test('one slow round of a process changes nothing, and less than 2 % is no difference', () => {
  const held = times(10);
  held[2][1] *= 5;
  assert.is(compareTimes(times(10), held).verdict, 'same');
  const even = [1, 1, 1, 1];
  assert.equal(compareTimes(times(10, even), times(10.15, even)).verdict, 'same');
  assert.equal(compareTimes(times(10, even), times(10.25, even)).verdict, 'slower');
});

test('builds are found in a checkout, in dist and by a file in it', () => {
  const { path } = folders.make({ 'dist/bench-worker.js': '', 'dist/cli.js': '' });
  const worker = join(path, 'dist/bench-worker.js');
  for (const name of [path, join(path, 'dist'), join(path, 'dist/cli.js')]) {
    assert.equal(findBuild(name), { name, worker, library: null });
  }
  assert.ok(existsSync(findBuild('.').library!));
});

test('networks of old builds go by their workers, all else by their libraries', () => {
  const choice = { models: ['cnn', 'vgg'], works: ['train', 'infer'], batch: 8, kernels: true } as const;
  const cases = selfCases(choice);
  assert.is(cases.length, 4 + selfKernels.length);
  assert.equal(
    selfCases(choice, 'training').map(({ name, by, args }) => `${name} ${by} ${args.join(' ')}`),
    [
      'cnn training worker --model cnn --work train --batch 8',
      'vgg training library --model vgg --work train --batch 8',
    ],
  );
  assert.throws(
    () => selfCases(choice, 'xyzzy'),
    /--only xyzzy: no case with that in its name; there are cnn tr/,
  );
});

/**
 * A build whose worker needs so many milliseconds a step, and says when it was asked.
 *
 * @param loss of all `done` steps
 * @param warm how many steps it did before it was asked; three when it does not say
 */
const build = (name: string, ms: number, loss = '1', warm?: number) => {
  const { path } = folders.make({
    'bench-worker.js': `
      const say = (message) => console.log(JSON.stringify(message));
      const given = process.argv.slice(2).join(' ');
      if (given.includes('fail')) say({ error: 'no such model' });
      say({ ready: true, version: '${name}', adapter: given, warm: ${warm} });
      let done = ${warm ?? 3};
      process.stdin.on('data', (text) => {
        const steps = Number(text.toString().split(' ')[1]);
        done += steps;
        say({ steps, ms: steps * ${ms}, loss: ${loss} });
      });
    `,
  });
  return { ...findBuild(path), name };
};

const settings = { device: 'wasm', threads: 2, seconds: 0.24, libraryWorker: null };
const measure = (options: Pick<SelfOptions, 'older' | 'newer'> & Partial<SelfOptions>) =>
  benchSelf({
    ...settings,
    cases: [{ name: 'work', by: 'worker', args: ['--model', 'lenet'] }],
    ...options,
  });

test('a slower build is named in the last line, with how much', async () => {
  const said: string[] = [];
  const report = await measure({
    older: build('before', 1),
    newer: build('after', 1.25, '1.5'),
    onProgress: (done, total, text) => said.push(`${done} of ${total}, ${text}`),
  });
  const [row] = report.rows;
  assert.is(row.verdict, 'slower');
  assert.is(row.ratio.toFixed(3), '0.800');
  assert.is(row.steps, 3);
  assert.equal(
    [row.old.rounds, row.new.rounds].map((times) => times.map(({ length }) => length)),
    [
      [24, 24, 24, 24],
      [24, 24, 24, 24],
    ],
  );
  assert.equal(report.builds, {
    old: { name: 'before', version: 'before' },
    new: { name: 'after', version: 'after' },
  });
  assert.is(conclusion(report), 'slower: work (0.800×, noise 2.0 %)');
  assert.equal(remarks(report), [
    'work: old and new compute other numbers (the first losses are 33.3 % apart)',
  ]);
  assert.match(markdown(report), /\n\| work +\| +1\.00 \| +1\.25 \| 0\.800× \| +2\.0 % \| slower +\|\n/);
  assert.ok(said.includes('24 of 25, work: round 24 of 24'), said.join('\n'));
});

test('losses are compared after as many steps, however many of them made a worker warm', async () => {
  const { rows } = await measure({
    older: build('before', 1, '1 / done'),
    newer: build('after', 1, '1 / done', 1),
    processes: 1,
  });
  assert.is(rows[0].apart, 0);
});

test('what one of them cannot do is told, and the rest is measured', async () => {
  const cases = [
    { name: 'new work', by: 'worker', args: ['--model', 'fail'] },
    { name: 'work', by: 'worker', args: ['--model', 'lenet'] },
    { name: 'kernel', by: 'library', args: ['--model', 'matmul'] },
  ] as const;
  const report = await measure({ older: build('before', 1), newer: build('after', 1), cases });
  assert.equal(report.failures, [
    { case: 'new work', reason: 'before: no such model' },
    { case: 'kernel', reason: 'it needs a checkout of inkgrad, for bench/self/library.mjs' },
  ]);
  assert.is(conclusion(report), 'nothing slower than the noise, of what was measured');
  assert.is(remarks(report)[0], 'new work was not measured: before: no such model');
});

test('this build beside itself, by its worker and by its library: the same numbers', async () => {
  const here = findBuild('.');
  const library = (...args: string[]) => ({
    name: args[1],
    by: 'library' as const,
    args: [...args, '--batch', '2'],
  });
  const report = await measure({
    older: here,
    newer: here,
    ...{ seconds: 0.01, processes: 1 },
    libraryWorker: join(process.cwd(), 'bench/self/library.mjs'),
    cases: [
      { name: 'lenet', by: 'worker', args: ['--model', 'lenet', '--work', 'infer', '--batch', '2'] },
      library('--model', 'vgg', '--work', 'train'),
      library('--model', 'batchNorm 24'),
    ],
  });
  assert.equal(report.failures, []);
  assert.equal(
    report.rows.map((row) => [row.case, row.apart]),
    [
      ['lenet', 0],
      ['vgg', 0],
      ['batchNorm 24', 0],
    ],
  );
});

test.run();
