// A trained model goes out by each format, and comes back as a checkpoint that reads alike; what does not, in a line.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sizeOf } from '../../engine/shape.ts';
import { GATE_PREFIX, gateTensorsOf } from '../../pipeline/checkpoint/certainty.ts';
import { readNetwork } from '../../pipeline/interchange/onnx/network.ts';
import { builtInModels } from '../../pipeline/model/model.ts';
import { writeFolder } from '../../pipeline/node/interchange/wholeFiles.ts';
import { readCheckpoint, saveCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { filesIn, inkgrad, refused, strokes, succeeds, tinyModel } from '../support/cli.ts';
import { jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { node, onnxOf, random, withoutMetadata } from '../support/onnxGraph.ts';
import { randomCheckpoint } from '../support/portable.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const { path: cwd } = folders.make({
  ...strokes('strokes/', 4),
  ...strokes('others/', 2),
  'mine.json': tinyModel,
});
const here = { cwd };
const at = (name: string): string => join(cwd, name);
mkdirSync(at('runs/lenet-1/checkpoints'), { recursive: true });
const lenet = randomCheckpoint(builtInModels.lenet);
const gate = {
  weights: new Map(
    gateTensorsOf(lenet.model, lenet.classes.length).map(([name, { shape }]) => [
      name.replace(GATE_PREFIX, ''),
      { shape, data: new Float32Array(sizeOf(shape)) },
    ]),
  ),
  energy: 1,
  least: 0,
};
saveCheckpoint(at('runs/lenet-1/checkpoints/best.safetensors'), {
  ...lenet,
  certainty: { ...lenet.certainty, gate },
});

const trained = ['train', '--data', 'strokes', '--model', 'mine.json', '--device', 'cpu', '--epochs', '1'];

test('what predict and evaluate say of a run, they say of it gone out and come back', async () => {
  await succeedsHere([...trained, '--validation', '0', '--out', 'run'], here);
  const said = async (run: string) => [
    await jsonHere(['predict', run, 'strokes/bar/00.png', 'strokes/slash/01.png'], here),
    await jsonHere(['evaluate', run, '--data', 'others', '--device', 'cpu'], here),
  ];
  const [readings, scores] = await said('run');
  for (const file of ['tiny.onnx', 'tiny.safetensors']) {
    await succeedsHere(
      ['export', 'run', '--out', file, ...(file.endsWith('onnx') ? ['--softmax'] : [])],
      here,
    );
    const back = `from-${file.split('.')[1]}`;
    const { stdout, stderr } = await succeedsHere(['import', file, '--out', back], here);
    assert.match(stdout, new RegExp(`^${back}  tiny, 3 layers, 150 numbers, 3 classes\\n$`));
    assert.match(stderr, new RegExp(`next: npx inkgrad evaluate ${back} `));
    assert.equal(await said(back), [readings, scores]);
  }
});

test('export --json says what was written; the format is that of --out', async () => {
  const onnx = await jsonHere<Record<string, unknown>>(
    ['export', 'runs/lenet-1', '--out', 'deep/in/x.onnx', '--normalise', '--softmax'],
    here,
  );
  assert.equal(onnx, {
    format: 'onnx',
    out: 'deep/in/x.onnx',
    model: 'lenet',
    bytes: readFileSync(at('deep/in/x.onnx')).length,
    opset: 17,
    input: { name: 'pixels', shape: ['batch', 1, 28, 28] },
    output: { name: 'probabilities', shape: ['batch', 10] },
  });
  assert.equal(readNetwork(readFileSync(at('deep/in/x.onnx')), 'x').outputs, ['probabilities']);
  const { files } = await jsonHere<{ files: string[] }>(
    ['export', 'runs/lenet-1', '--format', 'pytorch', '--out', 'torch'],
    here,
  );
  assert.equal(filesIn(at('torch')), [...files].sort());
  assert.ok(
    ['model.py', 'weights.safetensors', 'recipe.json', 'predict.py', 'train_ddp.py'].every((name) =>
      files.includes(name),
    ),
  );
  await succeedsHere(['export', 'runs/lenet-1', '--format', 'json'], here);
  assert.equal(JSON.parse(readFileSync(at('lenet.json'), 'utf8')), builtInModels.lenet);
  await succeedsHere(['summary', 'lenet.json'], here);
});

test('the weights of an exported folder come back with its classes; so do weights alone, where the rest is given', async () => {
  await succeedsHere(['import', 'torch/weights.safetensors', '--out', 'again.safetensors'], here);
  assert.equal(
    [...readCheckpoint(at('again.safetensors')).weights],
    [...readCheckpoint(at('runs/lenet-1')).weights],
  );
  writeFileSync(at('bare.onnx'), withoutMetadata(readFileSync(at('deep/in/x.onnx'))));
  const given = ['--model', 'lenet', '--classes', 'torch/recipe.json', '--recipe', 'torch/recipe.json'];
  const { classes, checkpoint, format } = await jsonHere<Record<string, unknown>>(
    ['import', 'bare.onnx', ...given],
    here,
  );
  assert.equal(
    [classes, checkpoint, format],
    [readCheckpoint(at('runs/lenet-1')).classes, 'runs/lenet-2/checkpoints/best.safetensors', 'onnx'],
  );
  assert.equal(readFileSync(at('runs/lenet-2/checkpoints/best.safetensors')).length > 400_000, true);
  const { stderr } = await succeedsHere(
    ['import', 'bare.onnx', '--recipe', 'mnist', '--out', 'numbered'],
    here,
  );
  assert.match(stderr, /bare\.onnx: names no classes; they are called 0 to 9/);
});

// ---- what is refused ----------------------------------------------------------------------------------------

