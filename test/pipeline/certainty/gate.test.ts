// A small gate, fitted twice: the same bits, a round trip through a checkpoint, and what it says of its own kinds.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../../engine/device.ts';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { fitCertainty } from '../../../pipeline/certainty/fit.ts';
import type { GateOptions } from '../../../pipeline/certainty/fitGate.ts';
import { logSumExp, measures } from '../../../pipeline/certainty/gate.ts';
import { nonCharacters } from '../../../pipeline/certainty/nonCharacters.ts';
import type { Certainty } from '../../../pipeline/checkpoint/certainty.ts';
import type { Checkpoint } from '../../../pipeline/checkpoint/checkpoint.ts';
import { checkpointBytes, parseCheckpoint } from '../../../pipeline/checkpoint/checkpoint.ts';
import { weightsOf } from '../../../pipeline/checkpoint/weights.ts';
import { subset } from '../../../pipeline/data/dataset.ts';
import { PipelineError } from '../../../pipeline/faults.ts';
import { readSafetensors, writeSafetensors } from '../../../pipeline/formats/safetensors.ts';
import { headOf } from '../../../pipeline/model/head.ts';
import { builtInModels } from '../../../pipeline/model/model.ts';
import { openDevice } from '../../../pipeline/node/devices/devices.ts';
import { Predictor } from '../../../pipeline/predict/predict.ts';
import type { RigOptions } from '../../support/tinyRuns.ts';
import { recipeFor, rigOn, stripes, trained } from '../../support/tinyRuns.ts';

const SIZE = 8;
const data = stripes(400, SIZE, 11);
const [train, validation] = [subset(data, range(0, 280)), subset(data, range(280, 400))];
const options = { train, validation, epochs: 1, seed: 3, typefaces: [] };

function range(from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => from + i);
}

const linear: RigOptions = {
  model: {
    name: 'linear',
    input: [1, SIZE, SIZE],
    layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }],
  },
};

/** A gate that has seen little: enough to compare two that are taught alike. */
const little = { ...options, least: 2000 };

async function fitted(device: Device, options: GateOptions): Promise<Checkpoint & { certainty: Certainty }> {
  const rig = rigOn(device, train, linear);
  await trained(rig, 4);
  const weights = await weightsOf(rig.model);
  const certainty = await fitCertainty(rig, { weights }, options);
  assert.equal(await weightsOf(rig.model), weights, 'the model itself stays as it is');
  rig.dispose();
  const { model } = linear;
  return {
    model: model!,
    classes: data.classes,
    recipe: recipeFor(SIZE),
    step: 1,
    weights,
    certainty: certainty!,
  };
}

const imagesOf = (all: Uint8Array): Uint8Array[] =>
  Array.from({ length: all.length / SIZE ** 2 }, (_, i) => all.subarray(i * SIZE ** 2, (i + 1) * SIZE ** 2));

/** What a checkpoint is once it has been through a file. */
const reread = (checkpoint: Checkpoint) => parseCheckpoint(checkpointBytes(checkpoint), 'a');

const checkpoint = await fitted(new CpuDevice(), options);
const bytes = checkpointBytes(checkpoint);

test('the same seed gives the same bits', async () => {
  const [first, second] = [await fitted(new CpuDevice(), little), await fitted(new CpuDevice(), little)];
  assert.equal(checkpointBytes(second), checkpointBytes(first));
});

test('a gate that is taught on WebGPU knows what one of the CPU does', async () => {
  const device = await openDevice('webgpu');
  const there = await fitted(device, little).finally(() => device.close());
  const here = await fitted(new CpuDevice(), little);
  const images = imagesOf(nonCharacters(train, { total: 200, seed: 99, typefaces: [] })).concat(
    imagesOf(validation.images),
  );
  const [a, b] = await Promise.all(
    [there, here].map((fitted) => new Predictor(new CpuDevice(), reread(fitted)).predictAll(images)),
  );
  const known = b.map((reading) => reading.known!);
  assert.ok(Math.max(...known) - Math.min(...known) > 0.2, 'they are told apart');
  const apart = Math.max(...a.map((reading, i) => Math.abs(reading.known! - known[i])));
  assert.ok(apart < 1e-3, `${apart} apart`);
});

