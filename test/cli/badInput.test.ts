// Bad input: one clear line, exit code 1 or 2, and nothing left behind. One case of each kind is refused in a process of
// its own, which must end; the others run the command line here, at a tenth of the time.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allFinite } from '../../pipeline/checkpoint/weights.ts';
import { readSafetensors, type Safetensors, writeSafetensors } from '../../pipeline/formats/safetensors.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import {
  assertRefused,
  filesIn,
  idx,
  inkgrad,
  json,
  refused,
  stroke,
  strokes,
  tinyModel,
} from '../support/cli.ts';
import { inkgradHere, jsonHere, refusedHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

type Files = Record<string, string | Uint8Array>;

const trains = ['train', '--device', 'cpu', '--epochs', '1'];

/** Runs `train` in a folder with these files; gives the line of error. */
async function trainRefused(
  files: Files,
  words: string,
  patterns: readonly RegExp[],
  how: typeof refused = refusedHere,
): Promise<string> {
  return how([...trains, ...words.split(' ')], 1, patterns, { cwd: folders.make(files).path });
}

/** The first case of a table gets a process of its own. */
const howFor = (place: number) => (place === 0 ? refused : refusedHere);

const model = (...layers: unknown[]): string => JSON.stringify({ name: 'mine', input: [1, 28, 28], layers });
const linear = { type: 'linear', outFeatures: 'classes' };
const flatten = { type: 'flatten' };
const conv = (options: object) => ({ type: 'conv2d', outChannels: 4, kernelSize: 3, ...options });

const digits = (count: number, size = 28) => ({
  'train-images-idx3-ubyte': idx([count, size, size], new Uint8Array(count * size * size)),
  'train-labels-idx1-ubyte': idx(
    [count],
    Uint8Array.from({ length: count }, (_, i) => i % 2),
  ),
});

type BadData = readonly (readonly [string, Files, string, ...RegExp[]])[];

/** Data that cannot be trained on: its files, the path of it, what the error says. */
const badData: BadData = [
  ['a path that is not there', {}, 'nowhere', /nowhere: no such file or folder/, /give mnist/],
  ['nearly mnist', {}, 'minst', /minst: no such file or folder/],
  ['an empty folder', { 'empty/.keep': '' }, 'empty', /empty: the folder is empty/],
  ['a folder of files', { 'flat/notes.txt': 'x' }, 'flat', /flat: has no sub-folders/],
  ['images without classes', { 'flat/1.png': stroke('bar') }, 'flat', /flat: has images but no sub-folders/],
  [
    'a class with no images',
    { ...strokes('d/', 2), 'd/dot/.keep': '' },
    'd',
    /class dot has no PNG or JPEG files/,
    /remove the sub-folder dot/,
  ],
  [
    'a class of other files',
    { ...strokes('d/', 2), 'd/dot/1.gif': 'x' },
    'd',
    /class dot has no PNG or JPEG files \(but others, like 1\.gif\)/,
  ],
  ['one class', { 'd/a/1.png': stroke('bar'), 'd/a/2.png': stroke('bar') }, 'd', /d: has the one class a/],
  [
    'one image a class',
    { 'd/a/1.png': stroke('bar'), 'd/b/1.png': stroke('dash') },
    'd',
    /d: no class has two of the 2 images/,
  ],
  [
    'a test class that train lacks',
    { ...strokes('d/train/', 2), ...strokes('d/test/', 2), 'd/test/dot/1.png': stroke('bar') },
    'd',
    /d: test has class dot, which is not in train/,
  ],
  [
    'a CSV row whose file is missing',
    { 'a.png': stroke('bar'), 't.csv': 'image,label\na.png,1\ngone.png,2\n' },
    't.csv',
    /t\.csv row 3/,
    /gone\.png/,
    /no such file/,
  ],
  [
    'a CSV without its columns',
    { 't.csv': 'a,b\n1,2\n' },
    't.csv',
    /no column named image.*its columns are a, b/,
  ],
  ['a CSV without rows', { 't.csv': 'image,label\n' }, 't.csv', /has no rows/],
  ['an empty CSV', { 't.csv': '' }, 't.csv', /the file is empty/],
  ['a CSV row without a label', { 't.csv': 'image,label\na.png,\n' }, 't.csv', /row 2: has no label/],
  [
    'a CSV with an open quote',
    { 't.csv': 'image,label\n"a.png,1\n' },
    't.csv',
    /row 2: a quote is out of place/,
  ],
  [
    'a truncated IDX',
    { ...digits(4), 'train-images-idx3-ubyte': digits(4)['train-images-idx3-ubyte'].subarray(0, 999) },
    '.',
    /train-images-idx3-ubyte: truncated IDX: header says 4×28×28 = 3152 bytes, file has 999/,
  ],
  [
    'an IDX that ends in its header',
    { ...digits(4), 'train-images-idx3-ubyte': digits(4)['train-images-idx3-ubyte'].subarray(0, 10) },
    '.',
    /truncated IDX: the file ends in its header/,
  ],
  [
    'a gzip file cut short',
    { ...digits(4), 'train-labels-idx1-ubyte': Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0) },
    '.',
    /train-labels-idx1-ubyte: damaged gzip file/,
  ],
  [
    'IDX counts that differ',
    { ...digits(4), 'train-labels-idx1-ubyte': digits(3)['train-labels-idx1-ubyte'] },
    '.',
    /4 images, but .*train-labels-idx1-ubyte has 3 labels/,
  ],
  [
    'IDX images without labels',
    { 'train-images-idx3-ubyte': digits(4)['train-images-idx3-ubyte'] },
    '.',
    /labels are missing; put train-labels-idx1-ubyte beside it/,
  ],
  [
    'a label that the mapping lacks',
    { ...digits(4), 'mapping.txt': '0 65\n' },
    '.',
    /train-labels-idx1-ubyte row 2: label 1 is not in the mapping/,
  ],
  [
    'IDX images of another size than the model takes',
    digits(10, 20),
    '.',
    /lenet: takes images of 1×28×28, but the data has 1×20×20/,
    /^(?!.*its JSON file)/,
  ],
];

