// Several threads do what one does; what goes wrong in one of them is an error, never a hang.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { InkgradError } from '../../../../engine/errors.ts';
import { preparePicture } from '../../../../pipeline/front/preparePicture.ts';
import { decodeImage, encodePng } from '../../../../pipeline/node/decode/decode.ts';
import threadText from '../../../../pipeline/node/tasks/build/thread.txt';
import { crew } from '../../../../pipeline/node/tasks/crew.ts';
import type { Outcome } from '../../../../pipeline/node/tasks/tasks.ts';
import { FEW, type MapOptions, mapInThreads } from '../../../../pipeline/node/threads/mapInThreads.ts';
import type { Assignment } from '../../../../pipeline/node/threads/serve.ts';
import { startThread } from '../../../../pipeline/node/threads/team.ts';
import { type Recipe, recipes, steps } from '../../../../pipeline/preprocess/recipe.ts';
import { draw } from '../../../support/cli.ts';
import { encodeJpeg } from '../../../support/encodeJpeg.ts';
import { pngChunk, refuses } from '../../../support/images.ts';
import { exif, withSegment } from '../../../support/jpegs.ts';
import { numbers, randomPng } from '../../../support/makePng.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const MANY = 43;
const folders = tempFolders();
test.after(() => folders.remove());

/** Pictures of many sizes, each unlike the others, a broken one and a missing one among them. */
const names = Array.from({ length: MANY }, (_, i) => `${i}.png`);
const folder = folders.make(
  Object.fromEntries(
    names
      .map((name, i): [string, Uint8Array] => {
        // A cross whose arms have other lengths and places each time.
        const ink = (x: number, y: number) =>
          (Math.abs(x - 12 - (i % 7)) < 2 && y > 4 && y < 34) ||
          (Math.abs(y - 12 - (i % 11)) < 2 && x > 3 && x < 22 + (i % 6));
        return [name, i === 20 ? Uint8Array.of(1) : encodePng(draw(30 + i, 40 + 3 * (i % 5), ink))];
      })
      .filter((_, i) => i !== 31),
  ),
);
const files = names.map((name) => ({ path: join(folder.path, name), where: name }));
const context = { recipe: recipes.scan, maxPixels: undefined, kept: null };

async function outcomes(
  options: Partial<MapOptions<Awaited<ReturnType<typeof crew.tasks.prepareFile>>>> = {},
  preparation = context,
) {
  const found: Outcome<'prepareFile'>[] = [];
  await mapInThreads(crew, 'prepareFile', preparation, files, {
    ...options,
    onResult: (i, outcome) => {
      assert.is(found[i], undefined, `item ${i} is done once`);
      found[i] = outcome;
      options.onResult?.(i, outcome);
    },
  });
  return found;
}

const plain = (found: Outcome<'prepareFile'>[]) =>
  found.map((outcome) =>
    'refused' in outcome ? `${outcome.code}: ${outcome.refused}` : [...outcome.value.image].join(),
  );

test('one thread, two, three, one for each core and five come to the same, codes too', async () => {
  const expected = plain(await outcomes({ threads: 1 }));
  assert.is(expected.length, MANY);
  assert.match(expected[20], /^not-an-image: 20\.png: .+; .+/);
  assert.match(expected[31], /^missing: 31\.png: .+; .+/);
  assert.is(new Set(expected).size > 20, true, 'the pictures differ');
  for (const threads of [2, 3, undefined, 5]) assert.equal(plain(await outcomes({ threads })), expected);
});

