// What a program carries of the library that it imports from: no more than it uses, and of the devices that it does not open
// neither shaders nor WebAssembly. What the library's build leaves out of its sources changes no kernel.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { specOf } from '../../engine/check/samples.ts';
import type { Launch } from '../../engine/devices/launch.ts';
import * as wasm from '../../engine/devices/wasm/kernels/index.ts';
import * as webgpu from '../../engine/devices/webgpu/kernels/index.ts';
import { plainTraits } from '../../engine/devices/webgpu/traits.ts';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';

/** The library as `npm run build` leaves it: sources would be found by the paths of tsconfig.json. */
const built: Plugin = {
  name: 'built',
  setup({ onResolve }) {
    onResolve({ filter: /^inkgrad(\/|$)/ }, ({ path }) => ({
      path: resolve(`dist/lib/${path.split('/')[1] ?? 'index'}.js`),
      sideEffects: false,
    }));
  },
};

/** A program with what it takes of the library, in one file. */
async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    ...{ stdin: { contents, resolveDir: '.' }, bundle: true, minify: true, write: false },
    ...{ format: 'esm', plugins: [built], logLevel: 'error' },
  });
  return outputFiles[0].text;
}

const compressed = (text: string): number => gzipSync(text, { level: 9 }).length;

const imported = (text: string) =>
  import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);

/** What is in no program that computes on typed arrays alone: shaders, and bytes as text. */
const foreign = [
  '@compute',
  'var<storage',
  'f32x4',
  'fn main',
  '// line 1 of',
  'WebAssembly',
  'GPUBufferUsage',
];

function expectTypedArraysOnly(text: string): void {
  for (const word of foreign) assert.not.ok(text.includes(word), `it carries ${word}`);
  assert.not.match(text, /[A-Za-z0-9+/]{400}/);
}

test('all functions, layers and optimisers on typed arrays', async () => {
  const text = await bundled(`
    import { backward, CpuDevice, F, nn, optim, scope, Tensor } from 'inkgrad';
    export default [backward, CpuDevice, { ...F }, { ...nn }, { ...optim }, scope, Tensor];
  `);
  expectTypedArraysOnly(text);
  assert.ok(compressed(text) < 36_700, `${compressed(text)} bytes`);
  assert.ok(brotliCompressSync(text).length < 32_800, `${brotliCompressSync(text).length} bytes by brotli`);
});

test('a network of two layers, and what trains it', async () => {
  const text = await bundled(`
    import { backward, CpuDevice, Tensor } from 'inkgrad';
    import { mean, power, sub } from 'inkgrad/functional';
    import { Linear, Sequential, Tanh } from 'inkgrad/nn';
    import { Adam } from 'inkgrad/optim';
    export default [backward, CpuDevice, Tensor, mean, power, sub, Linear, Sequential, Tanh, Adam];
  `);
  expectTypedArraysOnly(text);
  for (const word of ['conv2d', 'maxPool2d', 'crossEntropy', 'resize2d', 'dropout', 'AdamW', 'BatchNorm2d'])
    assert.not.ok(text.includes(word), `it carries ${word}`);
  assert.ok(compressed(text) < 21_000, `${compressed(text)} bytes`);
});

test('a network with convolutions, and what trains it', async () => {
  const text = await bundled(`
    import { backward, CpuDevice, Tensor } from 'inkgrad';
    import { crossEntropy } from 'inkgrad/functional';
    import { Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential } from 'inkgrad/nn';
    import { Adam } from 'inkgrad/optim';
    export default [backward, CpuDevice, Tensor, crossEntropy, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential, Adam];
  `);
  expectTypedArraysOnly(text);
  for (const word of ['convTranspose2d', 'avgPool2d', 'resize2d', 'dropout', 'AdamW', 'BatchNorm2d'])
    assert.not.ok(text.includes(word), `it carries ${word}`);
  assert.ok(compressed(text) < 28_000, `${compressed(text)} bytes`);
});

test('one function', async () => {
  const text = await bundled(`
    import { CpuDevice, Tensor } from 'inkgrad';
    import { sum } from 'inkgrad/functional';
    export default [CpuDevice, Tensor, sum];
  `);
  expectTypedArraysOnly(text);
  for (const word of ['conv2d', 'softmax', 'matmul', 'Optimizer'])
    assert.not.ok(text.includes(word), `it carries ${word}`);
  assert.ok(compressed(text) < 8500, `${compressed(text)} bytes`);
});

