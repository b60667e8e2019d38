// The device wasm: its threads share one memory, give the same bits however many they are, sleep when idle, and are
// missed when they die.
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import { forwardErrors } from '../../engine/check/gradcheck.ts';
import { sampleValues } from '../../engine/check/samples.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import type { WasmDevice } from '../../engine/devices/wasm/device.ts';
import { nodeThreads } from '../../engine/devices/wasm/nodeThreads.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import type { Thread } from '../../engine/devices/wasm/threads.ts';
import { InkgradError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import { apply, noGrad } from '../../engine/graph.ts';
import * as nn from '../../engine/nn/index.ts';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { Adam } from '../../engine/optim/index.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { build, builtInModels } from '../../pipeline/model/model.ts';
import { inkgrad } from '../support/cli.ts';

const reference = new CpuDevice({ floatType: 'float64' });

const { spawn: spawnThread } = (await nodeThreads())!;

/** A device whose threads can be got at. */
async function openWithThreads(threads: number, patience?: number): Promise<[WasmDevice, Thread[]]> {
  const started: Thread[] = [];
  const spawn = (data: Parameters<typeof spawnThread>[0]) => {
    started.push(spawnThread(data));
    return started.at(-1)!;
  };
  const device = await openWasm({ threads, spawn, ...(patience !== undefined && { patience }) });
  return [device, started];
}

/** Trains a network for some steps, captured, and gives its losses and weights. */
async function trainedOn(device: WasmDevice, name: 'lenet' | 'cnn', steps: number): Promise<number[]> {
  const batch = 13;
  const context = new nn.Context(device, 5);
  const model = build(builtInModels[name], 10, context);
  model.train(true);
  const optimizer = new Adam(model.parameters().values(), { lr: 0.002 });
  const random = new Random(9);
  const x = Tensor.from(
    device,
    Float32Array.from({ length: batch * 784 }, () => random.uniform(-1, 2)),
    [batch, 1, 28, 28],
  );
  const labels = Tensor.from(
    device,
    Int32Array.from({ length: batch }, () => random.integer(10)),
  );
  const step = await device.capture(() => {
    const loss = F.crossEntropy(model.forward(x), labels);
    backward(loss);
    optimizer.apply();
    optimizer.zeroGrad();
    return [loss];
  });
  const numbers: number[] = [];
  for (let i = 0; i < steps; i++) {
    context.setStep(i);
    optimizer.advance();
    numbers.push((await step.runAndRead(step.outputs[0]))[0]);
  }
  const state = await Promise.all([...model.state()].map(([, tensor]) => tensor.read()));
  step.dispose();
  return numbers.concat(...state.map((values) => [...values]));
}

test('gradients of pooling are those of the device cpu: of maxima to the bit, of means, which are summed in another order, to one', async () => {
  const window = { kernel: [9, 6], stride: [2, 3], padding: [3, 2, 4, 2], dilation: [3, 2] } as const;
  const wasm = await openWasm({ threads: 2, poison: true });
  const values = Float32Array.from({ length: 3 * 150 * 90 }, (_, i) => Math.fround(Math.sin(7 * i)));
  const [expected, actual] = await Promise.all(
    [new CpuDevice(), wasm].map(async (device) => {
      const gradients = noGrad(() =>
        scope(() => {
          const x = Tensor.from(device, values, [1, 3, 150, 90]);
          const [y, place] = apply(ops.maxPool2d, [x], window, device);
          const image = [150, 90] as const;
          const ofMax = F.maxPool2dGrad(y, place, { ...window, image });
          return [ofMax, F.avgPool2dGrad(y, { ...window, image, countPadding: false })];
        }),
      );
      const read = await Promise.all(gradients.map((tensor) => tensor.read()));
      for (const tensor of gradients) tensor.dispose();
      return read.map((numbers) => [...numbers]);
    }),
  );
  assert.equal(actual[0], expected[0]);
  const errors = expected[1].map(
    (number, i) => Math.abs(actual[1][i] - number) - 2 ** -23 * Math.abs(number),
  );
  assert.ok(Math.max(...errors) <= 1e-15, `${Math.max(...errors)}`);
  assert.ok(expected.every((numbers) => numbers.some((number) => number !== 0)));
  wasm.close();
});

for (const name of ['lenet', 'cnn'] as const) {
  test(`${name} trains to the same bits on one, two, three and four threads`, async () => {
    const results = [];
    for (const threads of [1, 2, 3, 4]) {
      const [device] = await openWithThreads(threads);
      assert.match(device.adapter, `${threads} thread`);
      results.push(await trainedOn(device, name, 6));
      device.close();
    }
    const [one, ...others] = results;
    assert.ok(one.every(Number.isFinite));
    assert.ok(one[5] < one[0], `the loss falls: ${one.slice(0, 6)}`);
    for (const [i, other] of others.entries()) {
      const at = other.findIndex((value, k) => value !== one[k]);
      assert.is(at, -1, `${i + 2} threads: ${other[at]} for ${one[at]} at ${at}`);
    }
  });
}

/** Enough work to wake all threads. */
const product = (device: WasmDevice) =>
  scope(() => F.matmul(F.full(device, [256, 256], 0.5), F.full(device, [256, 256], 2)).detach());

const message = (body: () => unknown): string => {
  try {
    body();
  } catch (error) {
    assert.instance(error, InkgradError);
    return (error as Error).message;
  }
  return 'no error';
};

test('a thread that ends is an error in one line, not a hang', async () => {
  const [device, threads] = await openWithThreads(3);
  assert.is((await product(device).read())[0], 256);
  threads[1].terminate();
  await new Promise((resolve) => setTimeout(resolve, 200));
  const text = message(() => product(device));
  assert.match(text, /^wasm: thread 3 of 3 ended: exit code 1; run it again, or use --threads 1$/);
  assert.is(
    message(() => product(device)),
    text,
    'and it stays so',
  );
  device.close();
});

test('a thread that ends while others wait for it is given up in time', async () => {
  const [device, threads] = await openWithThreads(2, 300);
  assert.is((await product(device).read())[0], 256);
  threads[0].terminate();
  // Not yet known here: the event of its end comes later.
  const start = performance.now();
  const text = message(() => product(device));
  assert.match(text, /^wasm: a thread failed or did not come back from its work; /);
  assert.ok(performance.now() - start < 20_000);
  device.close();
});

test('where a thread cannot be started, at once or a little later, those before it do the work', async () => {
  const expected = await trainedOn((await openWithThreads(1))[0], 'lenet', 2);
  const failures: Record<string, (data: Parameters<typeof spawnThread>[0]) => Thread> = {
    'at once': () => {
      throw new Error('Worker initialization failure: EAGAIN');
    },
    later: (data) => spawnThread({ ...data, memory: null as never }),
  };
  for (const [when, fail] of Object.entries(failures)) {
    for (const first of [1, 2, 3]) {
      const spawn = (data: Parameters<typeof spawnThread>[0]) =>
        data.thread < first || (data.thread > first && when === 'later') ? spawnThread(data) : fail(data);
      const device = await openWasm({ threads: 4, spawn });
      assert.is(device.team.threads, first, when);
      assert.match(device.adapter, `${first} thread${first > 1 ? 's' : ''} of 4, for`);
      assert.equal(await trainedOn(device, 'lenet', 2), expected, `${when}, ${first}`);
      device.close();
    }
  }
});

test('where memory cannot be shared there is one thread', async () => {
  const { SharedArrayBuffer: shared } = globalThis;
  (globalThis as { SharedArrayBuffer?: unknown }).SharedArrayBuffer = undefined;
  try {
    const [device, threads] = await openWithThreads(4);
    assert.is(threads.length, 0);
    assert.match(device.adapter, '1 thread');
    assert.is((await product(device).read())[0], 256);
  } finally {
    globalThis.SharedArrayBuffer = shared;
  }
});

test('it opens without being told how to start threads, and where none can be started with one', async () => {
  const open = async (expected: string) => {
    const device = await openWasm();
    assert.match(device.adapter, expected);
    assert.is((await product(device).read())[0], 256);
    device.close();
  };
  const cores = availableParallelism();
  await open(`SIMD, ${cores} thread`);
  // Neither a browser nor Node.js.
  const { process } = globalThis;
  (globalThis as { process?: unknown }).process = undefined;
  try {
    await open('SIMD, 1 thread');
  } finally {
    globalThis.process = process;
  }
});

test('idle threads sleep', async () => {
  const [device] = await openWithThreads(4);
  product(device).dispose();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { user, system } = process.cpuUsage(before);
  // Three threads that do not sleep would take 1.5 seconds.
  assert.ok(user + system < 250_000, `${user + system} µs of work in half a second`);
  device.close();
});

test('rows of both factors are read as they lie or packed, by their number: both equal float64', async () => {
  const device = await openWasm({ threads: 2 });
  // Columns past whole tiles, and a sum of more than one chunk.
  for (const rows of [255, 259]) {
    const shapes = [[rows, 530], [261, 530], [261]];
    const random = new Random(3);
    const values = shapes.map((shape) => {
      const length = shape.reduce((n, size) => n * size);
      return Float32Array.from({ length }, () => random.uniform(-1, 1));
    });
    const [exact, found] = await Promise.all(
      [reference, device].map(async (on) => {
        const [x, w, b] = values.map((data, i) => Tensor.from(on, data, shapes[i]));
        const both = [F.linear(x, w, b), F.matmul(x, w, { transposeB: true })];
        return (await Promise.all(both.map((y) => y.read()))).flatMap((y) => [...y]);
      }),
    );
    const largest = exact.reduce((most, value) => Math.max(most, Math.abs(value)));
    exact.forEach((right, i) => {
      assert.ok(
        Math.abs(found[i] - right) <= 1e-5 * largest,
        `${rows} rows, ${i}: ${found[i]}; expected ${right}`,
      );
    });
  }
  device.close();
});

test('a process ends by itself, with its threads still there', async () => {
  const { code, stderr } = await inkgrad(['gradcheck', 'matmul', '--device', 'wasm', '--threads', '3']);
  assert.is(code, 0, stderr);
});

test('kernels with relaxed SIMD, where it is on, are as exact', async () => {
  // It is an experiment in Node.js 20 and on by default in 24.
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  const device = await openWasm({ threads: 2, relaxed: true, poison: true });
  assert.match(device.adapter, 'relaxed SIMD');
  for (const op of [ops.matmul, ops.linear, ops.conv2d, ops.conv2dInputGrad, ops.conv2dWeightGrad, ops.exp]) {
    for (const [i, { inputs, attrs }] of op.samples.entries()) {
      const values = sampleValues({ inputs, attrs }, i);
      const errors = await forwardErrors(device, reference, op as ListedOp, values, attrs);
      assert.ok(Math.max(0, ...errors) <= 1e-5, `${op.name} #${i}: ${errors}`);
    }
  }
  device.close();
});

test('left to itself the device measures which kernels are faster, and says what it took', async () => {
  const device = await openWasm({ threads: 1 });
  assert.match(device.adapter, /^WebAssembly (relaxed )?SIMD(, AVX)?, 1 thread$/);
  device.close();
});

test('memory for too large a tensor is refused in one line, and what fits still is right', async () => {
  const [device] = await openWithThreads(2);
  const tooLarge = /^wasm: out of memory for \d+ bytes; use a smaller --batch, or --device cpu$/;
  assert.match(
    message(() => Tensor.empty(device, [2 ** 30 + 1])),
    tooLarge,
  );
  // All but a little: a product then lacks memory for its threads, and its scratch.
  const kept: Tensor[] = [];
  for (let floats = 2 ** 28; floats >= 2 ** 14; floats /= 2) {
    while (message(() => kept.push(Tensor.empty(device, [floats]))) === 'no error') {}
  }
  const wide = () =>
    scope(() => F.matmul(F.full(device, [256, 600], 0.5), F.full(device, [600, 256], 2)).detach());
  kept.pop()?.dispose();
  for (let i = 0; i < 3; i++) assert.match(message(wide), tooLarge);
  for (const tensor of kept) tensor.dispose();
  const values = await wide().read();
  assert.ok(values.every((value) => value === 600));
  device.close();
});

test('memory that was given back in pieces of all sizes is used again', async () => {
  const [device] = await openWithThreads(1);
  // 1 + 2 + … + 120 MiB are more than there are, one at a time.
  for (let mebibytes = 1; mebibytes <= 120; mebibytes++)
    Tensor.empty(device, [mebibytes * 2 ** 18]).dispose();
  const { live, liveBytes } = device.counters;
  assert.equal([live, liveBytes], [0, 0]);
  assert.ok(device.memory.memory.buffer.byteLength < 2 ** 30, 'and not all of it is ever needed');
  assert.is((await product(device).read())[0], 256);
  device.close();
});

test('a step that was disposed of is not run', async () => {
  const [device] = await openWithThreads(2);
  const x = Tensor.from(device, [1, 2]);
  const step = await device.capture(() => [F.mul(x, 2)]);
  step.run();
  step.dispose();
  assert.match(
    message(() => step.run()),
    /^capture: a step was run after dispose\(\); capture it again$/,
  );
  device.close();
});

test.run();