test('every kind of file comes to the same in threads as on the main thread', async () => {
  const random = numbers(5);
  const png = (colourType: number, depth: number, interlaced: boolean, chunks: Buffer[] = []) =>
    randomPng({ width: 21, height: 34, colourType, depth, interlaced, chunks }, random);
  const photo = await encodeJpeg(draw(37, 53, (x, y) => Math.abs(x - y) < 5));
  const progressive = await encodeJpeg(
    draw(40, 25, (x) => x % 9 === 0),
    { progressive: true },
  );
  const orientations = [1, 2, 3, 4, 5, 6, 7, 8];
  const kinds = [
    ...[1, 2, 4, 8].flatMap((depth) => [png(3, depth, false), png(3, depth, true)]),
    ...[0, 2, 4, 6].flatMap((type) => [png(type, 16, false), png(type, 16, true), png(type, 8, true)]),
    ...orientations.map((i) => png(2, 8, false, [pngChunk('eXIf', exif(i).subarray(6))])),
    photo,
    progressive,
    ...orientations.map((i) => withSegment(photo, 0xe1, exif(i, i % 2 === 0))),
    photo.subarray(0, -30),
  ];
  const { path } = folders.make(Object.fromEntries(kinds.map((bytes, i) => [`${i}`, bytes])));
  const items = kinds.map((_, i) => ({ path: join(path, `${i}`), where: `file ${i}` }));
  const recipe = recipes.handwriting;
  for (const threads of [1, 2, 3]) {
    let refused = 0;
    let done = 0;
    await mapInThreads(crew, 'prepareFile', { ...context, recipe }, items, {
      threads,
      onResult: (i, outcome) => {
        done++;
        if ('refused' in outcome) {
          refused++;
          assert.is(i, kinds.length - 1);
          assert.is(outcome.code, 'damaged');
          assert.match(outcome.refused, /^file \d+: .+; /);
        } else {
          assert.equal(
            outcome.value.image,
            preparePicture(decodeImage(kinds[i], ''), recipe).image,
            `file ${i}`,
          );
        }
      },
    });
    assert.equal([done, refused], [kinds.length, 1]);
  }
});

test('few items stay on the thread of the caller', async () => {
  const start = () => assert.unreachable('a thread is started') as never;
  let done = 0;
  const options = { threads: 2, start, onResult: () => done++ };
  await mapInThreads(crew, 'prepareFile', context, files.slice(0, FEW - 1), options);
  await mapInThreads(crew, 'prepareFile', context, [], options);
  await mapInThreads(crew, 'prepareFile', context, files, { ...options, threads: 1 });
  assert.is(done, FEW - 1 + MANY);
});

test('threads that nobody asked for are started where work is long, and take what is left of it', async () => {
  const there = `const { parentPort } = require('node:worker_threads');
    const outcomes = (items) => items.map((item) => ({ value: [item, 'there'] }));
    parentPort.on('message', (items) => parentPort.postMessage({ outcomes: outcomes(items) }));`;
  let clock = 0;
  const work = (milliseconds: number) => (_: null, item: number) => {
    clock += milliseconds;
    return [item, 'here'];
  };
  const run = async (milliseconds: number, many: number, threads?: number) => {
    const found: unknown[] = [];
    let started = 0;
    await mapInThreads(
      { tasks: { work: work(milliseconds) }, text: there },
      'work',
      null,
      Array.from({ length: many }, (_, i) => i),
      {
        threads,
        now: () => clock,
        start: () => {
          started++;
          return new Worker(there, { eval: true, execArgv: [] });
        },
        onResult: (i, outcome) => {
          assert.is(found[i], undefined, `item ${i} is done once`);
          const [item, where] = (outcome as { value: [number, string] }).value;
          assert.is(item, i);
          found[i] = where;
        },
      },
    );
    const here = found.filter((where) => where === 'here').length;
    assert.equal(
      found,
      Array.from({ length: many }, (_, i) => (i < here ? 'here' : 'there')),
    );
    return { here, started };
  };
  // Two items of 100 ms are a fifth of a second, and 16 of 1 ms say what is to come.
  for (const [milliseconds, many, here] of [
    [100, 100, 2],
    [1, 2000, FEW],
  ]) {
    const shared = await run(milliseconds, many);
    const alone = availableParallelism() === 1;
    assert.equal([shared.here, shared.started > 0], alone ? [many, false] : [here, true]);
  }
  assert.equal(await run(5, 100), { here: 100, started: 0 });
  assert.equal(await run(5, 100, 2), { here: 0, started: 2 });
});

