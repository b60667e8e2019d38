// What a checkpoint says of how far it can be trusted: written and read, absent in old files, refused when broken.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import type { Checkpoint } from '../../../pipeline/checkpoint/checkpoint.ts';
import { checkpointBytes, parseCheckpoint } from '../../../pipeline/checkpoint/checkpoint.ts';
import { PipelineError } from '../../../pipeline/faults.ts';
import { readSafetensors, writeSafetensors } from '../../../pipeline/formats/safetensors.ts';
import { Predictor } from '../../../pipeline/predict/predict.ts';
import { CLASSES, recipeFor } from '../../support/tinyRuns.ts';

const SIZE = 2;
/** One weight a class: the logits of an image of one bright pixel are (4, 2, 0). */
const checkpoint: Checkpoint = {
  model: {
    name: 'one',
    input: [1, SIZE, SIZE],
    layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }],
  },
  classes: CLASSES,
  recipe: { ...recipeFor(SIZE), mean: 0, std: 1 },
  step: 1,
  weights: new Map([
    ['1.weight', { shape: [3, 4], data: Float32Array.of(4, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0) }],
    ['1.bias', { shape: [3], data: new Float32Array(3) }],
  ]),
};
const image = Uint8Array.of(255, 0, 0, 0);

/** The file with the text of a field of its metadata changed. */
function changed(name: string, text: string): Uint8Array {
  const { tensors, metadata } = readSafetensors(checkpointBytes(checkpoint), 'a');
  return writeSafetensors({ tensors, metadata: { ...metadata, [name]: text } });
}

const certain = (bytes: Uint8Array) => parseCheckpoint(bytes, 'a.safetensors').certainty;

test('a temperature goes into a file and comes out of it', () => {
  assert.equal(certain(checkpointBytes({ ...checkpoint, certainty: { temperature: 1.25 } })), {
    temperature: 1.25,
  });
});

test('an old file leaves probabilities as they are', () => {
  assert.equal(certain(checkpointBytes(checkpoint)), { temperature: 1 });
});

test('what is broken or of a later version is refused in a line', () => {
  for (const text of [
    '{',
    '{}',
    '{"version":2,"temperature":1}',
    '{"version":1,"temperature":0}',
    '{"version":1,"temperature":"1"}',
  ]) {
    assert.throws(
      () => certain(changed('certainty', text)),
      (error: unknown) =>
        error instanceof PipelineError &&
        error.code === 'damaged' &&
        /^a\.safetensors: its certainty /.test(error.message),
      text,
    );
  }
});

test('the predictor divides logits by it', async () => {
  for (const temperature of [1, 2]) {
    const file = parseCheckpoint(checkpointBytes({ ...checkpoint, certainty: { temperature } }), 'a');
    const [{ guesses, known, refused }] = await new Predictor(new CpuDevice(), file).predictAll([image]);
    assert.equal([known, refused], [undefined, false]);
    const powers = [4, 2, 0].map((logit) => Math.exp(logit / temperature));
    const sum = powers.reduce((total, power) => total + power, 0);
    guesses.forEach(({ label, probability }, i) => {
      assert.is(label, CLASSES[i]);
      assert.ok(Math.abs(probability - powers[i] / sum) < 1e-6);
    });
  }
});

test.run();
