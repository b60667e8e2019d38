// What a step learns from, and what follows it: smoothed labels, weighted classes, blended images, batches in parts,
// running averages, frozen layers, norms of gradients. Each against its formula, on every device.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../../engine/autograd.ts';
import type { Device } from '../../../engine/device.ts';
import * as F from '../../../engine/functional.ts';
import { scope } from '../../../engine/scope.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { epochOrder } from '../../../pipeline/data/batches.ts';
import type { Dataset } from '../../../pipeline/data/dataset.ts';
import { imagesOn } from '../../../pipeline/evaluate/evaluate.ts';
import type { ModelSpec } from '../../../pipeline/model/model.ts';
import { drawMixture } from '../../../pipeline/train/blend.ts';
import { classWeightsOf } from '../../../pipeline/train/classWeights.ts';
import type { Snapshot } from '../../../pipeline/train/rig.ts';
import { closeDevices, devices, reference } from '../../support/devices.ts';
import { refuses } from '../../support/images.ts';
import {
  CLASSES,
  type RigOptions,
  recipeFor,
  rigOn,
  settings,
  smallModel,
  stripes,
} from '../../support/tinyRuns.ts';

test.after(closeDevices);

const SIZE = 6;
const BATCH = 9;
const data = stripes(BATCH, SIZE, 5);
/** Without batch normalisation and dropout, which look at a batch as a whole or at random. */
const plainModel: ModelSpec = {
  name: 'plain',
  input: [1, SIZE, SIZE],
  layers: [
    { type: 'conv2d', outChannels: 3, kernelSize: 3 },
    { type: 'relu' },
    { type: 'flatten' },
    { type: 'linear', outFeatures: 'classes' },
  ],
};
const sgd = { optimizer: 'sgd', momentum: 0, lr: 0.05, batch: BATCH, model: plainModel } as const;

/** The weights after some steps, each an epoch of one batch. */
async function after(steps: number, device: Device, options: RigOptions, set: Dataset = data) {
  const rig = rigOn(device, set, { ...options, epochs: steps });
  const begin = await rig.snapshot();
  const records = [];
  for (let epoch = 1; epoch <= steps; epoch++)
    for await (const { records: some } of rig.trainer.epoch(epoch)) records.push(...some);
  const end = await rig.snapshot();
  rig.dispose();
  return { begin, end, records };
}

const weightsIn = ({ weights }: Snapshot): number[] =>
  [...weights.values()].flatMap(({ data: values }) => [...values]);

/** The largest difference, as a share of the largest change that the steps made. */
function differ(a: Snapshot, b: Snapshot, begin: Snapshot): number {
  const [one, other, first] = [a, b, begin].map(weightsIn);
  const change = Math.max(...other.map((value, i) => Math.abs(value - first[i])));
  return Math.max(...one.map((value, i) => Math.abs(value - other[i]))) / change;
}

/** One step of plain gradient descent in float64, from the same weights, on a loss as it is written. */
async function stepOf(loss: (forward: (images: Tensor) => Tensor) => Tensor): Promise<Snapshot> {
  const rig = rigOn(reference, data, { ...sgd });
  scope(() => {
    backward(loss((images) => rig.model.forward(images)));
    rig.optimizer.step();
    rig.optimizer.zeroGrad();
  });
  const end = await rig.snapshot();
  rig.dispose();
  return end;
}

const order = epochOrder(BATCH, settings.seed, 1);
const shown = () => imagesOn(reference, data, order, recipeFor(SIZE));
const labelled = () =>
  Tensor.from(
    reference,
    Int32Array.from(order, (i) => data.labels[i]),
  );

const weights = { a: 3, c: 0.5 };
const weightedStep = await stepOf((forward) =>
  F.crossEntropy(forward(shown()), labelled(), {
    weight: Tensor.from(reference, Float64Array.of(3, 1, 0.5)),
    labelSmoothing: 0.2,
  }),
);