const dying: [string, string, string][] = [
  ['ends', "require('node:worker_threads').parentPort.on('message', () => process.exit(7))", '(exit code 7)'],
  ['ends before it is asked', 'process.exit(0)', '(exit code 0)'],
  ['throws when it is loaded', "throw new Error('no such luck')", '(no such luck)'],
  ['has no memory left', 'const all = []; for (;;) all.push(new Array(1e5).fill(1));', 'memory limit'],
];
for (const [how, text, reason] of dying) {
  test(`a thread that ${how} is one line of error`, async () => {
    const start = () =>
      new Worker(text, { eval: true, execArgv: [], resourceLimits: { maxOldGenerationSizeMb: 8 } });
    await refuses(() => outcomes({ threads: 2, start }), 'thread-ended', reason, '`threads` 1');
  });
}

test('a thread that is killed while others work is one line of error', async () => {
  let started = 0;
  const start = (assignment: Assignment) => {
    const worker = startThread(crew.text, assignment);
    if (++started === 2) worker.once('online', () => void worker.terminate());
    return worker;
  };
  await refuses(() => outcomes({ threads: 3, start }), 'thread-ended', '(exit code 1)');
});

test('where the system starts fewer threads, or none, the work goes on, and it is said once', async () => {
  const expected = plain(await outcomes({ threads: 1 }));
  for (const first of [0, 1, 2]) {
    const remarks: string[] = [];
    let started = 0;
    const start = (assignment: Assignment) => {
      if (started === first) {
        throw Object.assign(new Error('no more: EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
      }
      started++;
      return startThread(crew.text, assignment);
    };
    const onRemark = (remark: string) => void remarks.push(remark);
    assert.equal(plain(await outcomes({ threads: 3, start, onRemark })), expected);
    assert.equal(remarks, [
      `${first} of 3 threads could be started (no more: EAGAIN); the work takes longer`,
    ]);
  }
});

test('what is stopped lets threads end what they are at, and no more than that', async () => {
  const text = `const { parentPort, workerData: { stop, seen } } = require('node:worker_threads');
    parentPort.on('message', (items) => {
      const end = Date.now() + 300;
      while (Date.now() < end);
      seen[0] = stop[0] + 1;
      parentPort.postMessage({ outcomes: [] });
    });`;
  const seen = new Int32Array(new SharedArrayBuffer(4));
  const controller = new AbortController();
  const start = (assignment: Assignment) => {
    setTimeout(() => controller.abort(new Error('enough')), 100);
    return new Worker(text, { eval: true, execArgv: [], workerData: { ...assignment, seen } });
  };
  const stopped = outcomes({ threads: 2, start, signal: controller.signal });
  assert.match(String(await stopped.catch((error) => error)), 'enough');
  assert.is(seen[0], 2, 'a thread came to its end, and was told to stop');
});

test('a bug in a task is that bug, with one thread and with two', async () => {
  const steps = [recipes.scan.steps[0], { step: 'nonsense' }];
  const recipe = { ...recipes.scan, steps } as unknown as Recipe;
  for (const threads of [1, 2]) {
    try {
      await outcomes({ threads }, { ...context, recipe });
      assert.unreachable('a recipe of nonsense was followed');
    } catch (error) {
      assert.instance(error, TypeError);
      assert.not.instance(error, InkgradError);
      assert.match((error as Error).message, /apply/);
    }
  }
});

test('what is stopped ends with the reason given, and does no more', async () => {
  for (const threads of [1, 2]) {
    const controller = new AbortController();
    const reason = new Error('enough');
    let done = 0;
    const stopped = outcomes({
      threads,
      signal: controller.signal,
      onResult: () => {
        done++;
        controller.abort(reason);
      },
    });
    assert.is(await stopped.catch((error) => error), reason);
    const then = done;
    assert.ok(then < MANY, `${then} of ${MANY} were done`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert.is(done, then);
    assert.is(await outcomes({ threads, signal: controller.signal }).catch((error) => error), reason);
    assert.is(done, then, 'nothing is begun');
  }
});

test('the text that threads run holds every step', () => {
  for (const { expects } of Object.values(steps)) {
    assert.ok(threadText.includes(expects.split('"')[0].trim()), expects);
  }
});

test.run();