test('a gate goes into a file and comes out of it, apart from the weights of the model', () => {
  const read = parseCheckpoint(bytes, 'a');
  assert.equal([...read.weights.keys()], [...checkpoint.weights.keys()]);
  assert.equal(read.certainty, checkpoint.certainty);
  assert.equal([...read.certainty.gate!.weights.keys()], ['0.weight', '0.bias']);
});

test('a gate that is cut or does not fit is refused in a line', () => {
  const { tensors, metadata } = readSafetensors(bytes, 'a');
  const refused = (
    change: (tensors: Map<string, { shape: readonly number[]; data: Float32Array }>) => void,
  ) => {
    const changed = new Map(tensors) as Parameters<typeof change>[0];
    change(changed);
    const open = () =>
      new Predictor(new CpuDevice(), parseCheckpoint(writeSafetensors({ tensors: changed, metadata }), 'a'));
    assert.throws(open, (error: unknown) => error instanceof PipelineError && error.code === 'damaged');
  };
  refused((all) => all.delete('gate.0.bias'));
  refused((all) => all.set('gate.0.bias', { shape: [2], data: new Float32Array(2) }));
  refused((all) => {
    for (const name of ['gate.0.bias', 'gate.0.weight']) all.delete(name);
  });
});

test('at most 1 % of the validation images are refused, and most of what was drawn is', async () => {
  const predictor = new Predictor(new CpuDevice(), parseCheckpoint(bytes, 'a'));
  const share = async (images: Uint8Array) => {
    const readings = await predictor.predictAll(imagesOf(images));
    for (const { known, refused } of readings) assert.is(refused, known! < 0.5);
    return readings.filter(({ refused }) => refused).length / readings.length;
  };
  assert.ok((await share(validation.images)) <= 0.01);
  const other = nonCharacters(train, { total: 200, seed: 99, typefaces: [] });
  const refused = await share(other);
  assert.ok(refused > 0.6, `${refused} of other pictures are refused`);
});

test('a model with a gate gives the probabilities that it gave without', async () => {
  const one = [validation.images.subarray(0, SIZE * SIZE)];
  const { temperature } = checkpoint.certainty;
  const without = parseCheckpoint(checkpointBytes({ ...checkpoint, certainty: { temperature } }), 'a');
  const [a] = await new Predictor(new CpuDevice(), without).predictAll(one);
  const [b] = await new Predictor(new CpuDevice(), parseCheckpoint(bytes, 'a')).predictAll(one);
  assert.equal(b.guesses, a.guesses);
  assert.equal([a.known, a.refused], [undefined, false]);
});

test('images that were trained on, or too few others, fit nothing', async () => {
  const rig = rigOn(new CpuDevice(), train, linear);
  const weights = await weightsOf(rig.model);
  assert.is(await fitCertainty(rig, { weights }, { ...options, validation: train }), null);
  assert.is(
    await fitCertainty(rig, { weights }, { ...options, validation: subset(validation, range(0, 50)) }),
    null,
  );
  assert.is(await fitCertainty(rig, { weights }, { ...options, signal: AbortSignal.abort() }), null);
  rig.dispose();
});

test('the measure of a worked example: log odds of some class, and energy', () => {
  // Two classes: logits (ln 2, ln 3), then those of the head, (0, ln 3, ln 2).
  const row = [Math.log(2), Math.log(3), 0, Math.log(3), Math.log(2)];
  const [measure] = measures(row, 2, 0.5);
  assert.ok(Math.abs(measure - (Math.log(4 / 2) + 0.5 * Math.log(5))) < 1e-12);
  assert.ok(Math.abs(logSumExp([1000, 1000], 0, 2) - (1000 + Math.log(2))) < 1e-9);
});

test('the head begins with the first linear layer; a model without one at its end has none', () => {
  const { from, spec } = headOf(builtInModels.lenet, 10)!;
  assert.equal([from, spec.input, spec.layers.length], [7, [784], 3]);
  const resnet = headOf(builtInModels.resnet, 10)!;
  assert.equal([resnet.from, resnet.spec.input, resnet.spec.layers.length], [11, [64], 1]);
  const flat = { ...builtInModels.lenet, layers: [{ type: 'linear', outFeatures: 3 }, { type: 'relu' }] };
  assert.is(headOf(flat, 3), null);
});

test.run();