/** The same, found only by the threads that decode images. */
const badImages: BadData = [
  [
    'two broken images',
    { ...strokes('d/', 4), 'd/bar/02.png': 'no', 'd/dash/03.png': '' },
    'd',
    /2 of 12 images are broken, the first: .*bar\/02\.png/,
  ],
  [
    'a truncated PNG in a class',
    { ...strokes('d/', 4), 'd/bar/02.png': stroke('bar', 2).subarray(0, 90) },
    'd',
    /bar\/02\.png/,
    /truncated|ends/,
  ],
  ['an image that is no image', { ...strokes('d/', 4), 'd/bar/x.png': 'hello' }, 'd', /bar\/x\.png/, /PNG/],
];

for (const table of [badData, badImages]) {
  for (const [i, [name, files, data, ...patterns]] of table.entries()) {
    test(`data: ${name}`, async () => {
      await trainRefused(files, `--data ${data}`, patterns, howFor(i));
    });
  }
}

/** Models that cannot be built: the file, what the error says. */
const badModels: readonly (readonly [string, string, ...RegExp[]])[] = [
  ['not JSON', 'layers: relu', /m\.json: is not JSON/, /expected \{"name", "input", "layers"\}/],
  ['not JSON, over several lines', '{\n  "name": "a",\n  oops\n}\n', /m\.json: is not JSON/],
  [
    'a JavaScript object over several lines',
    "module.exports = {\n  name: 'a',\n};\n",
    /m\.json: is not JSON/,
  ],
  ['not JSON, at a line break', '{\n"name": \n}', /m\.json: is not JSON/],
  ['JSON of something else', '[1, 2]', /m\.json: not a model; expected \{"name"/],
  ['null', 'null', /m\.json: not a model/],
  ['no layers', model(), /m\.json: not a model/],
  ['a layer that is a word', model('relu', flatten, linear), /layer 0/, /type/],
  ['a layer that is null', model(null, flatten, linear), /layer 0/, /type/],
  [
    'an unknown layer',
    model(flatten, { type: 'liner', outFeatures: 3 }),
    /layer 1 \(liner\): no such type of layer; did you mean linear\?/,
  ],
  [
    'a layer like no other',
    model(flatten, { type: 'transformer' }, linear),
    /layer 1 \(transformer\)/,
    /conv2d/,
  ],
  [
    'an unknown option',
    model(conv({ kernel: 3 }), flatten, linear),
    /layer 0 \(conv2d\): unknown option kernel/,
    /kernelSize/,
  ],
  [
    'an option named like a property of every object',
    model(flatten, { ...linear, constructor: 1 }),
    /layer 1 \(linear\): unknown option constructor/,
  ],
  [
    'a missing option',
    model({ type: 'maxPool2d' }, flatten, linear),
    /layer 0 \(maxPool2d\): kernelSize is missing/,
  ],
  [
    'an option out of range',
    model(flatten, { type: 'dropout', p: 1 }, linear),
    /layer 1 \(dropout\): p is 1; expected a number from 0 to less than 1/,
  ],
  [
    'a misspelt "classes"',
    model(flatten, { type: 'linear', outFeatures: 'clases' }),
    /layer 1 \(linear\): outFeatures is "clases"/,
    /"classes"/,
  ],
  [
    'a linear layer on planes',
    model(linear),
    /layer 0 \(linear\): gets \[1,28,28\]; expected features; put a flatten layer before it/,
  ],
  [
    'a convolution on features',
    model(flatten, conv({}), linear),
    /layer 1 \(conv2d\): gets \[784\]; expected \[channels, height, width\]/,
  ],
  [
    'a window larger than the image',
    model(conv({ kernelSize: 30 }), flatten, linear),
    /layer 0 \(conv2d\)/,
    /\[30,30\]/,
    /\[28,28\]/,
    /expected a window that fits/,
  ],
  [
    'groups that do not divide the channels',
    model(conv({}), conv({ groups: 3 }), flatten, linear),
    /layer 1 \(conv2d\)/,
    /groups/,
    /3/,
  ],
  [
    'groups that do not divide the filters',
    model(conv({}), conv({ outChannels: 6, groups: 4 }), flatten, linear),
    /layer 1 \(conv2d\)/,
    /groups/,
    /4/,
  ],
  [
    "padding 'same' with a stride",
    model(conv({ padding: 'same', stride: 2 }), flatten, linear),
    /layer 0 \(conv2d\)/,
    /stride/,
  ],
  [
    'three numbers of padding',
    model(conv({ padding: [1, 1, 1] }), flatten, linear),
    /layer 0.*padding is \[1,1,1\]/,
  ],
  [
    'the wrong number of outputs',
    model(flatten, { type: 'linear', outFeatures: 7 }),
    /model mine: ends with \[7\] for 3 classes/,
    /"outFeatures": "classes"/,
  ],
  ['no features at the end', model(conv({})), /model mine: ends with \[4,26,26\] for 3 classes/],
  [
    'two channels',
    JSON.stringify({ name: 'mine', input: [2, 28, 28], layers: [flatten, linear] }),
    /model mine: takes images of 2×28×28, but the data has 1×28×28/,
  ],
  [
    'a name that leads out of runs/',
    JSON.stringify({ name: '../mine', input: [1, 28, 28], layers: [flatten, linear] }),
    /name/,
  ],
];

const small = strokes('d/', 3);

for (const [i, [name, file, ...patterns]] of badModels.entries()) {
  test(`model: ${name}`, async () => {
    await trainRefused({ ...small, 'm.json': file }, '--data d --model m.json', patterns, howFor(i));
  });
}

for (const [name, words, pattern] of [
  ['a misspelt name', '--model lennet', /--model lennet: no such model or file; did you mean lenet\?/],
  [
    'a name like no other',
    '--model transformer',
    /--model transformer: no such model or file; use lenet, quick, cnn/,
  ],
  ['a file that is not there', '--model gone.json', /--model gone\.json: no such model or file/],
  ['a folder', '--model d', /d: is a folder; give a file/],
] as const) {
  test(`model: ${name}`, async () => {
    await trainRefused(small, `--data d ${words}`, [pattern]);
  });
}

test('summary refuses a bad model with the same words', async () => {
  const folder = folders.make({ 'm.json': model(linear) });
  const words = /m\.json|mine: layer 0 \(linear\): gets \[1,28,28\]/;
  await refusedHere(['summary', 'm.json'], 1, [words], { cwd: folder.path });
  await refusedHere(['summary', 'lennet'], 1, [/lennet: no such model or file; did you mean lenet\?/], {
    cwd: folder.path,
  });
});

test('shares that leave nothing to train or validate on', async () => {
  const words = '--data d --validation 0.5';
  const line = await trainRefused(strokes('d/', 2), words, [/--validation 0\.5/, /use more images/]);
  assert.match(line, /of 3 images/);
});

test('an --out that cannot be made', async () => {
  const files = { ...small, 'tiny.json': tinyModel, file: 'x' };
  const words = '--data d --model tiny.json --out file/run';
  await trainRefused(files, words, [/--out file\/run: cannot be made/], refused);
});

test('a preprocess --out that cannot be made', async () => {
  const folder = folders.make({ 'a.png': stroke('bar'), file: 'x' });
  for (const out of ['file', 'file/steps'])
    await refusedHere(['preprocess', 'a.png', '--out', out], 1, [new RegExp(`--out ${out}: `)], {
      cwd: folder.path,
    });
});

test('--device webgpu where there is no adapter', async () => {
  const folder = folders.make({ ...small, 'tiny.json': tinyModel });
  const nowhere = join(folder.path, 'no-driver.json');
  const env = { VK_DRIVER_FILES: nowhere, VK_ICD_FILENAMES: nowhere };
  const where = { cwd: folder.path, env };
  const advice = [/--device webgpu: no adapter/, /install/, /--device cpu/];
  const trained = ['train', '--data', 'd', '--model', 'tiny.json', '--epochs', '1'];
  await refused([...trained, '--device', 'webgpu'], 1, advice, where);

  const { device } = await json<{ device: string }>([...trained, '--out', 'run'], where);
  assert.is(device, 'wasm', 'auto goes on without a GPU');
  const doctor = await json<{ webgpu: unknown; auto: string; why: string }>(['doctor'], where);
  assert.equal([doctor.webgpu, doctor.auto], [null, 'wasm']);
  await refused(['evaluate', 'run', '--device', 'webgpu'], 1, advice, where);
  await refused(['predict', 'run', 'd', '--device', 'webgpu'], 1, advice, where);
});

const diverging = '--lr 1e30 --optimizer sgd --schedule constant --device cpu';

for (const [name, words, step, how] of [
  ['in the first epoch', '--epochs 1 --batch 2', '2', inkgrad],
  ['in a later epoch', '--epochs 3 --batch 100', '[12]', inkgradHere],
  ['only to be seen after the last step', '--epochs 1 --batch 100', '1', inkgradHere],
] as const) {
  test(`a loss that is NaN ${name} stops the run`, async () => {
    const folder = folders.make(small);
    const cwd = folder.path;
    const args = ['train', '--data', 'd', '--out', 'run', ...diverging.split(' '), ...words.split(' ')];
    const line = assertRefused(
      await how(args, { cwd }),
      1,
      /loss became (NaN|-?Infinity)/,
      new RegExp(`at step ${step}\\b`),
      /lower --lr/,
      /run\/checkpoints\/last\.safetensors/,
    );
    const checkpoint = readCheckpoint(join(cwd, 'run/checkpoints/last.safetensors'));
    assert.ok(allFinite(checkpoint.weights), line);
    assert.equal(
      filesIn(cwd).filter((file) => file.endsWith('.part')),
      [],
    );
    // What the message calls the last good state names an image with a probability that is a number.
    const path = 'run/checkpoints/last.safetensors';
    const [guess] = await jsonHere<[{ probability: number }]>(['predict', path, 'd/bar/00.png'], { cwd });
    assert.ok(guess.probability > 0, `probability ${guess.probability} from the last good state`);
  });
}

/** A run to break, trained once. */
const base = folders.make({ ...strokes('d/', 4), 'tiny.json': tinyModel });
const best = join(base.path, 'run/checkpoints/best.safetensors');
const last = join(base.path, 'run/checkpoints/last.safetensors');
let whole: Buffer;

test('a run to break', async () => {
  const words = 'train --data d --model tiny.json --epochs 1 --device cpu --out run';
  await jsonHere(words.split(' '), { cwd: base.path });
  whole = readFileSync(best);
});

/** Expects evaluate and predict to refuse these bytes as the checkpoint of a run, and as a file. */
async function checkpointRefused(bytes: Uint8Array, ...patterns: RegExp[]): Promise<void> {
  await refusedWith(refusedHere, bytes, patterns);
}

async function refusedWith(
  how: typeof refused,
  bytes: Uint8Array,
  patterns: readonly RegExp[],
): Promise<void> {
  // With a whole `last` beside it the run would be read all the same.
  const wholeLast = readFileSync(last);
  for (const file of [best, last]) writeFileSync(file, bytes);
  try {
    const where = { cwd: base.path };
    const named = [/best\.safetensors/, ...patterns];
    for (const run of ['run', 'run/checkpoints/best.safetensors']) {
      await how(['predict', run, 'd/bar/00.png'], 1, named, where);
    }
    await how(['evaluate', 'run', '--device', 'cpu'], 1, named, where);
  } finally {
    writeFileSync(best, whole);
    writeFileSync(last, wholeLast);
  }
}

/** The checkpoint with something changed in it. */
function changed(change: (file: Safetensors) => Partial<Safetensors>): Uint8Array {
  const file = readSafetensors(whole, 'whole');
  return writeSafetensors({ ...file, ...change(file) });
}

const withMetadata = (fields: Record<string, string>) =>
  changed(({ metadata }) => ({ metadata: { ...metadata, ...fields } }));

test('a checkpoint that is cut short', async () => {
  const short = whole.subarray(0, whole.length - 10);
  await refusedWith(refused, short, [/the file ends after \d+ bytes, in tensor/]);
  await checkpointRefused(whole.subarray(0, 100), /the file ends in its header/);
  await checkpointRefused(whole.subarray(0, 3), /3 bytes/);
  await checkpointRefused(new Uint8Array(), /0 bytes/);
});

test('a checkpoint of another format', async () => {
  await checkpointRefused(Buffer.from('this is no checkpoint at all'), /expected a safetensors file/);
  await checkpointRefused(Buffer.from(stroke('bar')), /expected a safetensors file/);
  await checkpointRefused(
    changed(() => ({ metadata: { format: 'pt' } })),
    /not a checkpoint of inkgrad/,
  );
  await checkpointRefused(withMetadata({ inkgrad: '999' }), /inkgrad/);
});

test('a checkpoint whose header is not what it should be', async () => {
  const header = (text: string) => {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(Buffer.byteLength(text)));
    return Buffer.concat([length, Buffer.from(text)]);
  };
  for (const text of ['null', '[]', '{"__metadata__":null}', '{"__metadata__":7}', '{"a":{"dtype":"F32"}}'])
    await checkpointRefused(header(text), /expected/);
  const entry = { dtype: 'toString', shape: [1], data_offsets: [0, 4] };
  await checkpointRefused(header(JSON.stringify({ a: entry })), /type toString/);
});