/** Images and labels as they follow one another: each with the next, the last with the first. */
const turned = (x: Tensor): Tensor => {
  const rest = x.shape.slice(1);
  const from = (start: number, many: number) => F.slice(x, [start, ...rest.map(() => 0)], [many, ...rest]);
  return F.concat([from(1, BATCH - 1), from(0, 1)]);
};

const blending = { mixup: 0.4, cutmix: 0, seed: settings.seed };
const { mask, share } = drawMixture(SIZE, 1, blending);
const blendedStep = await stepOf((forward) => {
  const own = Tensor.from(reference, Float64Array.from(mask), [1, 1, SIZE, SIZE]);
  const [images, labels] = [shown(), labelled()];
  const blended = F.add(F.mul(images, own), F.mul(turned(images), F.affine(own, -1, 1)));
  const logits = forward(blended);
  const [one, other] = [labels, turned(labels)].map((each) => F.crossEntropy(logits, each));
  return F.add(F.affine(one, share, 0), F.affine(other, 1 - share, 0));
});

for (const device of devices) {
  const { kind } = device;

  test(`smoothed labels and weighted classes: a step as by the loss in float64 on ${kind}`, async () => {
    const taken = await after(1, device, { ...sgd, classWeights: weights, labelSmoothing: 0.2 });
    assert.ok(differ(taken.end, weightedStep, taken.begin) < 2e-5);
    const plain = await after(1, device, sgd);
    assert.ok(differ(plain.end, weightedStep, taken.begin) > 0.05, 'and not as without');
    assert.equal(taken.records[0].loss, plain.records[0].loss, 'what is told is the cross-entropy as it is');
  });

  test(`blended images: a step as by the formula in float64 on ${kind}`, async () => {
    const taken = await after(1, device, { ...sgd, ...blending });
    assert.ok(differ(taken.end, blendedStep, taken.begin) < 2e-5);
  });

  // Each pair of runs compiles anew on webgpu: there the one with the most in it will do.
  for (const options of kind === 'webgpu' ? [blending] : [{}, { classWeights: weights }, blending]) {
    test(`a batch in four parts has the gradient of the whole, with ${JSON.stringify(options)}, on ${kind}`, async () => {
      const whole = await after(3, device, { ...sgd, ...options });
      const parts = await after(3, device, { ...sgd, ...options, accumulate: 4 });
      assert.ok(differ(parts.end, whole.end, whole.begin) < 2e-5);
      assert.ok(Math.abs(parts.records[2].loss - whole.records[2].loss) < 1e-5);
      assert.is(parts.records[2].correct, whole.records[2].correct);
    });
  }

  test(`the running average is that of the weights after each step on ${kind}`, async () => {
    const small = stripes(BATCH, 8, 5);
    const [whole, decay] = [rigOn(device, small, { ...sgd, model: smallModel(8), ema: 0.6, epochs: 6 }), 0.6];
    let { weights: average } = await whole.snapshot();
    for (let step = 1; step <= 6; step++) {
      for await (const _ of whole.trainer.epoch(step));
      const { weights: now } = await whole.snapshot();
      const d = Math.min(decay, (1 + step) / (10 + step));
      average = new Map(
        [...average].map(([name, { shape, data: values }]) => [
          name,
          {
            shape,
            data: Float64Array.from(values, (value, i) => d * value + (1 - d) * now.get(name)!.data[i]),
          },
        ]),
      );
    }
    const kept = (await whole.snapshot()).average!;
    assert.equal([...kept.keys()], [...average.keys()]);
    for (const [name, { data: values }] of kept)
      values.forEach((value, i) => {
        const expected = average.get(name)!.data[i];
        assert.ok(Math.abs(value - expected) < 1e-5 * Math.max(1, Math.abs(expected)), `${name} ${i}`);
      });
    assert.ok(whole.reader !== whole.model);
    whole.dispose();
  });

  test(`frozen layers stay as they are, their running means too, on ${kind}`, async () => {
    const small = stripes(BATCH, 8, 5);
    const { begin, end } = await after(2, device, { ...sgd, model: smallModel(8), freeze: 5 }, small);
    for (const [name, { data: values }] of end.weights) {
      const before = begin.weights.get(name)!.data;
      const isFrozen = Number(name.split('.')[0]) < 5;
      assert.is(
        values.every((value, i) => value === before[i]),
        isFrozen,
        name,
      );
    }
  });

  test(`the norm of the gradients is told where they are clipped on ${kind}`, async () => {
    const free = await after(1, device, sgd);
    const { records } = await after(1, device, { ...sgd, clip: 1e-3 });
    const [first, last] = [weightsIn(free.begin), weightsIn(free.end)];
    const norm = Math.hypot(...last.map((value, i) => (value - first[i]) / sgd.lr));
    assert.ok(Math.abs(records[0].norm! - norm) < 1e-4 * norm, `${records[0].norm} for ${norm}`);
    assert.is(free.records[0].norm, undefined);
  });

  if (kind !== 'cpu') {
    test(`with all of it a captured step makes nothing while it runs on ${kind}`, async () => {
      const every = {
        classWeights: weights,
        labelSmoothing: 0.1,
        mixup: 0.2,
        cutmix: 1,
        accumulate: 2,
        ema: 0.9,
      };
      const rig = rigOn(device, data, { ...sgd, ...every, clip: 1 });
      rig.train();
      const step = await rig.trainer.step(BATCH);
      for (let i = 0; i < 3; i++) step.run();
      await device.finish();
      const settled = { ...device.counters };
      for (let i = 0; i < 10; i++) step.run();
      await device.finish();
      assert.is(device.counters.allocations, settled.allocations);
      assert.is(device.counters.live, settled.live);
      assert.is(device.counters.bindGroups, settled.bindGroups);
      if (kind === 'webgpu') assert.is(device.counters.submits - settled.submits, 10);
      rig.dispose();
    });
  }
}

