// Whatever a model may be made of: each op of a recorded step, forwards, backwards and in the update, is explained by
// numbers that come to the device's.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { openWasm } from '../../../engine/devices/wasm/open.ts';
import { backward, type Device, F, Random, scope, Tensor } from '../../../engine/index.ts';
import { explain } from '../../../explorer/explain/explain.ts';
import { chain, type Reach, ranOf, receptive } from '../../../explorer/explain/receptive.ts';
import { record } from '../../../explorer/tape/record.ts';
import { Recorder } from '../../../explorer/tape/recorder.ts';
import type { Tape, Use } from '../../../explorer/tape/tape.ts';
import { type LayerSpec, layerKinds } from '../../../pipeline/model/layers.ts';
import { parseModel } from '../../../pipeline/model/model.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { optimizerNames } from '../../../pipeline/train/optimizerNames.ts';
import { Rig } from '../../../pipeline/train/rig.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';

const devices: Device[] = [new CpuDevice(), await openWasm({ threads: 1 })];
const random = new Random(11);
const SIDE = 10;
const image = Float32Array.from({ length: SIDE * SIDE }, () => random.uniform(-1, 1));
const conv = { type: 'conv2d', outChannels: 4, kernelSize: 3 };

/** Layers that come before a linear one; every type is in one of them. */
const stems: Record<string, LayerSpec[]> = {
  'strides, dilation, groups and padding': [
    { ...conv, padding: 'same' },
    { type: 'leakyRelu' },
    { ...conv, stride: [2, 1], padding: [1, 2], dilation: [1, 2], groups: 2, bias: false },
    { type: 'tanh' },
  ],
  pooling: [
    conv,
    { type: 'gelu' },
    { type: 'maxPool2d', kernelSize: 3, stride: 2, padding: 1 },
    { type: 'avgPool2d', kernelSize: [2, 3], stride: 1, padding: 1, countPadding: false },
    { type: 'sigmoid' },
    { type: 'globalAvgPool' },
  ],
  'bent functions, and windows that hang over': [
    conv,
    { type: 'elu' },
    { type: 'maxPool2d', kernelSize: 3, stride: 2, ceilMode: true },
    { type: 'selu' },
    { type: 'avgPool2d', kernelSize: 2, ceilMode: true },
    { type: 'softplus' },
    { type: 'hardSwish' },
    { type: 'silu' },
  ],
  'batch norm and a residual block with joint kernels': [
    { ...conv, bias: false },
    { type: 'batchNorm2d' },
    { type: 'relu' },
    {
      type: 'residual',
      layers: [
        conv,
        { type: 'relu' },
        { type: 'maxPool2d', kernelSize: 2 },
        { ...conv, padding: 1 },
        { type: 'relu' },
      ],
      shortcut: [{ type: 'conv2d', outChannels: 4, kernelSize: 4, stride: 2 }],
    },
    { type: 'dropout', p: 0.3 },
  ],
};

const rigOf = (
  device: Device,
  stem: readonly LayerSpec[],
  optimizer: (typeof optimizerNames)[number],
): Rig => {
  const layers = [...stem, { type: 'flatten' }, { type: 'linear', outFeatures: 6 }, { type: 'relu' }];
  const head = { type: 'linear', outFeatures: 'classes' };
  const model = parseModel({ name: 'small', input: [1, SIDE, SIDE], layers: [...layers, head] }, 'here');
  const settings = resolveSettings({ seed: 5, optimizer, weightDecay: 0.01 });
  return new Rig(device, { model, classes: ['a', 'b', 'c'], recipe: recipes.mnist, settings });
};

/** Holds some numbers of every launch to what the device has. */
function assertExplained(tape: Pick<Tape, 'launches' | 'values'>): void {
  for (const [at, launch] of tape.launches.entries()) {
    const ran = ranOf(tape, launch);
    for (const [output, { data, dtype }] of ran.outputs.entries()) {
      for (let i = 0; i < 4; i++) {
        const index = i === 0 ? data.length - 1 : random.integer(data.length);
        const { result, value, terms, written } = explain(ran, output, index);
        const size = terms.reduce((sum, term) => sum + Math.abs(term.value), 0);
        const what = `${launch.phase} ${at}, ${launch.op}, output ${output} at ${index}: ${written}, not ${value}`;
        assert.is(value, data[index], what);
        const tolerance = dtype === 'int32' ? 0 : 1e-5 * Math.max(1, Math.abs(value), size);
        assert.ok(Math.abs(result - value) <= tolerance, what);
      }
    }
  }
}