test('a checkpoint with metadata that is missing or broken', async () => {
  await checkpointRefused(withMetadata({ model: '{' }), /its model is not JSON at character 1/);
  await checkpointRefused(withMetadata({ classes: '7' }), /classes/);
  await checkpointRefused(withMetadata({ recipe: '{}' }), /recipe/);
  await checkpointRefused(
    changed(({ metadata: { recipe: _, ...rest } }) => ({ metadata: rest })),
    /its recipe is missing/,
  );
});

test('a checkpoint whose model and weights disagree', async () => {
  const wider = JSON.parse(tinyModel) as { layers: object[] };
  wider.layers[0] = { type: 'avgPool2d', kernelSize: 2 };
  await checkpointRefused(
    withMetadata({ model: JSON.stringify(wider) }),
    /2\.weight has shape \[3,49\]/,
    /\[3,196\]/,
  );
  await checkpointRefused(
    withMetadata({ classes: '["bar","dash"]' }),
    /best\.safetensors: 2\.weight has shape \[3,49\]/,
    /\[2,49\]/,
  );
  await checkpointRefused(
    changed(({ tensors }) => ({ tensors: new Map([...tensors].filter(([name]) => name !== '2.bias')) })),
    /the weights of 2\.bias are missing/,
  );
});

test('a checkpoint with a weight that its model has no place for', async () => {
  await checkpointRefused(
    changed(({ tensors }) => ({ tensors: new Map([...tensors, ['7.weight', [...tensors.values()][0]]]) })),
    /7\.weight/,
  );
});

