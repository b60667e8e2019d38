// Files of other programs, as a program reads and writes them: what `inkgrad export` writes of the same checkpoint.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CpuDevice, nn } from 'inkgrad';
import {
  fromOnnx,
  fromSafetensors,
  readSafetensors,
  toOnnx,
  toPyTorch,
  toSafetensors,
  writeSafetensors,
} from 'inkgrad/interchange';
import { buildModel, builtInModels, loadModel, weightsOf } from 'inkgrad/models';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkpointBytes } from '../../pipeline/checkpoint/checkpoint.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { filesIn } from '../support/cli.ts';
import { jsonHere } from '../support/cliHere.ts';
import { seven } from '../support/drawn.ts';
import { refuses } from '../support/images.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const classes = [...'abc'];
const context = new nn.Context(new CpuDevice(), 4);
const bytes = checkpointBytes({
  ...{ model: builtInModels.lenet, classes, recipe: recipes.handwriting, step: 0 },
  weights: await weightsOf(buildModel('lenet', { classes, context })),
  certainty: { temperature: 1.5 },
});
const { path: cwd } = folders.make({ 'a.safetensors': bytes });
const model = await loadModel(bytes);
const picture = seven(60);

const exported = (...flags: string[]) => jsonHere(['export', 'a.safetensors', ...flags], { cwd });

test('what is written is what `inkgrad export` writes', async () => {
  for (const [out, flags, made] of [
    ['plain.onnx', [], await toOnnx(model)],
    ['whole.onnx', ['--normalise', '--softmax'], await toOnnx(model, { normalise: true, softmax: true })],
    ['weights.safetensors', [], await toSafetensors(model)],
  ] as const) {
    await exported('--out', out, ...flags);
    assert.ok(readFileSync(join(cwd, out)).equals(made), out);
  }
  await exported('--format', 'pytorch', '--out', 'folder');
  const files = await toPyTorch(model);
  assert.equal([...files.keys()].sort(), filesIn(join(cwd, 'folder')).sort());
  for (const [name, content] of files)
    assert.ok(readFileSync(join(cwd, 'folder', name)).equals(Buffer.from(content as string)), name);
});

test('a model comes back from each with the same answers', async () => {
  const expected = await model.predict(picture, { top: 3 });
  for (const again of [
    await fromOnnx(await toOnnx(model)),
    await fromOnnx(await toOnnx(model, { normalise: true, softmax: true })),
    await fromSafetensors(await toSafetensors(model)),
  ]) {
    assert.equal(await again.predict(picture, { top: 3 }), expected);
    assert.equal([again.spec, again.recipe], [model.spec, model.recipe]);
    again.dispose();
  }
  const device = new CpuDevice();
  const weights = writeSafetensors(await weightsOf(model.model));
  const named = await fromSafetensors(weights, {
    model: 'lenet',
    recipe: 'handwriting',
    classes: ['x', 'y', 'z'],
    device,
  });
  assert.equal([named.device, named.classes, named.remarks], [device, ['x', 'y', 'z'], []]);
  const numbered = await fromSafetensors(weights, { model: 'lenet', recipe: 'mnist', name: 'net' });
  assert.equal(numbered.classes, ['0', '1', '2']);
  assert.match(numbered.remarks[0], /^net: names no classes/);
});

test('weights that were changed since are written as they are now', async () => {
  const own = await loadModel(bytes);
  own.model.parameters().get('0.bias')!.write(new Float32Array(8).fill(2));
  const again = await fromOnnx(await toOnnx(own));
  assert.equal(Array.from(await again.model.parameters().get('0.bias')!.read()), new Array(8).fill(2));
});

test('safetensors come and go, from maps and objects', async () => {
  const tensors = {
    a: { shape: [2, 1], data: Float32Array.of(1, 2) },
    b: { shape: [], data: Int32Array.of(7) },
  };
  const file = writeSafetensors(tensors, { of: 'me' });
  const read = readSafetensors(file.buffer as ArrayBuffer);
  assert.equal([Object.fromEntries(read.tensors), read.metadata], [tensors, { of: 'me' }]);
  assert.equal(writeSafetensors(read.tensors, read.metadata), file);
});

test('what cannot be is refused in a line', async () => {
  await refuses(() => readSafetensors(new Uint8Array(3), 'x'), 'not-a-checkpoint', 'x: 3 bytes');
  await refuses(
    () => readSafetensors('x' as never),
    'invalid-setting',
    'readSafetensors: got a string; expected the bytes',
  );
  for (const odd of [[1, 2], { shape: [1], data: [1] }, { shape: [1], data: Uint8Array.of(1) }, undefined])
    await refuses(
      () => writeSafetensors({ a: odd } as never),
      'not-a-checkpoint',
      'a is',
      'expected { shape, data } with a Float32Array',
    );
  for (const write of [toOnnx, toSafetensors, toPyTorch]) {
    const { name } = write;
    await refuses(() => write(model.model as never), 'invalid-setting', `${name}: got`, 'a trained model');
    await refuses(
      () => write(Promise.resolve(model) as never),
      'invalid-setting',
      `${name}: got a Promise; await`,
    );
  }
  await refuses(
    () => writeSafetensors({ a: { shape: [3], data: Float32Array.of(1) } }),
    'not-a-checkpoint',
    'a has 1 values',
  );
  await refuses(() => fromOnnx(bytes), 'damaged', 'imported: is a safetensors file; use fromSafetensors');
  const onnx = await toOnnx(model);
  await refuses(
    () => fromSafetensors(onnx, { name: 'n' }),
    'damaged',
    'n: is no safetensors file; use fromOnnx',
  );
  await refuses(() => fromSafetensors(bytes), 'not-a-checkpoint', 'is a checkpoint of inkgrad already');
  const weights = writeSafetensors(await weightsOf(model.model));
  await refuses(() => fromSafetensors(weights), 'invalid-model', 'holds weights alone');
  await refuses(() => fromSafetensors(weights, { model: 'lenet' }), 'invalid-recipe', 'does not say how');
  await refuses(
    () => fromSafetensors(weights, { model: 'cnn', recipe: 'mnist' }),
    'invalid-model',
    'imported: ',
  );
  await refuses(() => fromOnnx(onnx, { classes: ['a'] }), 'invalid-model', 'tells 3 classes apart');
  await refuses(
    () => fromOnnx(onnx, { class: ['a'] } as never),
    'invalid-setting',
    'did you mean "classes"?',
  );
  await refuses(() => toOnnx(model, { soft: true } as never), 'invalid-setting', 'did you mean "softmax"?');
  await refuses(() => fromOnnx(new Uint8Array(40).fill(9)), 'damaged', 'imported: ');
});

test.run();