test('everything', async () => {
  const text = await bundled(`export * from 'inkgrad';`);
  assert.ok(compressed(text) < 181_700, `${compressed(text)} bytes`);
});

test('layers are called by their names where they are shown', async () => {
  const layers = await import('inkgrad/nn');
  for (const [name, { name: shown }] of Object.entries(layers).filter(([each]) => /^[A-Z]/.test(each)))
    assert.is(shown, name);
});

test('what is left of a program computes as before, on typed arrays and in WebAssembly', async () => {
  const { numbersOn, devices } = await imported(
    await bundled(`
      import { backward, CpuDevice, openWasm, Tensor } from 'inkgrad';
      import { conv2d, mean, mul, power, sigmoid, softmax } from 'inkgrad/functional';
      export const devices = async () => [new CpuDevice(), await openWasm({ threads: 1 })];
      export async function numbersOn(device) {
        const x = Tensor.from(device, Float32Array.from({ length: 50 }, (_, i) => Math.sin(i)), [1, 2, 5, 5]).trained();
        const w = Tensor.from(device, Float32Array.from({ length: 36 }, (_, i) => Math.cos(i)), [2, 2, 3, 3]).trained();
        const y = conv2d(x, w, null, { padding: 1 });
        backward(mean(mul(power(sigmoid(y), 2), softmax(y, 1))));
        return [...(await x.grad.read()), ...(await w.grad.read())];
      }
    `),
  );
  const [cpu, inWasm] = await devices();
  const numbers = await numbersOn(cpu);
  assert.is(numbers.length, 86);
  assert.ok(numbers.every((value: number) => Number.isFinite(value) && value !== 0));
  const others = await numbersOn(inWasm);
  inWasm.close();
  for (const [i, value] of numbers.entries())
    assert.ok(Math.abs(value - others[i]) < 1e-6, `${value}, ${others[i]}`);
});

/** The kernels that the library's build makes, with the ops that name them. */
async function leanKernels(): Promise<{
  webgpu: typeof webgpu;
  wasm: typeof wasm;
  ops: Record<string, ListedOp>;
}> {
  const { lean } = await import(pathToFileURL(resolve('scripts/lean.mjs')).href);
  const contents = `
    export * as webgpu from './engine/devices/webgpu/kernels/index.ts';
    export * as wasm from './engine/devices/wasm/kernels/index.ts';
    export { ops } from './engine/ops/index.ts';
  `;
  const { outputFiles } = await build({
    ...{
      stdin: { contents, resolveDir: resolve('.'), sourcefile: 'kernels.ts' },
      bundle: true,
      write: false,
    },
    ...{ format: 'esm', plugins: lean, loader: { '.wasm': 'binary' }, logLevel: 'error' },
  });
  return imported(outputFiles[0].text);
}

/** A shader without comments and indentation. */
const bare = (launches: readonly Launch[]) =>
  launches.map((launch) => ({
    ...launch,
    shader: launch.shader.replace(/(?<=\n|^)\s+|\s*\/\/.*$/gm, ''),
  }));

test('what the build leaves out of ops and rows changes no launch', async () => {
  const made = await leanKernels();
  assert.equal(Object.keys(made.ops), Object.keys(ops));
  let compared = 0;
  for (const op of Object.values<ListedOp>(ops)) {
    const leanOp = made.ops[op.name];
    assert.is(leanOp.samples, undefined);
    for (const { inputs, attrs } of op.samples) {
      const specs = inputs.map(specOf);
      const given = specs.length - (op.inPlace ?? 0);
      const operands = [specs.slice(0, given), op.infer(specs, attrs), attrs] as const;
      const onGpu = [webgpu.gpuKernelOf(op), made.webgpu.gpuKernelOf(leanOp)].map((kernel) => {
        const work = kernel(...operands, plainTraits);
        return bare('launches' in work ? work.launches : work);
      });
      assert.equal(onGpu[1], onGpu[0], op.name);
      const inWasm = [wasm.wasmKernelOf(op), made.wasm.wasmKernelOf(leanOp)].map((kernel) =>
        kernel?.(...operands, { winograd: true }),
      );
      assert.equal(inWasm[1], inWasm[0], op.name);
      compared++;
    }
  }
  assert.ok(compared > 500, `${compared} samples`);
});

test.run();
