// Captured steps: they do what the same step does eagerly, make nothing while they run, and give all memory back.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import { gatherBatch, recordRows } from '../../engine/data/batches.ts';
import { wordsOf } from '../../engine/data/gatherBatch.ts';
import type { CapturedStep, Device } from '../../engine/device.ts';
import { WebGpuStep } from '../../engine/devices/webgpu/step.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import { InkgradError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import { update } from '../../engine/graph.ts';
import * as nn from '../../engine/nn/index.ts';
import { ops } from '../../engine/ops/index.ts';
import { AdamW, clipGradNorm, SGD } from '../../engine/optim/index.ts';
import { Random } from '../../engine/random.ts';
import { keep, scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { openDevice } from '../../pipeline/node/devices/devices.ts';
import { closeDevices, devices } from '../support/devices.ts';

/** Bytes of the JavaScript heap that are in use when what is not has been collected. */
function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let i = 0; i < 3; i++) collect();
  return process.memoryUsage().heapUsed;
}

const COUNT = 20;
const SIZE = 8;
const CLASSES = 3;
const ROWS = 32;

/** Everything that a training run has on its device, made from one seed. */
function makeRun(device: Device) {
  const context = new nn.Context(device, 11);
  const model = new nn.Sequential([
    new nn.Conv2d(context, { inChannels: 1, outChannels: 4, kernelSize: 3, padding: 'same' }),
    new nn.ReLU(),
    new nn.MaxPool2d({ kernelSize: 2 }),
    new nn.Conv2d(context, { inChannels: 4, outChannels: 6, kernelSize: 3 }),
    new nn.BatchNorm2d(context, { features: 6 }),
    new nn.ReLU(),
    new nn.Flatten(),
    new nn.Dropout(context, 0.25),
    new nn.Linear(context, { inFeatures: 24, outFeatures: 12 }),
    new nn.ReLU(),
    new nn.Linear(context, { inFeatures: 12, outFeatures: CLASSES }),
  ]);
  const random = new Random(5);
  const ints = (length: number, value: (i: number) => number, shape = [length]) =>
    Tensor.from(
      device,
      Int32Array.from({ length }, (_, i) => value(i)),
      shape,
    );
  const words = wordsOf(SIZE);
  const data = {
    images: ints(COUNT * words, () => random.word() | 0, [COUNT, words]),
    labels: ints(COUNT, () => random.integer(CLASSES)),
    order: ints(COUNT, (i) => (7 * i) % COUNT),
    cursor: ints(2, () => 0),
    levels: Tensor.from(
      device,
      Float32Array.from({ length: 256 }, (_, i) => i / 128 - 1),
    ),
  };
  const rows = Tensor.from(device, new Float32Array(2 * ROWS), [ROWS, 2]);
  const optimizer = new AdamW(model.parameters().values(), { lr: 0.02 });

  const body = (batch: number) => () => {
    const [x, labels] = gatherBatch(data, { batch, size: SIZE });
    const logits = model.forward(x);
    const losses = F.crossEntropy(logits, labels, { reduction: 'none' });
    const loss = F.mean(losses);
    backward(loss);
    recordRows(losses, logits, data.cursor, rows);
    // Low enough that it scales in most steps.
    const norm = clipGradNorm(model.parameters().values(), 0.5);
    optimizer.apply();
    optimizer.zeroGrad();
    return [loss, norm];
  };

  /** What changes from step to step. */
  const prepare = (i: number, batch: number) => {
    context.setStep(i);
    optimizer.lr = i < 20 ? 0.02 : 0.005;
    optimizer.advance();
    data.cursor.write(Int32Array.of(i * batch, (i * batch) % ROWS));
  };

  const state = async () => {
    const named = [...model.state(), ['rows', rows] as const];
    return Promise.all(named.map(async ([name, tensor]) => ({ name, values: await tensor.read() })));
  };

  const dispose = () => {
    optimizer.dispose();
    model.dispose();
    for (const tensor of [context.state, rows, ...Object.values(data)]) tensor.dispose();
  };
  return { body, prepare, state, dispose, rows };
}

