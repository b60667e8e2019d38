// Beside jax-js in Chromium: what is compared with float64, and inkgrad's half of it on an isolated page.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { browserCases } from '../../bench/browser/cases.ts';
import { browserCommands } from '../../bench/browser/commands.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import * as F from '../../engine/functional.ts';
import { Tensor } from '../../engine/tensor.ts';
import { tempFolders } from '../support/tempFolders.ts';

type Data = readonly Float64Array[];
type Shapes = readonly (readonly number[])[];
const { errorOf } = (await import(pathToFileURL(join(process.cwd(), 'bench/browser/exact.mjs')).href)) as {
  errorOf(result: Float64Array, form: string, data: Data, shapes: Shapes): number;
};

const works: readonly [string, Shapes, (a: Tensor, b: Tensor) => Tensor][] = [
  [
    'product',
    [
      [5, 7],
      [7, 4],
    ],
    (a, b) => F.matmul(a, b),
  ],
  [
    'transposed',
    [
      [5, 7],
      [4, 7],
    ],
    (a, b) => F.matmul(a, b, { transposeB: true }),
  ],
  [
    'conv',
    [
      [1, 3, 6, 5],
      [4, 3, 3, 3],
    ],
    (x, w) => F.conv2d(x, w, undefined, { padding: 'same' }),
  ],
];

for (const [form, shapes, apply] of works) {
  test(`${form}: a right result has no error, and one wrong element has`, async () => {
    const device = new CpuDevice({ floatType: 'float64' });
    const data = shapes.map((shape, k) =>
      Float64Array.from({ length: shape.reduce((n, size) => n * size, 1) }, (_, i) => Math.sin(i * 7 + k)),
    );
    const [a, b] = data.map((values, i) => Tensor.from(device, values, shapes[i]));
    const result = Float64Array.from(await apply(a, b).read());
    assert.ok(errorOf(result, form, data, shapes) < 1e-14);
    result[result.length - 1] += 1e-3;
    assert.ok(errorOf(result, form, data, shapes) > 1e-4);
  });
}

test('cases are chosen by their name', () => {
  assert.equal(
    browserCases('1024').map(({ name }) => name),
    ['matmul 1024 A·B', 'matmul 1024 A·Bᵀ'],
  );
  assert.throws(
    () => browserCases('xyzzy'),
    /--only xyzzy: no case with that in its name; there are matmul 64/,
  );
});

test('what is not there is named, with what mends it', () => {
  const folders = tempFolders();
  try {
    const { path } = folders.make({ 'build/bench/browser.js': '', 'node_modules/puppeteer-core/x': '' });
    assert.throws(
      () => browserCommands(path),
      /no bench\/peers\/node_modules\/@jax-js\/jax; run npm ci --prefix/,
    );
  } finally {
    folders.remove();
  }
});

test('inkgrad multiplies in Chromium on two threads, and says how far off its numbers are', () => {
  const args = ['--backend', 'inkgrad', '--model', 'matmul 64 A·Bᵀ', '--threads', '2'];
  const { stdout, stderr } = spawnSync(process.execPath, ['build/bench/browser.js', ...args], {
    input: 'run 3\nquit\n',
    encoding: 'utf8',
  });
  const [ready, ran] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.is(ready.adapter, 'cpu, 2 threads', stderr);
  assert.match(ready.version, /^\d+\.\d+\.\d+ in Chromium \d+/);
  assert.is(ran.steps, 3);
  assert.ok(ran.loss > 0 && ran.loss < 1e-5, `relative error ${ran.loss}`);
});

test.run();
