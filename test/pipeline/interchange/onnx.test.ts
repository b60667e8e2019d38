// Exported networks in ONNX Runtime: the same logits as here, for any batch, with and without what stands around them.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readNetwork } from '../../../pipeline/interchange/onnx/network.ts';
import { nodeReaders } from '../../../pipeline/interchange/onnx/read/readNodes.ts';
import { onnxFile } from '../../../pipeline/interchange/onnx/write/file.ts';
import { layerWriters } from '../../../pipeline/interchange/onnx/write/layers.ts';
import { layerKinds } from '../../../pipeline/model/layers.ts';
import { assertOff, ran } from '../../support/onnxRuntime.ts';
import {
  everyLayer,
  logitsOf,
  portableModels,
  randomCheckpoint,
  randomImages,
} from '../../support/portable.ts';

const plain = { normalise: false, softmax: false, version: '0.0.0' };

const softmaxOf = (logits: ArrayLike<number>): number[] => {
  const powers = Array.from(logits, Math.exp);
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
};

test('every type of layer can be written, and the model of every layer has them all', () => {
  assert.equal(Object.keys(layerWriters).sort(), Object.keys(layerKinds).sort());
  const used = new Set(everyLayer.layers.map(({ type }) => type));
  assert.equal([...used].sort(), Object.keys(layerKinds).sort());
});

test('docs/interchange.md names every operator that is read', () => {
  const page = readFileSync('docs/interchange.md', 'utf8');
  const missing = Object.keys(nodeReaders).filter((op) => !new RegExp(`\\b${op}\\b`).test(page));
  assert.equal(missing, []);
});

for (const model of portableModels) {
  test(`${model.name} in ONNX Runtime: the same logits to 1e-5, for batches of one and of three`, async () => {
    const checkpoint = randomCheckpoint(model);
    const file = onnxFile(checkpoint, plain);
    const { shape, images } = randomImages(checkpoint, 3);
    const expected = await logitsOf(checkpoint, images, 3);
    assert.ok(Math.max(...expected) - Math.min(...expected) > 0.1, 'the logits differ');
    for (const count of [3, 1]) {
      const some = images.slice(0, (images.length / 3) * count);
      const { output, shape: made, values } = await ran(file, 'images', some, [count, ...shape.slice(1)]);
      assert.equal([output, made], ['logits', [count, 10]]);
      assertOff(values, expected.slice(0, 10 * count), 1e-5);
    }
  });
}

test('normalised inside it takes pixels from 0 to 255; with softmax it gives probabilities by the temperature', async () => {
  const checkpoint = randomCheckpoint(everyLayer);
  const { shape, pixels, images } = randomImages(checkpoint, 2);
  const expected = await logitsOf(checkpoint, images, 2);
  const both = onnxFile(checkpoint, { ...plain, normalise: true, softmax: true });
  const { output, values } = await ran(both, 'pixels', pixels, shape);
  assert.is(output, 'probabilities');
  const { temperature } = checkpoint.certainty;
  const scaled = Array.from(expected, (logit) => logit / temperature);
  assertOff(values, [...softmaxOf(scaled.slice(0, 10)), ...softmaxOf(scaled.slice(10))], 1e-6);
  const alone = await ran(onnxFile(checkpoint, { ...plain, normalise: true }), 'pixels', pixels, shape);
  assert.is(alone.output, 'logits');
  assertOff(alone.values, expected, 1e-5);
});

test('the file says what it is: opset 17, a free batch, what it was trained for', () => {
  const checkpoint = randomCheckpoint(everyLayer);
  const { nodes, inputs, outputs, metadata } = readNetwork(onnxFile(checkpoint, plain), 'x.onnx');
  assert.equal(new Set(nodes.map(({ opset }) => opset)), new Set([17]));
  assert.equal(inputs, [{ name: 'images', shape: [null, 1, 20, 20] }]);
  assert.equal(outputs, ['logits']);
  assert.not.ok(nodes.some(({ op }) => op === 'Dropout' || op === 'Identity'));
  assert.equal(JSON.parse(metadata['inkgrad.classes']), checkpoint.classes);
  assert.is(metadata['inkgrad.temperature'], '1.25');
});

test.run();
