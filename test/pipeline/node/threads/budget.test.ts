// Threads share one budget of memory: together they take no more, one that wants more than that goes alone, and nothing
// comes out otherwise for it.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodePng } from '../../../../pipeline/node/decode/decode.ts';
import { crew } from '../../../../pipeline/node/tasks/crew.ts';
import { pictureBytes } from '../../../../pipeline/node/tasks/pictureBytes.ts';
import type { Outcome } from '../../../../pipeline/node/tasks/tasks.ts';
import { type Budget, newBudget, within } from '../../../../pipeline/node/threads/budget.ts';
import { mapInThreads } from '../../../../pipeline/node/threads/mapInThreads.ts';
import { draw } from '../../../support/cli.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const KIB = 1024;
const folders = tempFolders();
test.after(folders.remove);

test('what is taken is given back, also where the work fails', async () => {
  const budget = newBudget(100 * KIB);
  const inUse = () => budget.taken[0];
  assert.is(await within(budget, async (take) => [take(30 * KIB), inUse()][1]), 30);
  assert.is(inUse(), 0);
  const failed = within(budget, async (take) => {
    take(40 * KIB);
    throw new Error('damaged');
  });
  assert.match(String(await failed.catch((error) => error)), 'damaged');
  assert.is(await within(budget, async () => inUse()), 0);
  assert.is(await within(undefined, async (take) => [take(1e12), 'done'][1]), 'done');
});

test('what does not fit waits until it does; what is larger than all goes alone', async () => {
  const giveBack = `const { workerData: { taken, others } } = require('node:worker_threads');
    setTimeout(() => Atomics.sub(taken, 0, others) && Atomics.notify(taken, 0), 20)`;
  for (const [others, wanted, waits] of [
    [70, 30, false],
    [70, 31, true],
    [1, 5000, true],
    [0, 5000, false],
  ] as const) {
    const budget = newBudget(100 * KIB);
    budget.taken[0] = others;
    const { taken } = budget;
    const other = waits ? new Worker(giveBack, { eval: true, workerData: { taken, others } }) : undefined;
    const inUse = await within(budget, async (take) => [take(wanted * KIB), taken[0]][1]);
    assert.is(inUse, waits ? wanted : others + wanted);
    await other?.terminate();
  }
});

test('threads never take more than the budget, and come to the same whatever it is', async () => {
  const side = 60;
  const names = Array.from({ length: 40 }, (_, i) => `${i}.png`);
  const pictures = names.map((_, i) => encodePng(draw(side, side, (x) => x > i)));
  const { path } = folders.make(Object.fromEntries(names.map((name, i) => [name, pictures[i]])));
  const files = names.map((name) => ({ path: join(path, name), where: name, shown: false }));
  const run = async (budget: Budget | undefined) => {
    const found: Outcome<'inspectFile'>[] = [];
    let most = 0;
    await mapInThreads(crew, 'inspectFile', { thumbnail: 8, budget }, files, {
      threads: 3,
      onResult: (i, outcome) => {
        found[i] = outcome;
        most = Math.max(most, budget?.taken[0] ?? 0);
      },
    });
    assert.is(budget?.taken[0] ?? 0, 0, 'all is given back');
    return { found, most: most * KIB };
  };
  const each = Math.max(...pictures.map((file) => pictureBytes(file, side, side))) + KIB;
  const { found } = await run(undefined);
  assert.ok(found.every((outcome) => 'value' in outcome));
  for (const [budget, bound] of [
    [1, each],
    [2 * each, 2 * each],
    [1e9, 3 * each],
  ]) {
    const bounded = await run(newBudget(budget));
    assert.equal(bounded.found, found);
    assert.ok(bounded.most <= bound, `${bounded.most} bytes of ${budget}`);
  }
});

test.run();