writeFileSync(at('cut.onnx'), Buffer.alloc(0));
writeFileSync(at('resize.onnx'), onnxOf({ input: [null, 1, 8, 8], nodes: [node('up', 'Resize', ['x'])] }));
writeFileSync(
  at('small.onnx'),
  onnxOf({
    input: [null, 1, 28, 28],
    nodes: [node('f', 'Flatten', ['x']), node('y', 'Gemm', ['f', 'w'], { transB: 1 })],
    constants: [random('w', 3, 784)],
  }),
);

/** What is typed, how it ends, and what the line must say. */
const refusals: readonly (readonly [string, number, ...RegExp[]])[] = [
  ['import gone.onnx', 1, /gone\.onnx: no such file/],
  ['import strokes', 1, /strokes: is a folder; give an ONNX or a safetensors file/],
  ['import cut.onnx', 1, /cut\.onnx: not an ONNX file/],
  ['import resize.onnx --recipe mnist', 1, /resize\.onnx: node up \(Resize\): .*Conv/],
  ['import small.onnx', 1, /small\.onnx: .*--recipe/],
  ['import small.onnx --recipe mnist --model lenet', 1, /small\.onnx: .*Flatten.* layer 0 of lenet/],
  ['import small.onnx --recipe mnist --classes a,b', 1, /3 classes apart, and 2/],
  ['import small.onnx --recipe mnist --out strokes', 1, /--out strokes: is not empty/],
  [
    'import small.onnx --recipe mnist --out small.safetensors',
    1,
    /--out small\.safetensors: is there already/,
  ],
  ['import small.onnx --recipe mnist --out mine.json/run', 1, /--out mine\.json\/run: cannot be made/],
  ['import small.onnx --recipe mnist --out mine.json/x.safetensors', 1, /mine\.json.*cannot be written/],
  ['import small.onnx --recipe mnits', 2, /--recipe mnits: .*did you mean mnist\?/],
  ['import small.onnx --model lenett', 1, /--model lenett: .*did you mean lenet\?/],
  ['import small.onnx --recipe mnist --classes a,a,b', 2, /--classes a,a,b: names a twice/],
  ['import small.onnx --recipe mnist --classes a', 2, /--classes a: .*two names/],
  ['import small.onnx --recipe mnist --classes gone.json', 2, /--classes gone\.json: no such file/],
  [
    'import runs/lenet-1/checkpoints/best.safetensors',
    1,
    /best\.safetensors: is a checkpoint of inkgrad already/,
  ],
  ['export gone', 1, /gone: no such run/],
  ['export mine.json', 1, /mine\.json: .*safetensors/],
  ['export runs/lenet-1 --format onx', 2, /--format onx: .*did you mean onnx\?/],
  ['export runs/lenet-1 --out x.pt', 2, /--out x\.pt: .*--format/],
  ['export runs/lenet-1 --format json --softmax', 2, /--softmax: .*--format onnx/],
  ['export runs/lenet-1 --format pytorch --normalise', 2, /--normalise: .*--format onnx/],
  ['export runs/lenet-1 --format pytorch --out strokes', 1, /--out strokes: is not empty/],
  ['export runs/lenet-1 --out mine.json/x.onnx', 1, /mine\.json.*cannot be written/],
  ['export runs/lenet-1 --format onnx --out strokes', 1, /strokes: cannot be written/],
  ['export runs/lenet-1', 1, /lenet\.onnx: is there already; give --out/],
];

test('what is refused: one line, its exit code, and nothing written', async () => {
  writeFileSync(at('small.safetensors'), '');
  writeFileSync(at('lenet.onnx'), 'mine');
  for (const [words, code, ...patterns] of refusals)
    await refusedHere(words.split(' '), code, patterns, here);
  assert.is(readFileSync(at('lenet.onnx'), 'utf8'), 'mine');
  await refused(['import', 'cut.onnx'], 1, [/cut\.onnx/], here);
  await refused(['export', 'runs/lenet-1', '--out', 'x.pt'], 2, [/x\.pt/], here);
});

test('a folder that cannot be written whole is not there at all', () => {
  const files = new Map([
    ['a/1.txt', 'one'],
    ['a/1.txt/2.txt', 'a file is no folder'],
  ]);
  assert.throws(() => writeFolder(at('half'), files), /half: cannot be written/);
  assert.equal(
    filesIn(cwd).filter((name) => name.startsWith('half')),
    [],
  );
});

test('a checkpoint whose weights are not those of its model is not exported', async () => {
  const { weights, ...rest } = randomCheckpoint(builtInModels.lenet);
  saveCheckpoint(at('odd.safetensors'), { ...rest, weights: new Map([...weights].slice(1)) });
  for (const out of ['odd.onnx', 'odd-weights.safetensors']) {
    await refusedHere(
      ['export', 'odd.safetensors', '--out', out],
      1,
      [/odd\.safetensors: the weights of 0\.weight are missing/],
      here,
    );
  }
});

test('a gate stays behind, which is said', async () => {
  const { stderr } = await succeedsHere(['export', 'runs/lenet-1', '--out', 'gated.onnx'], here);
  assert.match(stderr, /stays behind: elsewhere every image is named/);
  const bare = await succeedsHere(['export', 'run', '--out', 'ungated.onnx'], here);
  assert.is(bare.stderr, '');
});

test('each command ends its process: help without a device, and a file written', async () => {
  const [help] = await Promise.all([
    inkgrad(['import', '--help'], here),
    succeeds(['export', 'runs/lenet-1', '--out', 'own.onnx'], here),
  ]);
  assert.is(help.code, 0);
  assert.ok(existsSync(at('own.onnx')));
});

test.run();
