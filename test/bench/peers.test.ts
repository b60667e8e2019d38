// Beside other engines: the ONNX file is inkgrad's own network, and a measurement with workers that run, that are told
// what to do, and that fail. The peers themselves are not installed for tests; where they are, ONNX Runtime is held to
// inkgrad's logits.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { peerCommands } from '../../bench/peers/commands.ts';
import * as quick from '../../bench/peers/quick.ts';
import * as ratios from '../../bench/peers/ratios.ts';
import { markdown } from '../../bench/peers/report.ts';
import { benchPeers, type PeerReport, type PeerRow, tasksOf } from '../../bench/peers/run.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { noGrad } from '../../engine/graph.ts';
import { Context } from '../../engine/nn/index.ts';
import { Tensor } from '../../engine/tensor.ts';
import { build } from '../../pipeline/model/model.ts';
import { findModel } from '../../pipeline/node/model/findModel.ts';
import { adapter, Call } from '../onnx/adapter.ts';
import type { OnnxTensor } from '../onnx/read.ts';
import { readNetwork } from '../onnx/read.ts';
import { tempFolders } from '../support/tempFolders.ts';

const FOLDER = join(process.cwd(), 'bench/peers');
/** A file of the workers from where it lies, as they load it: it looks for the model files beside it. */
const load = (file: string) => import(pathToFileURL(join(FOLDER, file)).href);
const { initializer, network, syntheticBatch }: typeof import('../../bench/peers/network.mjs') =
  await load('network.mjs');
const { onnxFile, weightShapes }: typeof import('../../bench/peers/onnx.mjs') = await load('onnx.mjs');

const BATCH = 3;
const IMAGES = [BATCH, 1, 28, 28];
const { images } = syntheticBatch(BATCH);

/** A model's layers with the weights that every peer starts from. */
function weighted(model: string) {
  const layers = network(model);
  const make = initializer();
  const weights = layers.map((layer) => weightShapes(layer).map((shape) => make(shape, layer.fanIn!)));
  return { layers, weights };
}

/** inkgrad's own logits in float64. */
async function logitsOf(model: string): Promise<Float64Array> {
  const device = new CpuDevice({ floatType: 'float64' });
  const context = new Context(device, 1);
  const built = build(findModel(model), 10, context);
  built.train(false);
  const weights = weighted(model).weights.flat();
  [...built.parameters().values()].forEach((parameter, i) => {
    parameter.write(weights[i]);
  });
  const x = Tensor.from(device, images, IMAGES);
  return Float64Array.from(await noGrad(() => built.forward(x)).read());
}

/** Runs an ONNX file node by node, with the operators that ONNX's own cases hold to the standard. */
async function runNodes(file: Uint8Array): Promise<OnnxTensor> {
  const device = new CpuDevice({ floatType: 'float64' });
  const { nodes, weights, input, output } = readNetwork(file);
  const values = new Map<string, OnnxTensor>(weights);
  values.set(input, { type: 'float', shape: IMAGES, data: Float64Array.from(images) });
  for (const { node, from, to } of nodes) {
    const call = new Call(
      device,
      node,
      from.map((name) => values.get(name)!),
    );
    const [{ tensor }] = noGrad(() => adapter[node.op](call));
    values.set(to, { type: 'float', shape: tensor.shape, data: Float64Array.from(await tensor.read()) });
  }
  return values.get(output)!;
}

function assertNear(values: ArrayLike<number>, expected: Float64Array, tolerance: number): void {
  assert.is(values.length, expected.length);
  expected.forEach((right, i) => {
    assert.ok(Math.abs(values[i] - right) <= tolerance, `element ${i}: ${values[i]}; expected ${right}`);
  });
}

for (const model of ['lenet', 'cnn']) {
  test(`${model} as an ONNX file computes what inkgrad computes`, async () => {
    const { layers, weights } = weighted(model);
    const { shape, data } = await runNodes(onnxFile(layers, weights, BATCH));
    assert.equal([...shape], [BATCH, 10]);
    assertNear(data, await logitsOf(model), 1e-12);
  });
}

for (const name of ['onnxruntime-web', 'onnxruntime-node']) {
  if (!existsSync(join(FOLDER, 'node_modules', name))) {
    console.log(`${name} is not installed: its logits are not compared`);
    continue;
  }
  test(`${name} computes inkgrad's logits`, async () => {
    const ort = createRequire(join(FOLDER, 'onnx.mjs'))(name);
    for (const model of ['lenet', 'cnn']) {
      const { layers, weights } = weighted(model);
      const session = await ort.InferenceSession.create(onnxFile(layers, weights, BATCH));
      const { logits } = await session.run({ images: new ort.Tensor('float32', images, IMAGES) });
      assertNear(logits.data, await logitsOf(model), 1e-6);
      await session.release();
    }
  });
}

const worker = (device: string) => ({
  name: `inkgrad-${device}`,
  command: process.execPath,
  args: [join(process.cwd(), 'dist/bench-worker.js'), '--backend', device],
});

/** Speaks the protocol, with what it was started with as its version. */
const echo = `
  const say = (message) => console.log(JSON.stringify(message));
  say({ ready: true, version: process.argv.slice(1).join(' '), adapter: 'cpu, 1 thread' });
  process.stdin.on('data', (text) => say({ steps: Number(text.toString().split(' ')[1]), ms: 1e3, loss: 1 }));
`;