type Run = ReturnType<typeof makeRun>;

/** The same step without capture. */
async function runEagerly(run: Run, batch: number): Promise<TypedArray[]> {
  const outputs = scope(run.body(batch));
  const values = await Promise.all(outputs.map((output) => output.read()));
  for (const output of outputs) output.dispose();
  return values;
}

const readOutputs = (step: CapturedStep) => Promise.all(step.outputs.map((output) => output.read()));

/** The same launches in the same order give the same bits. */
async function assertSameState(actual: Run, expected: Run): Promise<void> {
  const [left, right] = [await actual.state(), await expected.state()];
  right.forEach(({ name, values }, i) => {
    assert.is(left[i].name, name);
    assert.ok(values.every(Number.isFinite), name);
    assert.equal([...left[i].values], [...values], name);
  });
}

const STEPS = 30;

for (const device of devices) {
  const on = `on ${device.kind}`;
  const vector = (...values: number[]) => Tensor.from(device, values);

  // ---- what it does --------------------------------------------------------------------------------------

  test(`${STEPS} runs of a captured training step do what the step does eagerly ${on}`, async () => {
    const { live, liveBytes } = device.counters;
    const [captured, eager] = [makeRun(device), makeRun(device)];
    const step = await device.capture(captured.body(4));
    const before = await captured.state();
    for (let i = 0; i < STEPS; i++) {
      captured.prepare(i, 4);
      step.run();
      const outputs = await readOutputs(step);
      eager.prepare(i, 4);
      const expected = await runEagerly(eager, 4);
      assert.equal(
        outputs.map((values) => [...values]),
        expected.map((values) => [...values]),
        `loss and norm of step ${i}`,
      );
    }
    await assertSameState(captured, eager);
    const after = await captured.state();
    assert.ok(
      before.every(({ values }, i) => values.some((value, k) => value !== after[i].values[k])),
      'everything has changed',
    );
    step.dispose();
    for (const run of [captured, eager]) run.dispose();
    assert.is(device.counters.live, live);
    assert.is(device.counters.liveBytes, liveBytes);
  });

  test(`a captured step is not run when it is captured, and once for each run ${on}`, async () => {
    const total = vector(0);
    const step = await device.capture(() => {
      // total + ½·(total + 2 − total)
      update(ops.lerp, [F.affine(total, 1, 2)], [total], { weight: 0.5 });
      return [];
    });
    assert.equal([...(await total.read())], [0]);
    for (let k = 1; k <= 5; k++) {
      step.run();
      assert.equal([...(await total.read())], [k]);
    }
    step.dispose();
    total.dispose();
  });

  test(`runs without a read between them are each done, in order with what is queued around them ${on}`, async () => {
    const x = vector(1, 2);
    const step = await device.capture(() => [F.mul(x, 10)]);
    x.write([3, 4]);
    const doubled = F.mul(x, 2);
    step.run();
    const ten = F.add(step.outputs[0], 0);
    x.write([5, 6]);
    step.run();
    const fifty = F.add(step.outputs[0], 0);
    assert.equal([...(await doubled.read())], [6, 8]);
    assert.equal([...(await ten.read())], [30, 40]);
    assert.equal([...(await fifty.read())], [50, 60]);
    step.dispose();
    for (const tensor of [x, doubled, ten, fifty]) tensor.dispose();
  });

  test(`two captured steps of different batch sizes on one model alternate ${on}`, async () => {
    const { live } = device.counters;
    const [captured, eager] = [makeRun(device), makeRun(device)];
    const sizes = [4, 3];
    const steps = [await device.capture(captured.body(4)), await device.capture(captured.body(3))];
    for (const [i, which] of [0, 1, 1, 0, 0, 1, 0, 1, 0, 0].entries()) {
      const batch = sizes[which];
      captured.prepare(i, batch);
      steps[which].run();
      eager.prepare(i, batch);
      const expected = await runEagerly(eager, batch);
      const outputs = await readOutputs(steps[which]);
      assert.equal(
        outputs.map((values) => [...values]),
        expected.map((values) => [...values]),
      );
    }
    await assertSameState(captured, eager);
    for (const step of steps) step.dispose();
    for (const run of [captured, eager]) run.dispose();
    assert.is(device.counters.live, live);
  });

  test(`a parameter without a gradient is left alone by a captured step ${on}`, async () => {
    const { live } = device.counters;
    const make = () => {
      const [a, b, c] = [vector(1, 2).trained(), vector(3).trained(), vector(4, 5, 6).trained()];
      const optimizer = new SGD([a, b, c], { lr: 0.5, momentum: 0.9, weightDecay: 0.1 });
      const body = () => {
        backward(F.add(F.sum(F.mul(a, a)), F.sum(F.mul(c, 2))));
        optimizer.apply();
        optimizer.zeroGrad();
        return [];
      };
      return { parameters: [a, b, c], optimizer, body };
    };
    const [captured, eager] = [make(), make()];
    const step = await device.capture(captured.body);
    for (let i = 0; i < 4; i++) {
      captured.optimizer.advance();
      step.run();
      eager.optimizer.advance();
      scope(eager.body);
    }
    const read = ({ parameters }: typeof eager) =>
      Promise.all(parameters.map(async (parameter) => [...(await parameter.read())]));
    const [left, right] = [await read(captured), await read(eager)];
    assert.equal(left, right);
    assert.equal(left[1], [3]);
    assert.not.equal(left[0], [1, 2]);
    step.dispose();
    for (const { parameters, optimizer } of [captured, eager]) {
      optimizer.dispose();
      for (const parameter of parameters) parameter.dispose();
    }
    assert.is(device.counters.live, live);
  });

  // ---- gradients in their places -------------------------------------------------------------------------

  /** Steps of SGD on a and b by a captured step, against the same done eagerly; the rows of its plan. */
  async function stepsOf(loss: (a: Tensor, b: Tensor) => Tensor, where = device) {
    const { live } = where.counters;
    const make = () => {
      const [a, b] = [
        [1, 2, 3],
        [-4, 5, 0.5],
      ].map((values) => Tensor.from(where, values).trained());
      const optimizer = new SGD([a, b], { lr: 0.25, momentum: 0.5 });
      const body = () => {
        backward(loss(a, b));
        optimizer.apply();
        optimizer.zeroGrad();
        return [];
      };
      return { parameters: [a, b], optimizer, body };
    };
    const [captured, eager] = [make(), make()];
    const step = await where.capture(captured.body);
    for (let i = 0; i < 3; i++) {
      captured.optimizer.advance();
      step.run();
      eager.optimizer.advance();
      scope(eager.body);
    }
    const read = ({ parameters }: typeof eager) =>
      Promise.all(parameters.map(async (parameter) => [...(await parameter.read())]));
    const [left, right] = [await read(captured), await read(eager)];
    const packs = step.plan?.rows.filter(({ op }) => op === 'pack').length ?? null;
    step.dispose();
    for (const { parameters, optimizer } of [captured, eager]) {
      optimizer.dispose();
      for (const parameter of parameters) parameter.dispose();
    }
    assert.equal(left, right);
    assert.is(where.counters.live, live);
    return packs;
  }

  const copies = (count: number) => (device.kind === 'cpu' ? null : count);

  test(`gradients of their own are made side by side and not copied ${on}`, async () => {
    assert.is(await stepsOf((a, b) => F.sum(F.mul(F.mul(a, b), a))), copies(0));
  });

  test(`a gradient that two parameters share is copied for one of them ${on}`, async () => {
    assert.is(await stepsOf((a, b) => F.sum(F.add(a, b))), copies(1));
  });

  test(`a gradient that is made of another one ${on}`, async () => {
    // dL/da = g and dL/db = 2·g: one launch reads the first and writes the second. A WebGPU device that refuses that
    // once is of no more use, so that this one is its own.
    const own = await openDevice(device.kind);
    await stepsOf((a, b) => F.sum(F.mul(F.add(a, F.mul(b, 2)), 3)), own);
    own.close();
  });

  test(`tensors packed in a captured step have zeros between them ${on}`, async () => {
    const x = vector(1, 2, 3);
    const step = await device.capture(() => {
      // Memory of the size of the pack that held other numbers before.
      const before = scope(() => F.sum(F.add(F.full(device, [128], 9), 1)));
      return [F.sum(F.pack([F.mul(x, 2), F.mul(x, 3)])), before];
    });
    for (let i = 0; i < 2; i++) {
      step.run();
      assert.equal([...(await step.outputs[0].read())], [30]);
    }
    step.dispose();
    x.dispose();
  });

  // ---- constants -----------------------------------------------------------------------------------------

  test(`numbers that are written in the body are there in each run ${on}`, async () => {
    const x = vector(1, 2);
    const step = await device.capture(() => [F.mul(x, Tensor.from(device, [10, 100]))]);
    for (let k = 1; k <= 3; k++) {
      x.write([k, -k]);
      step.run();
      assert.equal([...(await step.outputs[0].read())], [10 * k, -100 * k]);
    }
    step.dispose();
    x.dispose();
  });

  test(`numbers that are written in the body outlast launches that wait for the same memory ${on}`, async () => {
    const x = Tensor.from(device, new Float32Array(77).fill(5));
    await device.finish();
    // Still waits when its memory goes back to the pool.
    scope(() => {
      F.exp(x);
    });
    const step = await device.capture(() => [F.add(Tensor.from(device, new Float32Array(77).fill(2)), x)]);
    step.run();
    assert.equal([...new Set(await step.outputs[0].read())], [7]);
    step.dispose();
    x.dispose();
  });

  /** Expects what an eager run gives in each run, or a refusal in one line. */
  async function assertLikeEager(body: () => Tensor[]): Promise<void> {
    const eager = scope(body);
    const expected = await Promise.all(eager.map(async (output) => [...(await output.read())]));
    for (const output of eager) output.dispose();
    let step: CapturedStep;
    try {
      step = await device.capture(body);
    } catch (error) {
      assert.instance(error, InkgradError);
      assert.match((error as Error).message, /^capture: .*; [^\n]*$/);
      return;
    }
    for (let i = 0; i < 3; i++) {
      step.run();
      assert.equal(
        (await readOutputs(step)).map((values) => [...values]),
        expected,
        `run ${i}`,
      );
    }
    step.dispose();
  }

  test(`what is written in the body and then updated in place starts anew in each run, or is refused ${on}`, async () => {
    const x = vector(1, 2);
    await assertLikeEager(() => {
      const average = Tensor.from(device, [0, 0]);
      update(ops.lerp, [x], [average], { weight: 0.5 });
      return [F.add(average, 0)];
    });
    x.dispose();
  });

  test(`what is written twice in the body has both values in their turn, or is refused ${on}`, async () => {
    await assertLikeEager(() => {
      const x = Tensor.from(device, [1, 1]);
      const before = F.add(x, 0);
      x.write([5, 5]);
      return [before, F.add(x, 0)];
    });
  });

  // ---- outputs -------------------------------------------------------------------------------------------

  test(`runAndRead gives what a tensor holds after this run, an output too ${on}`, async () => {
    const x = vector(1, 2);
    const step = await device.capture(() => {
      const y = F.mul(x, 2);
      update(ops.lerp, [y], [x], { weight: 1 });
      return [F.add(y, 1)];
    });
    assert.equal([...(await step.runAndRead(x))], [2, 4]);
    assert.equal([...(await step.runAndRead(step.outputs[0]))], [5, 9]);
    assert.equal([...(await step.runAndRead(x))], [8, 16]);
    step.dispose();
    x.dispose();
  });

  test(`outputs may be views, one twice, or none ${on}`, async () => {
    const { live } = device.counters;
    const x = vector(1, 2);
    const none = await device.capture(() => []);
    none.run();
    assert.equal(none.outputs, []);
    const step = await device.capture(() => {
      const y = F.mul(x, 2);
      return [y, y, F.reshape(y, [2, 1])];
    });
    for (let i = 0; i < 2; i++) {
      step.run();
      assert.equal(step.outputs[2].shape, [2, 1]);
      assert.equal(
        (await readOutputs(step)).map((values) => [...values]),
        [
          [2, 4],
          [2, 4],
          [2, 4],
        ],
      );
    }
    for (const each of [none, step]) each.dispose();
    x.dispose();
    assert.is(device.counters.live, live);
  });

  test(`a tensor from outside that the body returns is still its owner's ${on}`, async () => {
    const x = vector(1, 2);
    const step = await device.capture(() => {
      update(ops.lerp, [F.mul(x, 2)], [x], { weight: 1 });
      return [x];
    });
    for (const expected of [
      [2, 4],
      [4, 8],
    ]) {
      step.run();
      assert.equal([...(await step.outputs[0].read())], expected);
    }
    step.dispose();
    assert.equal([...(await x.read())], [4, 8]);
    x.dispose();
  });

  // ---- memory --------------------------------------------------------------------------------------------

  test(`a captured training step makes nothing while it runs ${on}`, async () => {
    const before = { ...device.counters };
    const run = makeRun(device);
    const step = await device.capture(run.body(4));
    const once = (i: number) => {
      run.prepare(i, 4);
      step.run();
    };
    for (let i = 0; i < 5; i++) once(i);
    await step.runAndRead(run.rows);
    await device.finish();
    const settled = { ...device.counters };
    for (let i = 5; i < 15; i++) once(i);
    const after = { ...device.counters };
    assert.is(after.live, settled.live);
    assert.is(after.liveBytes, settled.liveBytes);
    assert.is(after.allocations, settled.allocations);
    if (device.kind === 'webgpu') {
      assert.is(after.submits - settled.submits, 10);
      assert.is(after.bindGroups, settled.bindGroups);
      assert.is(after.launches - settled.launches, 10 * step.plan!.rows.length);
    }
    run.prepare(15, 4);
    const values = await step.runAndRead(run.rows);
    assert.is(values.length, 2 * ROWS);
    assert.is(device.counters.submits - after.submits, device.kind === 'webgpu' ? 1 : 0);
    assert.is(device.counters.bindGroups, after.bindGroups);
    assert.is(device.counters.allocations, after.allocations);
    assert.is(device.counters.live, after.live);
    step.dispose();
    run.dispose();
    assert.is(device.counters.live, before.live);
    assert.is(device.counters.liveBytes, before.liveBytes);
  });

  test(`a step that is disposed twice is given back once ${on}`, async () => {
    const { live, liveBytes } = device.counters;
    const x = vector(1, 2);
    const step = await device.capture(() => [F.exp(F.mul(x, 2))]);
    step.run();
    step.dispose();
    step.dispose();
    x.dispose();
    assert.is(device.counters.live, live);
    assert.is(device.counters.liveBytes, liveBytes);
  });

  test(`a body that throws leaves the device as it was ${on}`, async () => {
    const { live } = device.counters;
    const x = vector(1, 2);
    const failing = async () => {
      const step = await device.capture(() => {
        F.mul(x, 2);
        throw new InkgradError('test: the body fails');
      });
      step.run();
    };
    assert.is(await messageOf(failing), 'test: the body fails');
    const y = F.add(x, 1);
    assert.equal([...(await y.read())], [2, 3]);
    for (const tensor of [x, y]) tensor.dispose();
    assert.is(device.counters.live, live);
  });

  test(`an asynchronous body is refused ${on}`, async () => {
    const failing = async () => {
      const step = await device.capture((async () => []) as unknown as () => Tensor[]);
      step.run();
    };
    assert.is(await messageOf(failing), 'scope: its body is asynchronous; read results after the scope');
  });

  test(`10,000 runs of a small captured step leave everything where it was ${on}`, async () => {
    const context = new nn.Context(device, 1);
    const layer = new nn.Linear(context, { inFeatures: 2, outFeatures: 2 });
    const optimizer = new SGD(layer.parameters().values(), { lr: 1e-3, momentum: 0.9 });
    const x = Tensor.from(device, [1, 2, 3, 4], [2, 2]);
    const step = await device.capture(() => {
      const y = layer.forward(x);
      const loss = F.mean(F.mul(y, y));
      backward(loss);
      optimizer.apply();
      optimizer.zeroGrad();
      return [loss];
    });
    const runs = async (count: number) => {
      for (let i = 1; i <= count; i++) {
        optimizer.advance();
        step.run();
        if (i % 500 === 0) await device.finish();
      }
      await device.finish();
    };
    await runs(10);
    const settled = { ...device.counters };
    // Until the compiler has done its part, the heap grows by what it makes.
    await runs(2000);
    const heap = heapAfterCollection();
    await runs(8000);
    const grown = heapAfterCollection() - heap;
    assert.ok(grown < 5e6, `the heap has grown by ${grown} bytes`);
    assert.is(device.counters.live, settled.live);
    assert.is(device.counters.liveBytes, settled.liveBytes);
    assert.is(device.counters.allocations, settled.allocations);
    assert.ok((await step.outputs[0].item()) < 1);
    step.dispose();
    optimizer.dispose();
    layer.dispose();
    for (const tensor of [x, context.state]) tensor.dispose();
  });
}

