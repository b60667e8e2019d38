// Models as a program uses them: what the command line says of the same checkpoint, and what is refused.
import { backward, CpuDevice, F, nn, Tensor } from 'inkgrad';
import {
  buildModel,
  builtInModels,
  loadModel,
  type ModelSpec,
  type Page,
  type Prediction,
  parseModel,
  saveModel,
  summary,
  weightsOf,
} from 'inkgrad/models';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { StoredGate } from '../../pipeline/checkpoint/certainty.ts';
import { type Checkpoint, checkpointBytes, parseCheckpoint } from '../../pipeline/checkpoint/checkpoint.ts';
import { buildHead, headOf } from '../../pipeline/model/head.ts';
import { encodePng } from '../../pipeline/node/decode/decode.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { jsonHere } from '../support/cliHere.ts';
import { isSeven, painted, seven } from '../support/drawn.ts';
import { refuses, refusesSaying } from '../support/images.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const classes = [...'0123456789'];

/** A network that nobody trained: what it says of a picture is as good as anything to compare. */
async function checkpointOf(certainty = true): Promise<Checkpoint> {
  const context = new nn.Context(new CpuDevice(), 7);
  const model = builtInModels.lenet;
  const head = headOf(model, classes.length)!;
  const gate: StoredGate = {
    weights: await weightsOf(buildHead(head, classes.length + 1, context)),
    ...{ energy: 0.5, least: 0 },
  };
  const weights = await weightsOf(buildModel(model, { classes, context }));
  return {
    ...{ model, classes, recipe: recipes.mnist, step: 3, weights },
    ...(certainty && { certainty: { temperature: 1.25, gate } }),
  };
}

const bytes = checkpointBytes(await checkpointOf());

/** Two sevens side by side. */
const page = painted(300, 160, (x, y) =>
  isSeven(120)(x % 150, y - 20) && x % 150 < 120 ? [20, 20, 60] : [250, 250, 240],
);

const files = folders.make({
  'a.safetensors': bytes,
  'small.png': encodePng(seven(40)),
  'large.png': encodePng(seven(200, [255, 255, 255], [0, 40, 0])),
  'page.png': encodePng(page),
});
const cwd = files.path;
const pictures = [seven(40), seven(200, [255, 255, 255], [0, 40, 0])];

/** Of what `predict --json` tells of a picture. */
type Told = Prediction & Page & { path: string };

test('a picture is read as `inkgrad predict` reads its file, to the last digit', async () => {
  const told = await jsonHere<Told[]>(['predict', 'a.safetensors', 'small.png', 'large.png'], { cwd });
  const model = await loadModel(bytes);
  const predictions = await model.predict(pictures);
  for (const [i, { path: _, ...expected }] of told.entries()) {
    const { several, ...found } = predictions[i];
    assert.equal(found, expected);
    assert.is(several, false);
    assert.equal(await model.predict(pictures[i]), predictions[i]);
    assert.is(found.top.length, 3);
  }
  assert.equal(model.remarks.length, 1);
  assert.match(model.remarks[0], /prepared with the recipe handwriting/);
  assert.is((await model.predict(pictures[0], { top: 10 })).top.length, 10);
  assert.equal(await model.predict([]), []);
  model.dispose();
});

test('a page is read as `inkgrad predict --segment` reads its file', async () => {
  const [{ path: _, ...expected }] = await jsonHere<Told[]>(
    ['predict', 'a.safetensors', 'page.png', '--segment'],
    { cwd },
  );
  const model = await loadModel(bytes.buffer as ArrayBuffer);
  const read = await model.read(page);
  assert.equal(read, expected);
  assert.is(read.lines[0].characters.length, 2);
  const { several } = await model.predict(page);
  assert.is(several, true, 'several characters in one picture are told of');
  model.dispose();
});

