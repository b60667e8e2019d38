// A run that is stopped anywhere, and goes on, ends with the same bytes as one that never was: checkpoints and metrics.
import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../../../engine/device.ts';
import { augmentations } from '../../../../pipeline/data/augment.ts';
import type { LoadedData } from '../../../../pipeline/node/data/load.ts';
import { readCheckpoint, saveCheckpoint } from '../../../../pipeline/node/runs/checkpointFile.ts';
import { checkSameData, readResumable } from '../../../../pipeline/node/runs/resumable.ts';
import type { Listener } from '../../../../pipeline/node/runs/runBook.ts';
import type { RunInput } from '../../../../pipeline/node/runs/runTraining.ts';
import { runTraining } from '../../../../pipeline/node/runs/runTraining.ts';
import { readTimings } from '../../../../pipeline/node/runs/timings.ts';
import { resolveSettings } from '../../../../pipeline/train/settings.ts';
import { closeDevices, devices } from '../../../support/devices.ts';
import { refuses } from '../../../support/images.ts';
import { tempFolders } from '../../../support/tempFolders.ts';
import { recipeFor, smallModel, stripes } from '../../../support/tinyRuns.ts';

const SIZE = 8;
const folders = tempFolders();
test.after(folders.remove);
test.after(closeDevices);

const data: LoadedData = {
  ...{ source: 'stripes', recipe: recipeFor(SIZE) },
  ...{ train: stripes(210, SIZE, 1), test: stripes(40, SIZE, 2) },
};
const settings = resolveSettings({
  ...{ epochs: 3, batch: 4, lr: 0.01, optimizer: 'adamw', clip: 1, warmup: 5, seed: 7, validation: 0.1 },
  augment: augmentations.light,
});

const inputOn = (device: Device, out: string): RunInput => ({
  ...{ device, model: smallModel(SIZE), data, settings, out, about: {} },
  saveEvery: { steps: 11 },
});

function resumed(device: Device, out: string, change: Partial<RunInput> = {}, listener: Listener = {}) {
  const { last, settings } = readResumable(out);
  return runTraining({ ...inputOn(device, out), settings, from: last, ...change }, listener);
}

/** What a run leaves behind, to the byte; config.json apart, which tells of each time that it went on. */
const left = (out: string) =>
  Object.fromEntries(
    ['metrics.jsonl', 'checkpoints/best.safetensors', 'checkpoints/last.safetensors'].map((name) => [
      name,
      existsSync(join(out, name)) ? readFileSync(join(out, name)).toString('base64') : null,
    ]),
  );

for (const device of devices.filter(({ kind }) => kind !== 'webgpu')) {
  const { path } = folders.make();
  const whole = join(path, 'whole');

  /** Copies of the folder as a kill would leave it, each time that steps or an epoch are told. */
  const copies: string[] = [];
  const copy = () => {
    const to = join(path, `copy-${copies.length}`);
    cpSync(whole, to, { recursive: true });
    copies.push(to);
  };
  await runTraining(inputOn(device, whole), {
    onSteps: copy,
    onEpoch: copy,
    onCertainty: (share) => share === 1 && copy(),
    onTest: copy,
  });
  const bytes = left(whole);

  test(`killed anywhere and resumed, a run ends with the same bytes on ${device.kind}`, async () => {
    const places = Array.from({ length: 9 }, (_, i) => copies[Math.floor((i * (copies.length - 1)) / 8)]);
    const begins = new Set<number>();
    for (const out of places) {
      begins.add(readResumable(out).last.step);
      await resumed(device, out);
      assert.equal(left(out), bytes, out);
      // How fast it was is another each time, and stands apart: a line for each epoch, of that which was done last.
      const timings = readTimings(out);
      assert.equal(
        timings.map(({ epoch, device: kind }) => [epoch, kind]),
        [1, 2, 3].map((epoch) => [epoch, device.kind]),
      );
      assert.ok(timings.every(({ images, seconds }) => images > 0 && seconds > 0));
    }
    assert.ok(begins.size >= 5, `from ${[...begins]}`);
  });

  test(`killed again and again it still does on ${device.kind}`, async () => {
    const out = join(path, 'often');
    let rounds = 0;
    const input = () => ({ ...inputOn(device, out), ...(rounds > 1 && { from: readResumable(out).last }) });
    for (let done = false; !done; ) {
      rounds++;
      const at = 29 * rounds;
      let steps = 0;
      const control = new AbortController();
      const onSteps: Listener['onSteps'] = (records) => {
        steps = records[records.length - 1].step;
        if (steps >= at) control.abort();
      };
      const { test } = await runTraining({ ...input(), signal: control.signal }, { onSteps });
      done = test !== null;
    }
    assert.ok(rounds >= 4, `${rounds} rounds`);
    assert.equal(left(out), bytes);
  });

  test(`more epochs than planned: it trains on on ${device.kind}`, async () => {
    const out = join(path, 'more');
    cpSync(whole, out, { recursive: true });
    assert.is(readResumable(out).isFinished, true);
    const epochs: number[] = [];
    const more = { settings: { ...settings, epochs: 5 } };
    const result = await resumed(device, out, more, { onEpoch: (epoch) => void epochs.push(epoch) });
    assert.equal(epochs, [4, 5]);
    assert.ok(result.test !== null);
    const { config, isFinished } = readResumable(out);
    assert.equal([config.settings.epochs, config.resumed?.length, isFinished], [5, 1, true]);
    const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
    assert.is(
      lines.filter((line) => line.includes('"test"')).length,
      1,
      'the test of before is told no more',
    );
  });
}

const [{ path: scratch }] = [folders.make()];
const [cpu] = devices;
const short = join(scratch, 'short');
await runTraining({ ...inputOn(cpu, short), settings: { ...settings, epochs: 1 } });

test('a torn last line of metrics is cut', async () => {
  const out = join(scratch, 'torn');
  cpSync(short, out, { recursive: true });
  const before = left(out);
  appendFileSync(join(out, 'metrics.jsonl'), '{"step":1');
  // The test is told once more.
  await resumed(cpu, out);
  assert.equal(left(out), before);
});

test('what cannot go on exactly is refused, with what is wrong', async () => {
  await refuses(() => readResumable(join(scratch, 'nowhere')), 'not-a-checkpoint', 'nowhere', 'config.json');
  const out = join(scratch, 'broken');
  const file = join(out, 'checkpoints/last.safetensors');
  const anew = () => {
    rmSync(out, { recursive: true, force: true });
    cpSync(short, out, { recursive: true });
  };
  anew();
  const { progress: _, ...plain } = readCheckpoint(file);
  saveCheckpoint(file, plain);
  await refuses(() => readResumable(out), 'not-resumable', 'last.safetensors', 'weights alone');
  anew();
  writeFileSync(join(out, 'config.json'), '{');
  await refuses(() => readResumable(out), 'damaged', 'config.json');
  anew();
  const config = JSON.parse(readFileSync(join(out, 'config.json'), 'utf8'));
  writeFileSync(
    join(out, 'config.json'),
    JSON.stringify({ ...config, settings: { ...config.settings, lr: -1 } }),
  );
  await refuses(() => readResumable(out), 'damaged', 'config.json', 'lr');
  anew();
  const other = { ...data, test: stripes(40, SIZE, 3) };
  await refuses(() => checkSameData(readResumable(out), other), 'data-changed', 'stripes', 'test');
  checkSameData(readResumable(out), data);
});

test.run();