test('a checkpoint whose recipe makes images that its model does not take', async () => {
  const recipe = JSON.stringify({ name: 'other', size: 20, steps: [], mean: 0, std: 1 });
  await checkpointRefused(withMetadata({ recipe }), /20/, /28/);
});

test('a run that is none', async () => {
  const where = { cwd: base.path };
  for (const command of [['evaluate'], ['predict']]) {
    const image = command[0] === 'predict' ? ['d/bar/00.png'] : [];
    await refusedHere([...command, 'gone', ...image], 1, [/gone: no such run/], where);
    await refusedHere([...command, 'd', ...image], 1, [/^inkgrad: d: holds no checkpoints/], where);
  }
});

test('evaluate refuses data of other classes', async () => {
  const other = folders.make({
    'a/1.png': stroke('bar'),
    'a/2.png': stroke('bar'),
    'b/1.png': stroke('dash'),
  });
  const line = await refusedHere(
    ['evaluate', 'run', '--data', other.path, '--device', 'cpu'],
    1,
    [/classes/],
    {
      cwd: base.path,
    },
  );
  assert.match(line, /a b/);
  assert.match(line, /bar dash slash/);
  await refusedHere(['evaluate', 'run', '--data', 'gone'], 1, [/gone: no such file or folder/], {
    cwd: base.path,
  });
});

test('evaluate without the data or config.json of the run', async () => {
  const where = { cwd: base.path };
  const config = readFileSync(join(base.path, 'run/config.json'), 'utf8');
  for (const text of ['{', 'null', '{}', '{"data": {}, "settings": {}}']) {
    writeFileSync(join(base.path, 'run/config.json'), text);
    await refusedHere(['evaluate', 'run'], 1, [/config\.json: is broken; give --data/], where);
  }
  rmSync(join(base.path, 'run/config.json'));
  await refusedHere(['evaluate', 'run'], 1, [/no config\.json/, /give --data/], where);
  writeFileSync(join(base.path, 'run/config.json'), config);
});

test('a run directory without any checkpoint', async () => {
  rmSync(best);
  rmSync(last);
  await refusedHere(['predict', 'run', 'd'], 1, [/run: holds no checkpoints\/best\.safetensors/], {
    cwd: base.path,
  });
});

test.run();
