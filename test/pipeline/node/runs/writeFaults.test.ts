// A disk that is full or breaks in the middle of a run costs what it did not take, and nothing else.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Disturbance, watchDisk } from '../../../../bench/faults/watchedDisk.ts';
import { Random } from '../../../../engine/random.ts';
import { readCheckpoint } from '../../../../pipeline/node/runs/checkpointFile.ts';
import { readMetrics } from '../../../../pipeline/node/runs/metrics.ts';
import type { RunResult } from '../../../../pipeline/node/runs/runTraining.ts';
import { briefRun, EPOCHS, STEPS_PER_EPOCH } from '../../../support/briefRun.ts';
import { refusal } from '../../../support/images.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

interface Outcome {
  readonly folder: string;
  readonly run: string;
  readonly result: RunResult | null;
  readonly error: unknown;
  /** Files that were told to be written no more. */
  readonly told: string[];
  readonly epochs: number;
}

/** A run on a disk that is disturbed; `step` is the last that was told. */
async function runWith(disturb: (step: number) => Disturbance): Promise<Outcome> {
  const folder = folders.make().path;
  const run = join(folder, 'runs/run');
  let [step, epochs] = [0, 0];
  const told: string[] = [];
  const disk = watchDisk(folder, (kind, path) => disturb(step)(kind, path));
  let result: RunResult | null = null;
  let error: unknown = null;
  try {
    result = await briefRun(run, {
      onSteps(records) {
        step = records.at(-1)!.step;
      },
      onEpoch: () => void epochs++,
      onFault: ({ path }) => void told.push(path),
    });
  } catch (thrown) {
    error = thrown;
  } finally {
    disk.stop();
  }
  return { folder, run, result, error, told, epochs };
}

/** What is there can be read: whole lines, whole checkpoints, and nothing unfinished. */
function assertReadable(run: string, where: string): void {
  const text = readFileSync(join(run, 'metrics.jsonl'), 'utf8');
  assert.ok(text === '' || text.endsWith('\n'), `${where}: the last line is whole`);
  assert.is(readMetrics(join(run, 'metrics.jsonl')).length, text.split('\n').length - 1, where);
  readCheckpoint(run);
  readCheckpoint(join(run, 'checkpoints/last.safetensors'));
  const names = readdirSync(run, { recursive: true, encoding: 'utf8' });
  assert.equal(
    names.filter((name) => name.endsWith('.part')),
    [],
    where,
  );
}

const undisturbed = await runWith(() => () => undefined);
const expected = {
  metrics: readFileSync(join(undisturbed.run, 'metrics.jsonl'), 'utf8'),
  test: undisturbed.result!.test,
};

test('an undisturbed run tells of no fault', () => {
  assert.equal([undisturbed.error, undisturbed.result!.faults, undisturbed.told], [null, [], []]);
});

test('a failed write of metrics is told once, ends nothing, and is made good with the next', async () => {
  let failures = 0;
  const { run, result, told } = await runWith((step) => (kind, path) => {
    const fails = kind === 'write' && path.endsWith('metrics.jsonl') && step >= 10 && step < 30;
    if (fails) failures++;
    return fails ? 'ENOSPC' : undefined;
  });
  assert.ok(failures > 1);
  const path = join(run, 'metrics.jsonl');
  assert.equal(told, [path]);
  assert.equal(
    result!.faults.map(({ path, isMended }) => [path, isMended]),
    [[path, true]],
  );
  assert.match(result!.faults[0].reason, /ENOSPC/);
  assert.is(readFileSync(path, 'utf8'), expected.metrics);
  assert.equal(result!.test, expected.test);
});

for (const kind of ['write', 'sync', 'create', 'rename'] as const) {
  test(`a disk that takes no ${kind} from step 20 on: the result is there, and what was saved before`, async () => {
    const { run, result, error, told, epochs } = await runWith(
      (step) => (action) => (step >= 20 && action === kind ? 'EIO' : undefined),
    );
    assert.is(error, null);
    assert.equal(result!.test, expected.test);
    assert.is(epochs, EPOCHS);
    assert.equal(told.length, new Set(told).size, 'each file is told once');
    assert.ok(result!.faults.length > 0 && result!.faults.every(({ reason }) => reason.startsWith('EIO')));
    assertReadable(run, kind);
    assert.ok(readCheckpoint(join(run, 'checkpoints/last.safetensors')).step >= STEPS_PER_EPOCH);
  });
}

test('a disk that is full from the start leaves nothing', async () => {
  for (const part of ['config.json', 'last.safetensors']) {
    const { folder, error } = await runWith(
      () => (kind, path) => (kind === 'write' && path.includes(part) ? 'ENOSPC' : undefined),
    );
    const { code, message } = await refusal(() => Promise.reject(error));
    assert.is(code, 'unwritable');
    assert.ok(message.includes(part), message);
    assert.not(existsSync(join(folder, 'runs')), part);
  }
});

test('single faults at 25 random moments: a run ends with its result, or was never begun', async () => {
  const random = new Random(16);
  for (let i = 0; i < 25; i++) {
    let left = random.integer(90);
    const code = i % 2 === 0 ? 'EIO' : 'ENOSPC';
    const { folder, run, result, error } = await runWith(() => () => (left-- === 0 ? code : undefined));
    const where = `fault ${i}: ${error}`;
    if (result === null) {
      await refusal(() => Promise.reject(error));
      assert.not(existsSync(join(folder, 'runs')), where);
      continue;
    }
    assert.equal(result.test, expected.test, where);
    assert.ok(
      result.faults.every(({ isMended }) => isMended),
      where,
    );
    assert.is(readFileSync(join(run, 'metrics.jsonl'), 'utf8'), expected.metrics, where);
    assertReadable(run, where);
  }
});

test.run();
