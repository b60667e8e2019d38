// What waits is one batch; threads that die are replaced.
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Batches } from '../../../../pipeline/node/serve/batches.ts';
import { Preparers } from '../../../../pipeline/node/serve/preparers.ts';
import { newBudget } from '../../../../pipeline/node/threads/budget.ts';
import { startThread } from '../../../../pipeline/node/threads/team.ts';
import { recipes } from '../../../../pipeline/preprocess/recipe.ts';
import { stroke } from '../../../support/cli.ts';
import { refuses } from '../../../support/images.ts';

const { signal } = new AbortController();
const image = (n: number) => Uint8Array.of(n);

/** A model that names an image by its first byte, when it is let. */
function slowModel() {
  const gates: (() => void)[] = [];
  const sizes: number[] = [];
  const predictAll = async (prepared: readonly Uint8Array[]) => {
    sizes.push(prepared.length);
    await new Promise<void>((resolve) => gates.push(resolve));
    if (prepared.some(([n]) => n === 13)) throw new Error('thirteen');
    return prepared.map(([n]) => ({ guesses: [{ label: String(n), probability: 1 }], refused: false }));
  };
  const open = async () => {
    while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
    gates.shift()!();
  };
  return { predictAll, sizes, open };
}

test('what comes while the model reads is one batch, and each gets its own reading', async () => {
  const model = slowModel();
  const batches = new Batches(model);
  const first = batches.read(image(0), signal);
  await new Promise((resolve) => setTimeout(resolve, 10));
  const others = [1, 2, 3, 4, 5].map((n) => batches.read(image(n), signal));
  await model.open();
  await model.open();
  const labels = (await Promise.all([first, ...others])).map(({ guesses }) => guesses[0].label);
  assert.equal(labels, ['0', '1', '2', '3', '4', '5']);
  assert.equal(model.sizes, [1, 5]);
});

test('what is no longer wanted is not read, and an error ends one batch alone', async () => {
  const model = slowModel();
  const batches = new Batches(model);
  const gone = new AbortController();
  const first = batches.read(image(13), signal).catch((error) => error.message);
  await new Promise((resolve) => setTimeout(resolve, 10));
  const second = batches.read(image(2), signal);
  const third = batches.read(image(3), gone.signal).catch((error) => error);
  gone.abort('gone');
  await model.open();
  await model.open();
  assert.is(await first, 'thirteen');
  assert.is((await second).guesses[0].label, '2');
  assert.is(await third, 'gone');
  assert.equal(model.sizes, [1, 1]);
});

const context = { trained: recipes.handwriting, maxPixels: 1e6, budget: newBudget() };
const picture = { bytes: stroke('bar'), where: 'a.png' };

test('a thread that dies fails its picture, and another takes its place', async () => {
  let started = 0;
  const preparers = new Preparers(context, 1, (text, assignment) =>
    started++ === 0
      ? new Worker("require('worker_threads').parentPort.on('message', () => process.exit(7))", {
          eval: true,
        })
      : startThread(text, assignment),
  );
  const next = preparers.prepare.bind(preparers, picture, signal);
  const [first, second] = await Promise.allSettled([next(), next()]);
  assert.is(first.status, 'rejected');
  await refuses(() => Promise.reject((first as PromiseRejectedResult).reason), 'thread-ended');
  assert.is((second as PromiseFulfilledResult<Uint8Array>).value.length, 28 * 28);
  assert.equal([started, preparers.size], [2, 1]);
  await preparers.close();
});

test('where the system starts no thread it says so', async () => {
  const none = () => {
    throw Object.assign(new Error('no'), { code: 'ERR_WORKER_INIT_FAILED' });
  };
  await refuses(() => new Preparers(context, 2, none), 'exhausted');
});

test.run();