test('balanced classes count alike, whatever their number of images', () => {
  const labels = Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1, 1);
  assert.equal([...classWeightsOf('balanced', { ...data, labels })!], [0.75, 1.5, 1]);
  assert.equal([...classWeightsOf(weights, data)!], [3, 1, 0.5]);
  assert.is(classWeightsOf('none', data), null);
});

test('what cannot be is refused', async () => {
  await refuses(
    () => classWeightsOf({ z: 2 }, data),
    'unknown-class',
    '`classWeights`',
    'z',
    CLASSES.join(' '),
  );
  const rig = () => rigOn(reference, data, { ...sgd, freeze: 4 });
  await refuses(rig, 'invalid-setting', '`freeze` 4', 'freeze fewer');
});

test('what is blended depends on seed and step alone, and follows its distribution', () => {
  const draws = (mixup: number, cutmix: number, seed = 3) =>
    Array.from({ length: 4000 }, (_, i) => drawMixture(16, i + 1, { mixup, cutmix, seed }));
  assert.equal(drawMixture(16, 7, blending), drawMixture(16, 7, blending));
  for (const alpha of [0.2, 1, 3]) {
    const shares = draws(alpha, 0).map(({ share }) => share);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    assert.ok(Math.abs(mean - 0.5) < 0.03, `mean ${mean}`);
    // That of Beta(α, α).
    const usual = 1 / (4 * (2 * alpha + 1));
    assert.ok(Math.abs(variance - usual) < 0.08 * usual, `variance ${variance} for α ${alpha}`);
  }
  for (const { mask, share } of draws(0, 1).slice(0, 200)) {
    const mean = mask.reduce((sum, value) => sum + value, 0) / mask.length;
    assert.ok(Math.abs(mean - share) < 1e-6);
    assert.ok(mask.every((value) => value === 0 || value === 1));
  }
  const isCut = ({ mask }: { mask: Float32Array }) => new Set(mask).size === 2;
  const cut = draws(1, 1).filter(isCut).length / 4000;
  assert.ok(cut > 0.4 && cut < 0.52, `${cut} of the steps cut`);
});

test.run();
