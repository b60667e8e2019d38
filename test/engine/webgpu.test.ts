// What is WebGPU's own: gathering launches, memory that is used again while launches wait, and its limits.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { gpuKernels } from '../../engine/devices/webgpu/kernels/index.ts';
import { InkgradError, ShapeError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import { update } from '../../engine/graph.ts';
import { ops } from '../../engine/ops/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { openDevice } from '../../pipeline/node/devices/devices.ts';
import { assertNear, assertThrows, randomValues } from '../support/compare.ts';

const cpu = new CpuDevice();
const gpu = await openDevice('webgpu');

/** Runs `body` in a scope and reads what it returns. */
async function read(body: () => Tensor): Promise<number[]> {
  const result = scope(body);
  const values = await result.read();
  result.dispose();
  return [...values];
}

// ---- gathering -------------------------------------------------------------------------------------------

test('launches wait for the read and go in one submission', async () => {
  const x = Tensor.from(gpu, [1, 2, 3]);
  await gpu.finish();
  const before = { ...gpu.counters };
  const y = scope(() => F.exp(F.neg(F.mul(F.add(x, 1), x))));
  assert.is(gpu.counters.launches - before.launches, 4);
  assert.is(gpu.counters.submits, before.submits);
  assertNear(
    await y.read(),
    [2, 6, 12].map((value) => Math.exp(-value)),
  );
  assert.is(gpu.counters.submits, before.submits + 1);
  for (const tensor of [x, y]) tensor.dispose();
});

test('finish submits what waits', async () => {
  const x = Tensor.from(gpu, [1]);
  await gpu.finish();
  const { submits } = gpu.counters;
  const y = F.add(x, 1);
  await gpu.finish();
  assert.is(gpu.counters.submits, submits + 1);
  for (const tensor of [x, y]) tensor.dispose();
});

test('a thousand launches in a row, more than the parameter slots hold, are all run in order', async () => {
  const values = await read(() => {
    let x = Tensor.from(gpu, [1, -2]);
    // x ↦ −x/2 + k: the order of the steps and each step's own parameters matter.
    for (let k = 0; k < 1000; k++) x = scope(() => F.affine(x, -0.5, k % 7));
    return x;
  });
  const expected = [1, -2].map((start) => {
    let x = start;
    for (let k = 0; k < 1000; k++) x = -0.5 * x + (k % 7);
    return x;
  });
  assertNear(values, expected);
});

test('a write does not overtake launches that wait for the same buffer', async () => {
  const x = Tensor.from(gpu, [1, 2, 3, 4, 5, 6, 7]);
  const before = F.mul(x, 10);
  x.write([0, 0, 0, 0, 0, 0, 1]);
  const after = F.mul(x, 10);
  assert.equal([...(await before.read())], [10, 20, 30, 40, 50, 60, 70]);
  assert.equal([...(await after.read())], [0, 0, 0, 0, 0, 0, 10]);
  for (const tensor of [x, before, after]) tensor.dispose();
});

test('memory that is given back and written anew is still whole for launches that wait for it', async () => {
  const sums = await read(() => {
    const kept: Tensor[] = [];
    const { allocations } = gpu.counters;
    for (let k = 1; k <= 20; k++) {
      // Each round frees its input, so that the next one's comes out of the pool: 37 is a size of its own.
      const values = new Float32Array(37).fill(k);
      kept.push(scope(() => F.reshape(F.sum(Tensor.from(gpu, values)), [1])));
    }
    assert.ok(gpu.counters.allocations - allocations < 25, 'the pool is used');
    return F.concat(kept);
  });
  assert.equal(
    sums,
    Array.from({ length: 20 }, (_, i) => 37 * (i + 1)),
  );
});

test('results of the pool are not read before they are written', async () => {
  const values = await read(() => {
    // The second product takes the memory of the first, which is still waiting.
    const x = Tensor.from(gpu, randomValues([41], 1));
    const first = scope(() => F.sum(F.mul(x, 2)));
    const second = scope(() => F.sum(F.mul(x, -3)));
    return F.concat([F.reshape(first, [1]), F.reshape(second, [1])]);
  });
  const total = randomValues([41], 1).reduce((sum, value) => sum + value, 0);
  assertNear(values, [2 * total, -3 * total]);
});

test('reads that are under way together each get their own numbers', async () => {
  const tensors = [1, 2, 3].map((value) => F.full(gpu, [5], value));
  const values = await Promise.all(tensors.map((tensor) => tensor.read()));
  values.forEach((list, i) => {
    assert.equal([...list], Array(5).fill(i + 1));
    tensors[i].dispose();
  });
});

test('a read may be under way while its tensor is freed and its memory used again', async () => {
  const x = F.full(gpu, [43], 5);
  const reading = x.read();
  x.dispose();
  const y = F.full(gpu, [43], 6);
  await gpu.finish();
  assert.equal([...(await reading)], Array(43).fill(5));
  y.dispose();
});

// ---- sizes -----------------------------------------------------------------------------------------------

test('concat takes more inputs than an adapter binds at once', async () => {
  const values = await read(() =>
    F.concat(
      Array.from({ length: 19 }, (_, i) => Tensor.from(gpu, [i, -i], [2, 1])),
      1,
    ),
  );
  const numbers = Array.from({ length: 19 }, (_, i) => i);
  assert.equal(values, [...numbers, ...numbers.map((n) => 0 - n)]);
});

test('empty tensors pass through ops, writes and reads', async () => {
  const empty = Tensor.from(gpu, new Float32Array(0), [0, 3]);
  empty.write([]);
  assert.equal([...(await empty.read())], []);
  assert.equal(await read(() => F.relu(F.add(empty, 1))), []);
  assert.equal(await read(() => F.sum(empty, { axes: [0] })), [0, 0, 0]);
  assert.equal(await read(() => F.concat([empty, Tensor.from(gpu, [1, 2, 3], [1, 3])])), [1, 2, 3]);
  assert.equal(await read(() => F.matmul(F.reshape(empty, [3, 0]), empty)), Array(9).fill(0));
  empty.dispose();
});

test('elementwise ops reach beyond 65,535 workgroups', async () => {
  const count = 65_535 * 64 + 100;
  const data = Float32Array.from({ length: count }, (_, i) => (i % 1000) - 500);
  const x = Tensor.from(gpu, data);
  const y = F.relu(x);
  const values = await y.read();
  for (const tensor of [x, y]) tensor.dispose();
  assert.is(values.length, count);
  assert.is(
    data.findIndex((value, i) => values[i] !== Math.max(value, 0)),
    -1,
  );
});

test('reductions reach beyond 65,535 outputs, of one workgroup each', async () => {
  const rows = 65_535 + 70;
  const data = Float32Array.from({ length: rows * 2 }, (_, i) => i % 1000);
  const x = Tensor.from(gpu, data, [rows, 2]);
  const y = F.sum(x, { axes: [1] });
  const values = await y.read();
  for (const tensor of [x, y]) tensor.dispose();
  assert.is(
    values.findIndex((value, row) => value !== data[2 * row] + data[2 * row + 1]),
    -1,
  );
});

test('a tensor larger than the adapter binds is refused in one line that says what to do', () => {
  assert.instance(gpu, WebGpuDevice);
  const limit = (gpu as WebGpuDevice).adapterLimits.maxStorageBufferBindingSize;
  const { live } = gpu.counters;
  const bytes = (Math.floor(limit / 4) + 1) * 4;
  const message =
    `webgpu: a tensor of ${bytes} bytes; this adapter binds at most ${limit}, ` +
    'use a smaller batch or --device cpu';
  assert.instance(
    assertThrows(() => Tensor.empty(gpu, [bytes / 4]), message),
    InkgradError,
  );
  assert.is(gpu.counters.live, live);
});

test('a launch of too many workgroups is refused before any other is lost, also in a step', async () => {
  const far = {
    ...ops.fill,
    gpu: (...given: Parameters<typeof gpuKernels.fill>) => {
      const work = gpuKernels.fill(...given);
      const [launch] = 'launches' in work ? work.launches : work;
      return [launch, { ...launch, grid: [1, 65_536, 1] as const }];
    },
  };
  const { live } = gpu.counters;
  const message =
    'webgpu: fill: main in 1 × 65536 × 1 workgroups; this device takes 65535 along an axis, ' +
    'use smaller tensors or --device cpu';
  const x = Tensor.from(gpu, [1, 2]);
  const innocent = F.mul(x, 3);
  const y = F.full(gpu, [2], 5);
  const attrs = { shape: [2], value: 7, dtype: 'float32' } as const;
  assert.instance(
    assertThrows(() => gpu.run(far, [], [y], attrs), message),
    InkgradError,
  );
  const error = await gpu
    .capture(() => {
      gpu.run(far, [], [F.full(gpu, [2], 1)], attrs);
      return [];
    })
    .catch((reason: Error) => reason);
  assert.is((error as Error).message, message);
  assert.equal([...(await innocent.read())], [3, 6]);
  assert.equal([...(await y.read())], [5, 5]);
  for (const tensor of [x, innocent, y]) tensor.dispose();
  assert.is(gpu.counters.live, live);
});

// ---- two devices -----------------------------------------------------------------------------------------

const pairs: [string, (a: Tensor, b: Tensor) => unknown][] = [
  ['add', F.add],
  ['matmul', (a, b) => F.matmul(F.reshape(a, [1, 3]), F.reshape(b, [3, 1]))],
  ['concat', (a, b) => F.concat([a, b])],
];

const apart = (name: string, kinds: string) =>
  `${name}: inputs on different devices, ${kinds}; expected one: Tensor.from(device, data)`;

for (const [name, op] of pairs) {
  test(`${name} of tensors on two devices is refused`, () =>
    scope(() => {
      const [a, b] = [cpu, gpu].map((device: Device) => Tensor.from(device, [1, 2, 3]));
      assert.instance(
        assertThrows(() => op(a, b), apart(name, 'cpu and webgpu')),
        ShapeError,
      );
      assertThrows(() => op(b, a), apart(name, 'webgpu and cpu'));
    }));
}

test('an update in place across two devices is refused', () =>
  scope(() => {
    const [a, b] = [cpu, gpu].map((device: Device) => Tensor.from(device, [1, 2, 3]));
    assertThrows(() => update(ops.lerp, [a], [b], { weight: 0.5 }), apart('lerp', 'cpu and webgpu'));
    assertThrows(() => update(ops.lerp, [b], [a], { weight: 0.5 }), apart('lerp', 'webgpu and cpu'));
  }));

// ---- labels ----------------------------------------------------------------------------------------------

for (const label of [3, -1, 2 ** 31 - 1]) {
  test(`label ${label} of 3 classes is NaN in its row on webgpu and an error on the cpu`, async () => {
    const rows = (device: Device) =>
      F.crossEntropy(
        Tensor.from(device, [1, 2, 3, 4, 5, 6], [2, 3]),
        Tensor.from(device, Int32Array.of(0, label)),
        { reduction: 'none' },
      );
    const [first, second] = await read(() => rows(gpu));
    assertNear([first], [Math.log(1 + Math.exp(1) + Math.exp(2))]);
    assert.ok(Number.isNaN(second));
    const message = `crossEntropy: label ${label} in row 1; expected 0 to 2`;
    assert.instance(
      assertThrows(() => scope(() => rows(cpu)), message),
      ShapeError,
    );
  });
}

// ---- errors ----------------------------------------------------------------------------------------------

test('a shader that does not compile fails the next read with its line', async () => {
  // A device of its own: one that failed once stays failed.
  const device = await openDevice('webgpu');
  const shader = `// line 5 of broken.wgsl
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64) fn main() { y[0] = notDefined; }`;
  const broken = {
    ...ops.fill,
    gpu: () => [{ shader, entry: 'main', params: {}, grid: [1, 1, 1] as const }],
  };
  const y = Tensor.empty(device, [1]);
  let error: unknown;
  try {
    device.run(broken, [], [y], { shape: [1], value: 1, dtype: 'float32' });
    await y.read();
  } catch (caught) {
    error = caught;
  }
  assert.instance(error, InkgradError);
  assert.match((error as Error).message, /^webgpu: .*notDefined/);
  assert.match((error as Error).message, /^webgpu: (shader|broken.wgsl) line 7: |:4:/);
  assert.not.match((error as Error).message, '\n');
  device.close();
});

test.after(() => {
  cpu.close();
  gpu.close();
});
test.run();
