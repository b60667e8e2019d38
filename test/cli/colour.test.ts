// Colour from end to end: pictures that differ by nothing else are learnt, read, resumed, shown and carried elsewhere, and
// nothing reads them in grey unasked.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { restoreModel } from '../../pipeline/checkpoint/checkpoint.ts';
import { gatherImages } from '../../pipeline/data/batches.ts';
import { logitsOf } from '../../pipeline/evaluate/logits.ts';
import type { RgbaImage } from '../../pipeline/image/image.ts';
import { loadData } from '../../pipeline/node/data/load.ts';
import { decodeImage, encodePng } from '../../pipeline/node/decode/decode.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { Predictor } from '../../pipeline/predict/predict.ts';
import { jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { coloured, colourFiles, colourIdx, colourModel, colourNames } from '../support/colours.ts';
import { ran } from '../support/onnxRuntime.ts';
import { served } from '../support/served.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const prepared = colourIdx(16, 12);
const { path: cwd } = folders.make({
  ...colourFiles('tints/', 16),
  'paths.csv': colourNames
    .flatMap((name) => Array.from({ length: 8 }, (_, i) => `tints/${name}/${i}.png,${name}`))
    .reduce((rows, row) => `${rows}\n${row}`, 'image,label'),
  'idx/train-images-idx4-ubyte': prepared.images,
  'idx/train-labels-idx1-ubyte': prepared.labels,
  'tints.json': colourModel(3),
  'grey.json': colourModel(1),
  'steps.json': JSON.stringify({
    ...{ name: 'wrong', size: 12, mean: 0.5, std: 0.5 },
    steps: [
      { step: 'colour' },
      { step: 'resize', box: 64 },
      { step: 'threshold', method: 'otsu' },
      { step: 'fit', size: 12 },
    ],
  }),
  'grey-recipe.json': JSON.stringify({
    ...{ name: 'grey', size: 12, mean: 0.5, std: 0.5 },
    steps: [
      { step: 'grayscale', weights: 'rec709' },
      { step: 'fit', size: 12 },
    ],
  }),
  'new.png': encodePng(coloured('sea', 999, 50, 31)),
});

interface Trained {
  readonly test: { readonly loss: number; readonly accuracy: number };
}

/** Trains into a folder, with these flags or others in their place. */
function trained(out: string, flags: Readonly<Record<string, string>> = {}): Promise<Trained> {
  const usual = { data: 'tints', model: 'tints.json', device: 'cpu', epochs: '8', batch: '8', lr: '0.01' };
  const all = Object.entries({ ...usual, schedule: 'constant', out, ...flags });
  const args = all.flatMap(([name, value]) => [`--${name}`, value]);
  return jsonHere<Trained>(['train', '--no-cache', ...args], { cwd });
}
const isColoured = ({ data }: RgbaImage): boolean => {
  for (let i = 0; i < data.length; i += 4) if (Math.abs(data[i] - data[i + 2]) > 40) return true;
  return false;
};

await trained('run', { augment: 'light', epochs: '12' });

test('colour alone is learnt on each device; in grey the same pictures teach nothing', async () => {
  for (const device of ['cpu', 'wasm', 'webgpu']) {
    const { test } = await trained(`on-${device}`, { device });
    assert.ok(test.accuracy >= 0.95, `${device}: ${test.accuracy}`);
  }
  const { test } = await trained('grey', {
    model: 'grey.json',
    preprocess: 'grey-recipe.json',
    epochs: '12',
  });
  assert.ok(test.accuracy < 0.7, `in grey: ${test.accuracy}`);
});

test('the recipe follows the model, and the checkpoint keeps mean and deviation of each channel', () => {
  const { recipe, model, certainty } = readCheckpoint(join(cwd, 'run'));
  assert.equal(model.input, [3, 12, 12]);
  assert.equal(
    [recipe.name, recipe.channels, recipe.size, recipe.steps],
    ['colour', 3, 12, [{ step: 'colour' }, { step: 'fit', size: 12, how: 'contain' }]],
  );
  assert.equal(
    [recipe.mean, recipe.std].map((values) => [values].flat().length),
    [3, 3],
  );
  assert.is(certainty.gate, undefined);
});

test('predict, evaluate and serve read it in colour, and say the same', async () => {
  const files = colourNames.map((name) => join('tints', name, '3.png'));
  const answers = await jsonHere<{ label: string; probability: number }[]>(
    ['predict', 'run', ...files, 'new.png'],
    { cwd },
  );
  assert.equal(
    answers.map(({ label }) => label),
    [...colourNames, 'sea'],
  );
  const args = ['evaluate', 'run', '--device', 'cpu', '--no-cache'];
  const own = await jsonHere<{ accuracy: number }>(args, { cwd });
  assert.ok(own.accuracy >= 0.95);
  for (const more of [
    ['--data', 'paths.csv'],
    ['--data', 'idx'],
    ['--tta', '2'],
  ]) {
    // The classes of IDX files are numbers; those of this model have names.
    if (more[1] === 'idx') await refusedHere([...args, ...more], 1, [/classes 0 1 2|0, 1, 2/], { cwd });
    else assert.ok((await jsonHere<{ accuracy: number }>([...args, ...more], { cwd })).accuracy >= 0.95);
  }
  const { server, url } = await served(new Predictor(new CpuDevice(), readCheckpoint(join(cwd, 'run'))));
  try {
    const body = readFileSync(join(cwd, 'new.png'));
    const response = await fetch(new URL('/predict', url), { method: 'POST', body });
    const [answer] = (await response.json()) as typeof answers;
    assert.is(answer.label, 'sea', JSON.stringify(answer));
    assert.is(answer.probability, answers[3].probability);
  } finally {
    await server.stop();
  }
});

test('a resumed run ends with the bits of one that went through', async () => {
  await trained('halves', { augment: 'strong', epochs: '2' });
  await jsonHere(['resume', 'halves', '--epochs', '4', '--no-cache'], { cwd });
  await trained('whole', { augment: 'strong', epochs: '4' });
  const [halves, whole] = ['halves', 'whole'].map(
    (run) => readCheckpoint(join(cwd, run, 'checkpoints/last.safetensors')).weights,
  );
  for (const [name, { data }] of whole) assert.equal(halves.get(name)!.data, data, name);
});

test('IDX files with an axis of channels are learnt as they are, and pictures then go through the recipe colour', async () => {
  const { test } = await trained('numbered', { data: 'idx' });
  assert.ok(test.accuracy >= 0.95, `${test.accuracy}`);
  const { stdout, stderr } = await succeedsHere(['predict', 'numbered', 'new.png'], { cwd });
  assert.match(stdout, `new.png  ${colourNames.indexOf('sea')} `);
  assert.match(stderr, /recipe colour: .*came prepared/);
});

test('ONNX gives the same logits, of images and of pixels', async () => {
  await succeedsHere(['export', 'run', '--out', 'run.onnx'], { cwd });
  await succeedsHere(['export', 'run', '--normalise', '--out', 'pixels.onnx'], { cwd });
  const checkpoint = readCheckpoint(join(cwd, 'run'));
  const { recipe } = checkpoint;
  const { test } = await loadData(join(cwd, 'tints'), { recipe, seed: 1 });
  const device = new CpuDevice();
  const own = await logitsOf(restoreModel(checkpoint, device), device, test, recipe);
  const shape = [test.labels.length, ...checkpoint.model.input];
  const images = gatherImages(test, Int32Array.from(test.labels.keys()), recipe);
  for (const [file, name, data] of [
    ['run.onnx', 'images', images],
    ['pixels.onnx', 'pixels', Float32Array.from(test.images)],
  ] as const) {
    const { values } = await ran(readFileSync(join(cwd, file)), name, data, shape);
    const off = Math.max(...values.map((value, i) => Math.abs(value - own[i])));
    assert.ok(off <= 1e-5 * Math.max(1, ...own.map(Math.abs)), `${file}: off by ${off}`);
  }
  await succeedsHere(['import', 'pixels.onnx', '--out', 'back.safetensors'], { cwd });
  assert.equal(readCheckpoint(join(cwd, 'back.safetensors')).recipe, recipe);
});

test('pages, sheets and pictures are in colour', async () => {
  const page = readFileSync(join(cwd, 'run/report.html'), 'utf8');
  const pictures = [...page.matchAll(/<img src="data:image\/png;base64,([^"]+)"[^>]*alt="([^"]*)"/g)].map(
    ([, data, alt]) => ({ alt, png: Buffer.from(data, 'base64') }),
  );
  for (const kind of [/^filter /, /changed, 3/, /read as/]) {
    const found = pictures.find(({ alt }) => kind.test(alt));
    assert.ok(found, `${kind} is on the page`);
    assert.ok(isColoured(decodeImage(found.png, found.alt)), found.alt);
  }
  const steps = ['preprocess', 'new.png', '--recipe', 'colour', '--augment', 'light', '--out', 'steps'];
  await succeedsHere(steps, { cwd });
  const made = readdirSync(join(cwd, 'steps/new')).sort(
    (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10),
  );
  assert.equal(made.slice(0, 4), ['1-colour.png', '2-fit.png', '3-prepared.png', '4-variant-1.png']);
  await succeedsHere(['data', 'inspect', 'idx', '--out', 'seen'], { cwd });
  const shown = [...made.slice(0, 4).map((name) => `steps/new/${name}`), 'steps/contact-sheet.png'];
  for (const name of [...shown, 'seen/contact-sheet.png'])
    assert.ok(isColoured(decodeImage(readFileSync(join(cwd, name)), name)), name);
});

test('a dry run tells the shapes', async () => {
  const args = ['train', '--data', 'tints', '--model', 'tints.json', '--device', 'cpu', '--dry-run'];
  const { stdout } = await succeedsHere(args, { cwd });
  assert.match(stdout, /images +\d+×3×12×12\n/);
});

test('what is for grey alone is refused in a line', async () => {
  const train = ['train', '--device', 'cpu', '--data'];
  const rows: [string[], number, RegExp[]][] = [
    [
      [...train, 'tints', '--model', 'tints.json', '--preprocess', 'steps.json'],
      2,
      [/step 3 .*threshold/, /grayscale comes first/],
    ],
    [
      [...train, 'tints', '--model', 'tints.json', '--preprocess', 'colour', '--step', 'deskew:limit=1'],
      2,
      [/deskew/, /grayscale comes first/],
    ],
    [
      [...train, 'tints', '--model', 'lenet', '--preprocess', 'colour'],
      1,
      [/lenet: takes images of 1×28×28, but the data has 3×32×32/],
    ],
    [[...train, 'idx', '--model', 'grey.json'], 1, [/takes images of 1×12×12, but the data has 3×12×12/]],
    [
      [...train, 'mnist', '--model', 'tints.json', '--limit', '9', '--drawn', '0'],
      1,
      [/takes images of 3×12×12, but the data has 1×28×28/],
    ],
    [['predict', 'run', 'new.png', '--segment'], 1, [/new\.png: .*whole pictures.*--segment/]],
    [['evaluate', 'numbered', '--data', 'mnist', '--device', 'cpu'], 1, [/1×28×28.*3×12×12/]],
  ];
  for (const [args, code, patterns] of rows) await refusedHere(args, code, patterns, { cwd });
});

test.run();
