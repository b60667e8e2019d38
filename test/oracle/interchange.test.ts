// Networks exported to PyTorch: interchange.py ran these very Python files on these very weights, and recorded what torch
// computed. With INTERCHANGE_OUT=FOLDER this writes the folders that it reads.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readSafetensors } from '../../pipeline/formats/safetensors.ts';
import { onnxFile } from '../../pipeline/interchange/onnx/write/file.ts';
import { moduleCalls } from '../../pipeline/interchange/pytorch/layers.ts';
import { pytorchFolder } from '../../pipeline/interchange/pytorch/write.ts';
import { withInner } from '../../pipeline/model/branches.ts';
import { layerKinds } from '../../pipeline/model/layers.ts';
import { everyLayer, logitsOf, portableModels, randomCheckpoint, randomImages } from '../support/portable.ts';
import { readFixture } from './fixtures.ts';

const COUNT = 4;
const LIMIT = 1e-5;
const out = process.env.INTERCHANGE_OUT;

const again =
  'changed since PyTorch ran it: see test/oracle/interchange.py, which checks it and records it anew';

/** NumPy's format for an array of float32: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
function npy(data: Float32Array, shape: readonly number[]): Buffer {
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const padded = `${header.padEnd(117)}\n`;
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00v\x00', 'latin1'),
    Buffer.from(padded),
    Buffer.from(data.buffer),
  ]);
}

test('every type of layer has a module', () => {
  assert.equal(Object.keys(moduleCalls).sort(), Object.keys(layerKinds).sort());
});

for (const model of portableModels) {
  const checkpoint = randomCheckpoint(model);
  const files = pytorchFolder(checkpoint);

  test(`${model.name}: the exported Python is what PyTorch ran, and gave the same logits to 1e-5`, async () => {
    const { images, shape } = randomImages(checkpoint, COUNT);
    const logits = await logitsOf(checkpoint, images, COUNT);
    if (out !== undefined) {
      const folder = join(out, model.name);
      mkdirSync(folder, { recursive: true });
      for (const [name, content] of files) writeFileSync(join(folder, name), content);
      // For ONNX's own checker and other runtimes.
      writeFileSync(
        join(folder, 'model.onnx'),
        onnxFile(checkpoint, { normalise: false, softmax: false, version: '0' }),
      );
      writeFileSync(
        join(folder, 'whole.onnx'),
        onnxFile(checkpoint, { normalise: true, softmax: true, version: '0' }),
      );
      writeFileSync(join(folder, 'images.npy'), npy(images, shape));
      writeFileSync(join(folder, 'logits.npy'), npy(logits, [COUNT, 10]));
      return;
    }
    const fixture = readFixture('interchange');
    const python = fixture.metadata('python') as Record<string, Record<string, string>>;
    const digests = [...files]
      .filter(([name]) => name.endsWith('.py'))
      .map(([name, text]) => [name, createHash('sha256').update(text).digest('hex')]);
    assert.equal(Object.fromEntries(digests), python[model.name], again);
    const { data } = fixture.tensor(model.name);
    assert.is(data.length, 10 * COUNT);
    const off = Math.max(...Array.from(data, (logit, i) => Math.abs(logit - logits[i])));
    assert.ok(off <= LIMIT, `off by ${off}`);
  });
}

test('model.py has a line for each layer, with the words of torch.nn', () => {
  const lines = String(pytorchFolder(randomCheckpoint(everyLayer)).get('model.py')).split('\n');
  const layers = lines.filter((line) => line.startsWith('            ')).map((line) => line.trim());
  assert.is(layers.filter((line) => /# \d+: /.test(line)).length, withInner(everyLayer.layers).length);
  const at = layers.indexOf('Residual(  # 13: 10×3×5');
  assert.equal(layers.slice(at + 1, at + 3), [
    'layers=[',
    'nn.Conv2d(12, 10, kernel_size=3, padding=1),  # 0: 10×3×5',
  ]);
  assert.is(
    layers[0],
    'PaddedConv2d(1, 6, kernel_size=(3, 5), stride=(2, 1), sides=(1, 3, 2, 0)),  # 0: 6×10×20',
  );
  assert.is(
    layers[2],
    "nn.Conv2d(6, 12, kernel_size=4, padding='same', dilation=2, groups=3, bias=False),  # 2: 12×10×20",
  );
  assert.is(layers.at(-1), 'nn.Linear(20, 10),  # 35: 10');
});

test('the weights have the names and layouts of PyTorch, the same bits, and a folder has no more than it needs', () => {
  const checkpoint = randomCheckpoint(everyLayer);
  const files = pytorchFolder(checkpoint);
  const { tensors, metadata } = readSafetensors(files.get('weights.safetensors') as Uint8Array, 'w');
  assert.is(metadata.format, 'pt');
  assert.is(metadata.inkgrad, undefined);
  assert.equal(tensors.get('3.running_mean')?.data, checkpoint.weights.get('3.runningMean')?.data);
  assert.equal(
    [...tensors].map(([name, { shape }]) => [name, shape]),
    [...checkpoint.weights].map(([name, { shape }]) => [
      name.replace('runningM', 'running_m').replace('runningV', 'running_v'),
      shape,
    ]),
  );
  assert.ok(files.has('windows.py'));
  assert.ok(files.has('residual.py'));
  const lenet = pytorchFolder(randomCheckpoint(portableModels[0]));
  assert.not.ok(lenet.has('windows.py') || lenet.has('residual.py'));
  const recipe = JSON.parse(String(files.get('recipe.json')));
  assert.equal([recipe.size, recipe.classes, recipe.temperature], [20, checkpoint.classes, 1.25]);
});

test.run();
