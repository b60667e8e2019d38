// `bench train` on digits that a linear model tells apart.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { timeOverSeeds } from '../../bench/train/report.ts';
import { benchTrain, timeTo } from '../../bench/train/run.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import type { Dataset } from '../../pipeline/data/dataset.ts';
import { evaluate } from '../../pipeline/evaluate/evaluate.ts';
import { parseModel } from '../../pipeline/model/model.ts';
import type { LoadedData } from '../../pipeline/node/data/load.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { Rig } from '../../pipeline/train/rig.ts';
import { resolveSettings } from '../../pipeline/train/settings.ts';
import { Trainer } from '../../pipeline/train/trainer.ts';
import { closeDevices, devices } from '../support/devices.ts';
import { epochOf } from '../support/tinyRuns.ts';

test.after(closeDevices);

const SIDE = 8;
const spec = parseModel(
  {
    name: 'tiny',
    input: [1, SIDE, SIDE],
    layers: [
      { type: 'flatten' },
      { type: 'linear', outFeatures: 16 },
      { type: 'dropout', p: 0.2 },
      { type: 'linear', outFeatures: 'classes' },
    ],
  },
  'test',
);

/** Images whose upper or lower half is bright. */
function halves(count: number): Dataset {
  const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
  const images = Uint8Array.from({ length: count * SIDE * SIDE }, (_, at) => {
    const [image, row] = [Math.floor(at / SIDE / SIDE), Math.floor(at / SIDE) % SIDE];
    return row < SIDE / 2 === (image % 2 === 0) ? 200 + (at % 50) : at % 50;
  });
  return { name: 'halves', classes: ['up', 'down'], size: SIDE, images, labels };
}

const data: LoadedData = { train: halves(70), test: halves(30), recipe: recipes.mnist, source: 'halves' };
const settings = { epochs: 3, batch: 8, lr: 0.01, every: 4, seeds: [1, 2] };
const STEPS = 3 * Math.ceil(70 / 8);

test('every seed runs on every device, and is evaluated on the way and after the last step', async () => {
  const progress: number[] = [];
  const onProgress = (done: number) => progress.push(done);
  const report = await benchTrain({ devices, model: spec, data, settings, onProgress });
  assert.equal(
    report.runs.map(({ device, seed }) => `${device} ${seed}`),
    ['cpu 1', 'wasm 1', 'webgpu 1', 'cpu 2', 'wasm 2', 'webgpu 2'],
  );
  assert.equal([report.data.train, report.data.test, report.model], [70, 30, 'tiny']);
  for (const { device, steps, curve, seconds, samplesPerSecond, stepMs, reached } of report.runs) {
    assert.is(steps, STEPS);
    assert.is(curve.at(-1)?.step, STEPS);
    if (device === 'cpu') {
      const expected = [4, 8, 12, 16, 20, 24, 27];
      assert.equal(
        curve.map(({ step }) => step),
        expected,
      );
    }
    for (const [i, point] of curve.entries()) {
      assert.ok(i === 0 || (point.step > curve[i - 1].step && point.seconds >= curve[i - 1].seconds));
      assert.ok(point.accuracy >= 0 && point.accuracy <= 1 && Number.isFinite(point.loss));
    }
    assert.is(curve.at(-1)!.accuracy, 1, 'halves are told apart');
    assert.ok(seconds >= curve.at(-1)!.seconds);
    assert.ok(Math.abs(samplesPerSecond * seconds - 3 * 70) < 1e-6);
    assert.ok(stepMs.median > 0 && stepMs.p95 >= stepMs.median);
    for (const { target, seconds: at } of reached) assert.is(at, timeTo(target, curve));
  }
  assert.is(progress.at(-1), 6 * STEPS);
  assert.equal(
    progress,
    [...progress].sort((a, b) => a - b),
  );
});

test('evaluations change nothing: the weights are those of training without them', async () => {
  const device = new CpuDevice();
  const report = await benchTrain({
    ...{ devices: [device], model: spec, data },
    settings: { ...settings, seeds: [1], every: 1 },
  });
  assert.ok(report.runs[0].curve.length > STEPS / 2);

  const { train, recipe } = data;
  const { epochs, batch, lr } = settings;
  const resolved = resolveSettings({ epochs, batch, lr, seed: 1 });
  const rig = new Rig(device, { model: spec, classes: train.classes, recipe, settings: resolved });
  const trainer = new Trainer(rig, train, resolved);
  for (let epoch = 1; epoch <= 3; epoch++) await epochOf(trainer, epoch);
  const { loss } = await evaluate(rig.model, device, data.test, recipe);
  assert.is(report.runs[0].curve.at(-1)!.loss, loss);
});

test('memory is given back after each run', async () => {
  const device = new CpuDevice();
  await benchTrain({ devices: [device], model: spec, data, settings });
  assert.is(device.counters.live, 0);
});

test('the time to an accuracy is that of the first evaluation that reached it', () => {
  const curve = [0.5, 0.97, 0.96, 0.985].map((accuracy, i) => ({
    step: i,
    seconds: 10 * i,
    accuracy,
    loss: 0,
  }));
  assert.is(timeTo(0.97, curve), 10);
  assert.is(timeTo(0.98, curve), 30);
  assert.is(timeTo(0.99, curve), null);
});

test('over seeds it is the median, unless one of them did not get there', () => {
  assert.is(timeOverSeeds([3, 1, 2]), '2.00 s');
  assert.is(timeOverSeeds([3, null, 2]), '2 of 3');
  assert.is(timeOverSeeds([null, null]), '–');
});

test.run();