// ---- what is WebGPU's own --------------------------------------------------------------------------------

const gpu = devices.find(({ kind }) => kind === 'webgpu')!;

/** The message of an error that has one line. */
async function messageOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
  } catch (error) {
    assert.instance(error, InkgradError);
    assert.not.match((error as Error).message, '\n');
    return (error as Error).message;
  }
  return assert.unreachable('nothing was refused') as never;
}

test('a body that writes a tensor from outside is refused', async () => {
  const x = Tensor.from(gpu, [1, 2]);
  const failing = () =>
    gpu.capture(() => {
      x.write([3, 4]);
      return [];
    });
  assert.is(
    await messageOf(failing),
    'capture: the step writes a tensor from outside; write it before each run instead',
  );
  assert.equal([...(await x.read())], [1, 2]);
  x.dispose();
});

test('a body that reads is refused', async () => {
  const x = Tensor.from(gpu, [1, 2]);
  let reading = Promise.resolve('nothing was read');
  const step = await gpu.capture(() => {
    reading = messageOf(() => x.read());
    return [];
  });
  assert.is(await reading, 'capture: the step reads a tensor; read it after a run');
  step.dispose();
  x.dispose();
});

test('a step inside of a step is refused, and the outer one is right', async () => {
  const x = Tensor.from(gpu, [1, 2]);
  let inner = Promise.resolve('nothing was captured');
  const step = await gpu.capture(() => {
    inner = messageOf(() => gpu.capture(() => []));
    return [F.mul(x, 3)];
  });
  assert.is(await inner, 'capture: a step inside of a step; capture them apart');
  step.run();
  assert.equal([...(await step.outputs[0].read())], [3, 6]);
  step.dispose();
  x.dispose();
});