test('workers take turns on each batch, are told of it and of threads, and are compared with wasm', async () => {
  const said: string[] = [];
  const report = await benchPeers({
    tasks: tasksOf(['lenet'], ['infer'], [2, 3]),
    seconds: 0.05,
    threads: 2,
    ours: ['wasm', 'cpu'].map(worker),
    peers: [
      { name: 'echo', command: process.execPath, args: ['-e', echo, '--'] },
      { name: 'absent', command: 'no-such-program', args: [] },
    ],
    onProgress: (text) => said.push(text),
  });
  assert.is(report.threads, 2);
  assert.equal(
    report.rows.map(({ name, batch, adapter }) => `${batch} ${name} ${adapter}`),
    [2, 3].flatMap((batch) => [
      `${batch} inkgrad-wasm cpu, 2 threads`,
      `${batch} inkgrad-cpu cpu, 1 thread`,
      `${batch} echo cpu, 1 thread`,
    ]),
  );
  for (const batch of [2, 3]) {
    const [wasm, cpu, other] = report.rows.filter((row) => row.batch === batch);
    assert.is(wasm.ratio, 1);
    assert.ok(cpu.ratio! > 0 && cpu.loss > 0);
    assert.ok(Math.abs(wasm.loss - cpu.loss) < 1e-5, 'one network, whatever computes it');
    assert.is(other.version, `--model lenet --batch ${batch} --work infer --threads 2`);
    assert.is(other.samplesPerSecond, batch * other.steps);
    assert.equal(other.rounds, [1000 / other.steps]);
    assert.is(other.ratio, other.rounds[0] / wasm.rounds[0]);
    assert.equal(other.ratios, [other.ratio]);
  }
  assert.equal(
    report.failures,
    [2, 3].map((batch) => ({
      ...{ model: 'lenet', batch, work: 'infer', name: 'absent' },
      reason: 'spawn no-such-program ENOENT',
    })),
  );
  assert.ok(said.includes('lenet infer 3: inkgrad-cpu starts'), said.join('\n'));

  const text = markdown({ ...report, missing: [] });
  assert.match(text, /Each may use 2 threads\./);
  for (const batch of [2, 3]) assert.match(text, `\n**lenet, inference, batches of ${batch}**\n`);
  assert.match(text, /\n\| inkgrad-wasm \d+\.\d+\.\d+ \| cpu, 2 threads \| .* \| 1\.00× \|\n/);
  assert.match(text, /\n- absent did not run: spawn no-such-program ENOENT\n/);
});

test('peers that are not there are told with what mends that', () => {
  const folders = tempFolders();
  try {
    const { path } = folders.make({ 'bench/peers/package.json': '{}' });
    const names = ['onnxruntime-web', 'jax-wasm'];
    const { commands, missing } = peerCommands(names, path);
    assert.equal(commands, []);
    assert.equal(
      missing,
      names.map((name) => ({ name, reason: 'it is not installed; run npm ci --prefix bench/peers' })),
    );
    const torch = peerCommands(['torch-cpu'], path, ['no-such-python']);
    assert.equal(torch.commands, []);
    assert.match(torch.missing[0].reason, /no python3 can import torch; install PyTorch/);
    assert.match(
      markdown({ ...emptyReport, missing }),
      /\n- jax-wasm is missing: it is not installed; run npm ci/,
    );
  } finally {
    folders.remove();
  }
});

const emptyReport: PeerReport = {
  date: '2025-11-22T00:00:00Z',
  machine: { cpu: 'a processor', cores: 2, system: 'linux x64', node: 'v20' },
  ...{ adapter: null, threads: 2, rows: [], failures: [], missing: [] },
};

test('the table of ratios has a row for each engine and work, of PyTorch the faster, and who is missing', () => {
  const task = { model: 'cnn', batch: 256, work: 'infer' } as const;
  const row = (name: string, ms: number, ratios: number[]): PeerRow => ({
    ...{ ...task, name, version: '1.2', adapter: 'cpu, 2 threads', steps: 1, rounds: [ms], ms, loss: 1 },
    ...{ samplesPerSecond: 1000 / ms, ratios, ratio: ratios[1] },
  });
  const report: PeerReport = {
    ...emptyReport,
    rows: [
      row('inkgrad-wasm', 2, [1, 1, 1]),
      row('torch-cpu', 9, [4, 4.5, 5]),
      row('torch-cpu-passive', 8, [3.5, 4, 4.2]),
      row('onnxruntime-node', 1.3, [0.6, 0.65, 0.7]),
    ],
    failures: [{ ...task, name: 'onnxruntime-web', reason: 'it ended' }],
    missing: [{ name: 'jax-wasm', reason: 'it is not installed' }],
  };
  const title = 'cnn, inference, batches of 256';
  assert.equal(ratios.cells(report), [
    [title, 'torch-cpu-passive 1.2, 2 threads', '4.00×', '3.75×', '4.10×', '8.00', '2.00'],
    [title, 'onnxruntime-node 1.2, 2 threads', '0.65×', '0.63×', '0.68×', '1.30', '2.00'],
  ]);
  const text = ratios.markdown(report);
  assert.match(text, '\n- onnxruntime-web did not run: it ended (cnn, inference, batches of 256)\n');
  assert.match(text, '\n- jax-wasm is missing: it is not installed');
});

test('the quick run trains in batches of 64 and reads in batches of 256', () => {
  assert.equal(quick.tasksOf(['lenet', 'cnn'], ['train', 'infer']).map(Object.values), [
    ['lenet', 64, 'train'],
    ['cnn', 64, 'train'],
    ['lenet', 256, 'infer'],
    ['cnn', 256, 'infer'],
  ]);
});

test.run();