test('what prepare makes is read as the picture is, and logits are what the layers give', async () => {
  const model = await loadModel(bytes);
  const prepared = model.prepare(pictures[0]);
  const { width, height, channels, holds } = prepared;
  assert.equal([width, height, channels, holds, prepared.data.length], [28, 28, 1, 'one', 784]);
  const direct = await model.predict(pictures[0]);
  assert.equal(await model.predict(prepared, { prepared: true }), direct);
  const rows = Array.from({ length: 28 }, (_, y) => Array.from(prepared.data.subarray(28 * y, 28 * y + 28)));
  assert.equal(await model.predict(rows, { prepared: true }), direct);
  const x = model.tensor([prepared, rows], { prepared: true });
  assert.equal(x.shape, [2, 1, 28, 28]);
  const values = await x.read();
  assert.is(values[0], Math.fround(-0.1307 / 0.3081));
  const [logits] = await model.logits([pictures[0]]);
  assert.equal(Array.from(await model.model.forward(x).read()).slice(0, 10), Array.from(logits));
  assert.equal(await model.logits(prepared, { prepared: true }), logits);
  const scaled = logits.map((logit) => Math.exp(logit / 1.25));
  const share = scaled[classes.indexOf(direct.label)] / scaled.reduce((a, b) => a + b);
  assert.ok(Math.abs(share - direct.probability) < 1e-6, 'probabilities are softmax(logits / temperature)');
  model.dispose();
});

test('what is saved is what was loaded; changed weights leave what was fitted to the others behind', async () => {
  const model = await loadModel(bytes);
  assert.equal(await model.save(), bytes);
  const [weight] = model.model.parameters().values();
  weight.write(new Float32Array(weight.size));
  const { certainty, weights, step } = parseCheckpoint(await model.save(), 'saved');
  assert.equal([certainty, step], [{ temperature: 1 }, 3]);
  assert.ok([...weights.get('0.weight')!.data].every((value) => value === 0));
  const again = await loadModel(await model.save());
  assert.is((await again.predict(pictures[0])).known, undefined);
  for (const each of [model, again]) each.dispose();
});

test('dispose gives all memory back, and what is read leaves none behind', async () => {
  const device = new CpuDevice();
  const model = await loadModel(bytes, { device });
  assert.is(model.device, device);
  const loaded = device.counters.liveBytes;
  await model.predict(pictures);
  await model.logits(pictures);
  await model.read(page);
  assert.is(device.counters.liveBytes, loaded);
  model.dispose();
  assert.is(device.counters.liveBytes, 0);
  model.dispose();
});

test('mistakes are told of in a line', async () => {
  const model = await loadModel(bytes);
  const blank = { width: 30, height: 30, data: new Uint8Array(900).fill(255) };
  await refuses(() => model.predict(blank), 'no-writing', 'image: no ink found');
  await refuses(() => model.predict([pictures[0], blank]), 'no-writing', 'image 1: no ink');
  await refuses(() => model.read(blank), 'no-writing', 'no characters found');
  await refuses(
    () => model.predict(pictures[0], { prepared: true }),
    'wrong-size',
    'image: 40×40 pixels; prepared images have 28×28',
  );
  await refuses(
    () => model.predict(pictures[0], { tops: 3 } as object),
    'invalid-setting',
    'predict: no option "tops"; did you mean "top"?',
  );
  await refuses(() => model.predict(pictures[0], { top: 0 }), 'invalid-setting', 'top 0');
  await refuses(
    () => model.logits(pictures[0], { top: 1 } as object),
    'invalid-setting',
    '"top"; it takes prepared',
  );
  model.dispose();
  await refusesSaying(() => model.predict(pictures[0]), /used after|disposed/);
  await refuses(() => loadModel(bytes.subarray(0, 5000)), 'not-a-checkpoint', 'model: the file ends');
  await refuses(() => loadModel(new Uint8Array(9), { name: 'x' }), 'not-a-checkpoint', 'x: ');
  await refuses(
    () => loadModel('best.safetensors' as never),
    'invalid-setting',
    'got a string; expected the bytes',
  );
  await refuses(
    () => loadModel(new Response('x') as never),
    'invalid-setting',
    'await response.arrayBuffer()',
  );
  await refuses(() => loadModel(Promise.resolve(bytes) as never), 'invalid-setting', 'await it');
  await refuses(() => loadModel(bytes, { devise: 1 } as object), 'invalid-setting', 'did you mean "device"?');
});