test("a tensor that the body keeps is the step's, and can be read after a run", async () => {
  const made: Tensor[] = [];
  const step = await gpu.capture(() => {
    made.push(keep(F.full(gpu, [2], 3)));
    return [];
  });
  step.run();
  assert.equal([...(await made[0].read())], [3, 3]);
  made[0].dispose();
  step.dispose();
});

test('the plan says what is launched, and shares memory', async () => {
  const run = makeRun(gpu);
  const step = await gpu.capture(run.body(4));
  assert.instance(step, WebGpuStep);
  const { rows, buffers, bytes, bytesUnshared } = step.plan!;
  const named = rows.map(({ op }) => op);
  for (const op of ['gatherBatch', 'convRelu', 'linear', 'crossEntropyGrad', 'dropout', 'adamStep']) {
    assert.ok(named.includes(op), op);
  }
  assert.is(named.filter((op) => op === 'adamStep').length, 1, 'one launch updates all parameters');
  assert.is(named.filter((op) => op === 'pack').length, 0, 'gradients are made in their places');
  const gather = rows.find(({ op }) => op === 'gatherBatch')!;
  assert.is(gather.shapes, '[20,16] [20] [20] [2] [256] → [4,1,8,8] [4]');
  assert.is(gather.bytes, 4 * (20 * 16 + 20 + 20 + 2 + 256 + 4 * 64 + 4));
  for (const { grid, flops, bytes } of rows) {
    assert.ok(grid.every((groups) => Number.isInteger(groups) && groups > 0));
    assert.ok(flops >= 0 && bytes > 0);
  }
  assert.ok(buffers > 0 && buffers < rows.length);
  assert.ok(bytes < (2 / 3) * bytesUnshared, `${bytes} of ${bytesUnshared} bytes`);
  step.dispose();
  run.dispose();
});