test('every type of layer is in one of the models, and joint kernels run in a residual block', async () => {
  const named = JSON.stringify([stems, 'flatten', 'linear', 'relu']);
  for (const type of Object.keys(layerKinds)) assert.ok(named.includes(`"${type}"`), type);
  const rig = rigOf(devices[0], stems['batch norm and a residual block with joint kernels'], 'adam');
  const { launches } = await record(rig, image, [1, SIDE, SIDE], 1);
  assert.equal(
    launches.filter(({ op }) => op === 'convRelu').map(({ attrs }) => (attrs as { pool: boolean }).pool),
    [true, false],
  );
  rig.dispose();
});

const optimizers = [...optimizerNames];
for (const device of devices) {
  for (const [name, stem] of Object.entries(stems)) {
    const optimizer = optimizers[Object.keys(stems).indexOf(name) % optimizers.length];
    test(`${name}, ${optimizer}, on ${device.kind}: a tape's numbers are explained`, async () => {
      const rig = rigOf(device, stem, optimizer);
      const tape = await record(rig, image, [1, SIDE, SIDE], 1);
      assert.ok(tape.launches.length > 20);
      assertExplained(tape);
      rig.dispose();
    });

    test(`${name}, on ${device.kind}: so are those of a step as in training`, async () => {
      const rig = rigOf(device, stem, 'nesterov');
      const recorder = new Recorder(device);
      rig.model.train();
      recorder.watch(() =>
        scope(() => {
          const x = Tensor.from(device, Float32Array.from([...image, ...image.toReversed()]), [
            2,
            1,
            SIDE,
            SIDE,
          ]);
          backward(F.crossEntropy(rig.model.forward(x), Tensor.from(device, Int32Array.of(0, 2))));
          rig.optimizer.step();
        }),
      );
      assertExplained({ launches: recorder.launches, values: await recorder.values() });
      rig.dispose();
    });
  }
}

/** The box in a value that a chain leads to. */
const boxIn = (reached: readonly Reach[], { value }: Use): Reach =>
  reached.find(({ use }) => use.value === value)!;

test("a number's receptive field in the image is the box that its windows make", async () => {
  const pool = { type: 'maxPool2d', kernelSize: 2 };
  const rig = rigOf(devices[0], [{ ...conv, padding: 1 }, { type: 'relu' }, pool, conv], 'adam');
  const tape = await record(rig, image, [1, SIDE, SIDE], 1);
  const [first, , , last] = tape.layers;
  const seen = (index: number) => boxIn(chain(tape, last.output, index), first.input);
  // A window of 3 over pixels of pooling that are 2 apart, each from 4 pixels: 8 of them, from 2·i − 1 on.
  assert.equal(
    [seen(4).low, seen(4).high],
    [
      [0, 0, 1, 1],
      [0, 0, 8, 8],
    ],
  );
  assert.equal(
    [seen(0).low, seen(0).high],
    [
      [0, 0, 0, 0],
      [0, 0, 6, 6],
    ],
  );
  // A logit sees all.
  const logit = boxIn(chain(tape, tape.logits, 2), first.input);
  assert.equal(
    [logit.low, logit.high],
    [
      [0, 0, 0, 0],
      [0, 0, SIDE - 1, SIDE - 1],
    ],
  );
  rig.dispose();
});

test('the boxes of a chain are those of all numbers that it goes through', async () => {
  const rig = rigOf(devices[0], stems.pooling, 'adam');
  const tape = await record(rig, image, [1, SIDE, SIDE], 1);
  const output = tape.layers[3].output;
  // One number after the other, by hand.
  const found = new Map([[output.value, new Set([13])]]);
  for (const launch of tape.launches.toReversed()) {
    launch.outputs.forEach(({ value }, i) => {
      for (const index of found.get(value) ?? []) {
        receptive(ranOf(tape, launch), i, index).forEach((places, input) => {
          const from = launch.inputs[input].value;
          if (!found.has(from)) found.set(from, new Set());
          for (const place of places) found.get(from)!.add(place);
        });
      }
    });
  }
  const { input } = tape.layers[0];
  const box = boxIn(chain(tape, output, 13), input);
  const [rows, columns] = [2, 3].map((axis) =>
    [...found.get(input.value)!].map((at) => (axis === 2 ? Math.floor(at / SIDE) : at % SIDE)),
  );
  assert.equal(box.low, [0, 0, Math.min(...rows), Math.min(...columns)]);
  assert.equal(box.high, [0, 0, Math.max(...rows), Math.max(...columns)]);
  rig.dispose();
});

test.after(() => {
  for (const device of devices) device.close();
});
test.run();