const line: ModelSpec = {
  name: 'line',
  input: [1, 4, 4],
  layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }],
};

test('a model is made of data, and can be trained by hand', async () => {
  const model = buildModel(line, { classes: ['a', 'b'], seed: 3 });
  const same = buildModel(parseModel(JSON.stringify(line)), { classes: 2, seed: 3 });
  assert.equal(await weightsOf(model), await weightsOf(same));
  assert.equal([...model.parameters().keys()], ['1.weight', '1.bias']);
  const { device } = model.parameters().get('1.weight')!;
  const x = Tensor.from(device, new Float32Array(16).fill(1), [1, 1, 4, 4]);
  const y = model.forward(x);
  assert.equal(y.shape, [1, 2]);
  backward(F.sum(y));
  assert.ok(model.parameters().get('1.weight')!.grad !== null);
});

test('layers that a loop of one’s own has trained are saved, and read on as they are', async () => {
  const layers = new nn.Sequential(new nn.Flatten(), new nn.Linear(16, 2));
  const bare = { name: 'bare', size: 4, steps: [], mean: 0, std: 1 };
  const options = { model: line, classes: ['a', 'b'], recipe: bare };
  const model = await loadModel(await saveModel(layers, options));
  assert.equal(model.classes, ['a', 'b']);
  assert.equal(await weightsOf(model.model), await weightsOf(layers));
  const pixels = [...Array(4).keys()].map((y) => [...Array(4).keys()].map((x) => (4 * y + x) / 15));
  const [[...logits]] = await model.logits([pixels], { prepared: true });
  const own = await layers.forward(Tensor.from([[pixels]])).read();
  for (const [i, logit] of logits.entries()) assert.ok(Math.abs(logit - own[i]) < 0.02, 'bytes of pixels');
  await refuses(() => saveModel(new nn.Linear(16, 2), options), 'damaged', 'saveModel: ');
  await refuses(
    () => saveModel(new nn.Sequential(new nn.Flatten(), new nn.Linear(16, 3)), options),
    'damaged',
    '1.weight',
  );
  await refuses(() => saveModel(layers, { ...options, classes: ['a'] }), 'damaged', '1.weight');
  await refuses(() => saveModel(layers, { model: line } as never), 'invalid-setting', 'saveModel: classes');
});

test('a summary is that of `inkgrad summary --json`', async () => {
  for (const name of ['lenet', 'resnet'])
    assert.equal(
      summary(name, { classes: 26 }),
      await jsonHere(['summary', name, '--classes', '26'], { cwd }),
    );
  assert.is(summary(line, { classes: ['a', 'b', 'c'] }).total.parameters, 51);
});

test('models that cannot be are refused', async () => {
  await refuses(
    () => buildModel('lenett', { classes: 2 }),
    'missing',
    'model "lenett"',
    'did you mean lenet?',
  );
  await refuses(() => buildModel('lenet', {} as never), 'invalid-setting', 'buildModel: classes undefined');
  await refuses(
    () => buildModel('lenet', { clases: 10 } as never),
    'invalid-setting',
    'no option "clases"; did you mean "classes"?',
  );
  await refuses(() => parseModel('{"name": '), 'not-json', 'model: ');
  await refuses(() => parseModel({ name: 'a' }, 'a.json'), 'invalid-model', 'a.json: not a model');
  const dense = { ...line, layers: [{ type: 'dense' }] };
  await refuses(() => summary(dense), 'invalid-model', 'layer 0 (dense)');
});

test.run();