test('a timed run does what a run does, with a time for each launch', async () => {
  const [timed, plain] = [makeRun(gpu), makeRun(gpu)];
  const steps = await Promise.all([timed, plain].map((run) => gpu.capture(run.body(4))));
  const { live } = gpu.counters;
  for (let i = 0; i < 3; i++) {
    for (const run of [timed, plain]) run.prepare(i, 4);
    const rows = await steps[0].runTimed();
    if (rows === null) steps[0].run();
    steps[1].run();
    for (const { milliseconds } of rows ?? []) {
      assert.ok(
        milliseconds !== undefined && milliseconds >= 0 && milliseconds < 10_000,
        `${milliseconds} ms`,
      );
    }
    if (rows !== null) {
      assert.equal(
        rows.map(({ milliseconds: _, ...row }) => row),
        steps[0].plan!.rows,
      );
    }
  }
  assert.is(gpu.counters.live, live);
  await assertSameState(timed, plain);
  for (const step of steps) step.dispose();
  for (const run of [timed, plain]) run.dispose();
});

for (const device of devices) {
  test(`numbers beside tensors make nothing while a captured step runs on ${device.kind}`, async () => {
    const x = keep(Tensor.from(device, [-2, 0.5, 4])).trained();
    const one = () => {
      const positive = F.add(F.maximum(x, 0), 1);
      const y = F.where(F.greater(x, 1), F.div(6, positive), F.pow(2, F.sub(1, x)));
      backward(F.sum(F.mul(0.5, y)));
      const made = F.add(x.grad, 0);
      x.grad.dispose();
      x.grad = null;
      return [y, made];
    };
    const eager = scope(one);
    const expected = await Promise.all(eager.map((tensor) => tensor.read()));
    for (const tensor of eager) tensor.dispose();
    const step = await device.capture(one);
    for (let run = 0; run < 5; run++) step.run();
    const before = { ...device.counters };
    for (let run = 0; run < 10; run++) step.run();
    assert.is(device.counters.allocations, before.allocations);
    assert.is(device.counters.live, before.live);
    for (const [i, tensor] of step.outputs.entries()) assert.equal(await tensor.read(), expected[i]);
    step.dispose();
    x.dispose();
  });
}

test.after(closeDevices);
test.run();
