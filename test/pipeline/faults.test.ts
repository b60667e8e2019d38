// Each kind of fault once, with its message word for word: what a person reads is as much a promise as the code that a
// program reads. All other tests hold refusals by their code and by what they name.
import { createServer } from 'node:http';
import { Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { DeviceLostError, InkgradError } from '../../engine/errors.ts';
import { parseAugmentation } from '../../pipeline/data/augment.ts';
import { testSplit } from '../../pipeline/data/cuts.ts';
import { checkLabels } from '../../pipeline/data/dataset.ts';
import { type Fault, faultAt, faults, PipelineError } from '../../pipeline/faults.ts';
import { importNetwork } from '../../pipeline/interchange/import/importNetwork.ts';
import { place } from '../../pipeline/model/model.ts';
import { listClassFolders } from '../../pipeline/node/data/folder.ts';
import { loadImageFiles } from '../../pipeline/node/data/imageFiles.ts';
import { parseCsv } from '../../pipeline/node/data/parseCsv.ts';
import { identifySource } from '../../pipeline/node/data/source.ts';
import { decodeImage } from '../../pipeline/node/decode/decode.ts';
import { readImageFile } from '../../pipeline/node/decode/readImageFile.ts';
import { MAX_PIXELS } from '../../pipeline/node/decode/refusal.ts';
import { openDevice } from '../../pipeline/node/devices/devices.ts';
import { packageFolder } from '../../pipeline/node/files/packageFolder.ts';
import { systemFault } from '../../pipeline/node/files/systemFault.ts';
import { writing } from '../../pipeline/node/files/writeFile.ts';
import { readCheckpoint, saveCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { checkSameData, readResumable } from '../../pipeline/node/runs/resumable.ts';
import { RunFolder } from '../../pipeline/node/runs/runFolder.ts';
import { runTraining } from '../../pipeline/node/runs/runTraining.ts';
import { listen } from '../../pipeline/node/serve/listen.ts';
import { crew } from '../../pipeline/node/tasks/crew.ts';
import { mapInThreads } from '../../pipeline/node/threads/mapInThreads.ts';
import type { Predictor } from '../../pipeline/predict/predict.ts';
import { readCharacters } from '../../pipeline/predict/read.ts';
import { parseRecipe } from '../../pipeline/preprocess/parseRecipe.ts';
import { prepare } from '../../pipeline/preprocess/prepare.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { recordsOf } from '../../pipeline/train/records.ts';
import { survive } from '../../pipeline/train/survive.ts';
import { drawBox, pngFile } from '../support/images.ts';
import { node, onnxOf } from '../support/onnxGraph.ts';
import { tempFolders } from '../support/tempFolders.ts';
import { recipeFor, settings, smallModel, stripes } from '../support/tinyRuns.ts';

const folders = tempFolders();
const home = process.cwd();
const { path } = folders.make({
  'full/a.txt': '',
  'classes/classes.json': '{',
  'classes/a/1.png': '',
  'classes/b/1.png': '',
  'x.png': '',
  'y.txt': 'hello',
  download: 'PK\x03\x04 and so on',
});
// Paths in messages are then short, and the same each time.
process.chdir(path);
test.after(() => {
  process.chdir(home);
  folders.remove();
});

const three = stripes(3, 8, 1);
const loaded = { source: 'three', recipe: recipeFor(8), train: stripes(30, 8, 1), test: three };
const run = { device: new CpuDevice(), model: smallModel(8), data: loaded, settings, about: {} };
for (const out of ['run', 'weights']) await runTraining({ ...run, out });
const { progress: _, ...weights } = readCheckpoint('weights/checkpoints/last.safetensors');
saveCheckpoint(weights.path, weights);
const white = drawBox(30, 28, [0, 0, 0, 0]);
const images = ['x.png', 'y.txt'].map((name) => ({ path: name, where: name, label: 'a' }));

/** Asks for WebGPU where the only driver that may be used is not there. */
async function withoutAdapter(): Promise<void> {
  const { VK_DRIVER_FILES: before, VK_ICD_FILENAMES: older } = process.env;
  delete process.env.VK_ICD_FILENAMES;
  process.env.VK_DRIVER_FILES = 'nowhere.json';
  try {
    (await openDevice('webgpu')).close();
  } finally {
    delete process.env.VK_DRIVER_FILES;
    if (before !== undefined) process.env.VK_DRIVER_FILES = before;
    if (older !== undefined) process.env.VK_ICD_FILENAMES = older;
  }
}

const inDyingThreads = () =>
  mapInThreads(crew, 'prepareFile', { recipe: recipes.scan, kept: null }, new Array(40).fill(images[0]), {
    threads: 2,
    start: () => new Worker('process.exit(7)', { eval: true, execArgv: [] }),
    onResult: () => {},
  });

/** A run whose device is lost and has no other. */
async function onLostDevice(): Promise<void> {
  const plan = { model: smallModel(8), classes: three.classes, recipe: recipeFor(8), settings };
  const lost = new DeviceLostError('webgpu: the device was lost: it was unplugged');
  // biome-ignore lint/correctness/useYield: it is lost before it tells anything
  const course = async function* (): AsyncGenerator<never, void> {
    throw lost;
  };
  for await (const _ of survive(new CpuDevice(), plan, course));
}

/** For each code what is refused with it, and the whole message. */
const rows: Readonly<Record<Fault, readonly [refused: () => unknown, message: string]>> = {
  missing: [
    () => readImageFile('gone.png', 'gone.png', MAX_PIXELS),
    'gone.png: no such file; correct the path',
  ],
  unreadable: [() => readImageFile('full', 'full', MAX_PIXELS), 'full: is a folder; give an image'],
  unwritable: [
    () =>
      writing('a.png', () => {
        throw new Error('no space left');
      }),
    'a.png: cannot be written (no space left); mend that and try again',
  ],
  'folder-in-use': [
    () => RunFolder.take('full'),
    '`out` full: is not empty; give a folder that is new or empty',
  ],
  'not-an-image': [
    () => decodeImage(Buffer.from('GIF89a'.padEnd(40, '\0')), 'a.png'),
    'a.png: a GIF picture; install sharp (npm install sharp) to read it, or convert it to PNG',
  ],
  damaged: [
    () => decodeImage(Buffer.alloc(0), 'a.png'),
    'a.png: the file is empty; save or download it again',
  ],
  'too-large': [
    () => decodeImage(pngFile({ width: 15000, height: 15000 }, Buffer.alloc(9)), 'a.png'),
    'a.png: the PNG header claims 15000×15000 pixels; at most 64 megapixels are read; shrink it, or raise `maxPixels`',
  ],
  'wrong-size': [
    () => prepare(white, recipes.mnist),
    'an image of 30×28 does not fit the recipe mnist, which takes prepared images of 28×28; use the recipe ' +
      'handwriting for scans, photographs and drawings',
  ],
  'not-json': [
    () => listClassFolders('classes'),
    'classes/classes.json: is not JSON at character 1; expected the class of each folder, like {"upper_a": "A", "lower_a": "a"}',
  ],
  'invalid-model': [
    () => place({ name: 'mine', input: [1, 8, 8], layers: [{ type: 'flatten' }] }, 10),
    'model mine: ends with [64] for 10 classes; end it with a linear layer with "outFeatures": "classes"',
  ],
  'not-expressible': [
    () => {
      const twice = [node('a', 'Relu', ['x']), node('b', 'Mul', ['a', 'x'])];
      return importNetwork(onnxOf({ input: [null, 1, 8, 8], nodes: twice }), 'net.onnx', { name: 'net' });
    },
    'net.onnx: node b (Mul): takes a x, where the layer before makes a; of layers that branch only a sum of two is read',
  ],
  'invalid-recipe': [
    () => parseRecipe({ ...recipes.mnist, size: 28.5 }, 'mine.json'),
    'mine.json: size of the recipe is 28.5; expected a whole number from 1 to 4096',
  ],
  'invalid-setting': [
    () => parseAugmentation('light:rotation=ten'),
    'light:rotation=ten: rotation ten; expected a number from 0 to 45, degrees',
  ],
  'invalid-table': [
    () => parseCsv('image,label\n"a.png,b', 'a.csv'),
    'a.csv row 2: a quote is out of place; close every quoted field, double quotes inside it',
  ],
  'not-a-dataset': [
    () => identifySource('download'),
    'download: is a zip archive; unpack it and give the folder or file that comes out',
  ],
  'broken-images': [
    () => loadImageFiles('pictures', images, { recipe: recipes.scan, cache: false }),
    'pictures: 2 of 2 images are broken, the first: x.png: the file is empty; save or download it again',
  ],
  'unknown-class': [
    () => checkLabels({ ...three, labels: Int32Array.of(0, 1, 3) }),
    'stripes row 3: label 3 names no class; labels go from 0 to 2',
  ],
  'too-few-images': [
    () => testSplit({ ...three, labels: Int32Array.of(0, 1, 2) }, 0.2, 1, 'three'),
    'three: no class has two of the 3 images, so none is left to test on; add images',
  ],
  'not-a-checkpoint': [
    () => readCheckpoint('full'),
    'full: holds no checkpoints/best.safetensors; give the folder that inkgrad train wrote',
  ],
  'not-resumable': [
    () => readResumable('weights'),
    'weights/checkpoints/last.safetensors: holds weights alone, without what it takes to go on exactly; `from` ' +
      'begins a new run with them',
  ],
  'data-changed': [
    () => checkSameData(readResumable('run'), { ...loaded, test: stripes(3, 8, 2) }),
    'three: its test images have changed since the run was begun, so that it cannot go on exactly; bring them back, or ' +
      'train anew',
  ],
  'no-writing': [
    () => readCharacters(white, {} as Predictor, 1),
    'no characters found; give a picture with ink that stands out clearly from its paper',
  ],
  'not-installed': [
    () => packageFolder('no-such-package-of-fonts', 'synth'),
    'synth: the npm package no-such-package-of-fonts is not installed; run npm install no-such-package-of-fonts',
  ],
  'no-adapter': [
    withoutAdapter,
    '`device` webgpu: no adapter found with VK_DRIVER_FILES=nowhere.json; install that Vulkan driver, or unset it, ' +
      'or use `device` cpu',
  ],
  'no-address': [
    () => listen(createServer(), '192.0.2.1', 8000),
    '192.0.2.1:8000: is no address of this machine; give another `host`',
  ],
  exhausted: [
    () => {
      throw systemFault(Object.assign(new Error('EMFILE'), { code: 'EMFILE', path: 'a.png' }));
    },
    'a.png: too many files are open; raise the limit (ulimit -n), or take fewer threads',
  ],
  'thread-ended': [
    inDyingThreads,
    'a thread ended before its work was done (exit code 7); try again with `threads` 1, which takes less memory',
  ],
  diverged: [
    () =>
      recordsOf([{ step: 5, rate: 1, from: 0, samples: 1 }], Float32Array.of(Number.NaN, 0), {
        labels: Int32Array.of(0),
        order: Int32Array.of(0),
        batch: 1,
        epoch: 1,
        normsFrom: null,
      }),
    'loss became NaN at step 5; try a lower `lr`, or `clip` 1',
  ],
  // The engine's own error, which it has a code for.
  'device-lost': [onLostDevice, 'webgpu: the device was lost: it was unplugged'],
};

for (const [code, [refused, message]] of Object.entries(rows)) {
  test(`${code}, word for word`, async () => {
    const error: unknown = await Promise.resolve()
      .then(refused)
      .catch((thrown) => thrown);
    assert.instance(error, code === 'device-lost' ? DeviceLostError : PipelineError, String(error));
    const said = error as InkgradError;
    assert.equal([said.code, said.message], [code, message]);
  });
}

test('each code has a row, and no other has', () => {
  assert.equal(Object.keys(rows).sort(), Object.keys(faults).sort());
});

test('a fault keeps its code where it is told where it was; what the engine refuses gets one', () => {
  const at = faultAt('a.csv row 2', new PipelineError('gone', 'missing'), 'wrong-size');
  assert.instance(at, PipelineError);
  assert.equal([(at as PipelineError).code, (at as PipelineError).message], ['missing', 'a.csv row 2: gone']);
  const engine = faultAt('layer 0', new InkgradError('too wide'), 'invalid-model') as PipelineError;
  assert.equal([engine.code, engine.message], ['invalid-model', 'layer 0: too wide']);
  const bug = new TypeError('not one of ours');
  assert.is(faultAt('anywhere', bug, 'missing'), bug);
});

test.run();
