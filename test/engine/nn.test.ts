// Layers against the plain sums that define them, in float64.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../../engine/autograd.ts';
import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import type { Conv2dLayerOptions, Module } from '../../engine/nn/index.ts';
import * as nn from '../../engine/nn/index.ts';
import { scope } from '../../engine/scope.ts';
import type { Shape } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertNear, assertThrows, randomValues } from '../support/compare.ts';
import { closeDevices, deviceOf, devices } from '../support/devices.ts';
import type { NaiveWindow, Values } from '../support/naive.ts';
import { naiveConv2d, naivePool, plainWindow } from '../support/naive.ts';

const random = (shape: Shape, seed: number): Values => ({ shape, data: randomValues(shape, seed) });

/** What a layer makes of x. */
async function output(device: Device, layer: Pick<Module, 'forward'>, x: Values) {
  const y = noGrad(() => scope(() => layer.forward(Tensor.from(device, x.data, x.shape))));
  const data = await y.read();
  y.dispose();
  return { shape: y.shape, data };
}

async function expectLayer(
  device: Device,
  layer: Pick<Module, 'forward'>,
  x: Values,
  expected: Float64Array & { shape: number[] },
  tolerance = 1e-5,
) {
  const y = await output(device, layer, x);
  assert.equal(y.shape, expected.shape);
  assertNear(y.data, expected, tolerance);
}

const shaped = (shape: number[], data: Iterable<number>) => Object.assign(Float64Array.from(data), { shape });

const convolutions: {
  name: string;
  x: Shape;
  options: Conv2dLayerOptions;
  window?: Partial<NaiveWindow>;
}[] = [
  { name: 'a square kernel', x: [2, 3, 6, 7], options: { inChannels: 3, outChannels: 5, kernelSize: 3 } },
  {
    name: 'an oblong kernel',
    x: [1, 2, 5, 9],
    options: { inChannels: 2, outChannels: 3, kernelSize: [2, 5] },
  },
  {
    name: 'one stride',
    x: [2, 1, 8, 7],
    options: { inChannels: 1, outChannels: 2, kernelSize: 3, stride: 2 },
    window: { stride: [2, 2] },
  },
  {
    name: 'two strides',
    x: [1, 2, 8, 9],
    options: { inChannels: 2, outChannels: 3, kernelSize: 2, stride: [3, 2] },
    window: { stride: [3, 2] },
  },
  {
    name: 'one padding',
    x: [1, 2, 4, 5],
    options: { inChannels: 2, outChannels: 3, kernelSize: 3, padding: 2 },
    window: { padding: [2, 2, 2, 2] },
  },
  {
    name: 'padding as [height, width]',
    x: [1, 1, 4, 5],
    options: { inChannels: 1, outChannels: 2, kernelSize: 3, padding: [2, 0] },
    window: { padding: [2, 0, 2, 0] },
  },
  {
    name: 'padding as [top, left, bottom, right]',
    x: [1, 1, 5, 5],
    options: { inChannels: 1, outChannels: 2, kernelSize: 3, padding: [0, 1, 2, 3] },
    window: { padding: [0, 1, 2, 3] },
  },
  {
    name: "padding 'same' of an odd kernel",
    x: [1, 2, 5, 6],
    options: { inChannels: 2, outChannels: 3, kernelSize: [5, 3], padding: 'same' },
    window: { padding: [2, 1, 2, 1] },
  },
  {
    name: "padding 'same' of an even kernel, whose odd row and column go to the bottom and right",
    x: [1, 1, 5, 6],
    options: { inChannels: 1, outChannels: 2, kernelSize: [4, 2], padding: 'same' },
    window: { padding: [1, 0, 2, 1] },
  },
  {
    name: "padding 'same' with dilation",
    x: [1, 1, 7, 6],
    options: { inChannels: 1, outChannels: 2, kernelSize: [3, 2], padding: 'same', dilation: [2, 3] },
    window: { padding: [2, 1, 2, 2], dilation: [2, 3] },
  },
  {
    name: 'one dilation',
    x: [1, 2, 7, 8],
    options: { inChannels: 2, outChannels: 3, kernelSize: 3, dilation: 2 },
    window: { dilation: [2, 2] },
  },
  {
    name: 'two groups',
    x: [2, 4, 5, 4],
    options: { inChannels: 4, outChannels: 6, kernelSize: 3, groups: 2, padding: 1 },
    window: { padding: [1, 1, 1, 1] },
  },
  {
    name: 'a group for each channel',
    x: [1, 3, 5, 5],
    options: { inChannels: 3, outChannels: 6, kernelSize: 2, groups: 3 },
  },
  {
    name: 'no bias',
    x: [1, 2, 5, 5],
    options: { inChannels: 2, outChannels: 3, kernelSize: 3, bias: false },
  },
];

for (const device of devices) {
  const on = `on ${device.kind}`;
  const context = () => new nn.Context(device, 11);

  // ---- convolution and products --------------------------------------------------------------------------

  convolutions.forEach(({ name, x: shape, options, window }, i) => {
    test(`Conv2d with ${name} is the sum of its definition ${on}`, async () => {
      const layer = new nn.Conv2d(context(), options);
      const [height, width] = [options.kernelSize].flat().concat(options.kernelSize).slice(0, 2);
      const { groups = 1, inChannels, outChannels } = options;
      assert.equal(layer.weight.shape, [outChannels, inChannels / groups, height, width]);
      assert.is(layer.bias === null, options.bias === false);
      const weight = { shape: layer.weight.shape, data: await layer.weight.read() };
      const bias = (await layer.bias?.read()) ?? null;
      const x = random(shape, i);
      await expectLayer(
        device,
        layer,
        x,
        naiveConv2d(x, weight, bias, { ...plainWindow, ...window }, groups),
      );
      layer.dispose();
    });
  });

  test(`Conv2d names the groups that do not divide its channels ${on}`, () => {
    const options = { inChannels: 3, outChannels: 4, kernelSize: 3, groups: 2 };
    assertThrows(() => new nn.Conv2d(context(), options), /groups/);
  });

  test(`Linear is x·Wᵀ + bias ${on}`, async () => {
    for (const bias of [true, false]) {
      const layer = new nn.Linear(context(), { inFeatures: 7, outFeatures: 5, bias });
      assert.equal(layer.weight.shape, [5, 7]);
      assert.is(layer.bias !== null, bias);
      const [w, b] = [await layer.weight.read(), (await layer.bias?.read()) ?? new Float32Array(5)];
      const x = random([3, 7], 1);
      const expected = Array.from({ length: 15 }, (_, i) => {
        const [row, unit] = [Math.floor(i / 5), i % 5];
        let sum = b[unit];
        for (let k = 0; k < 7; k++) sum += x.data[row * 7 + k] * w[unit * 7 + k];
        return sum;
      });
      await expectLayer(device, layer, x, shaped([3, 5], expected));
      layer.dispose();
    }
  });

  // ---- pooling -------------------------------------------------------------------------------------------

  const maximum = (inside: number[]) => Math.max(...inside);
  const total = (inside: number[]) => inside.reduce((sum, value) => sum + value, 0);

  test(`MaxPool2d takes the maximum of each window ${on}`, async () => {
    const x = random([2, 3, 7, 6], 2);
    const windows: [ConstructorParameters<typeof nn.MaxPool2d>[0], Partial<NaiveWindow>][] = [
      [{ kernelSize: 2 }, { stride: [2, 2] }],
      [{ kernelSize: [3, 2] }, { stride: [3, 2] }],
      [
        { kernelSize: 3, stride: 2, padding: 1 },
        { stride: [2, 2], padding: [1, 1, 1, 1] },
      ],
      [
        { kernelSize: 2, stride: [1, 3], dilation: [3, 2] },
        { stride: [1, 3], dilation: [3, 2] },
      ],
    ];
    for (const [options, window] of windows) {
      const kernel = [options.kernelSize].flat().concat(options.kernelSize).slice(0, 2) as [number, number];
      const expected = naivePool(x, kernel, { ...plainWindow, ...window }, maximum);
      await expectLayer(device, new nn.MaxPool2d(options), x, expected);
    }
  });

  test(`padding never wins a maximum, also among negative numbers ${on}`, async () => {
    const x = { shape: [1, 1, 3, 3], data: randomValues([9], 3).map((value) => -1 - Math.abs(value)) };
    const window: NaiveWindow = { ...plainWindow, padding: [1, 1, 1, 1] };
    const layer = new nn.MaxPool2d({ kernelSize: 2, stride: 1, padding: 1 });
    await expectLayer(device, layer, x, naivePool(x, [2, 2], window, maximum));
  });

  test(`AvgPool2d takes the mean of each window, with or without its padding ${on}`, async () => {
    const x = random([2, 2, 5, 7], 4);
    const window: NaiveWindow = { ...plainWindow, stride: [2, 3], padding: [1, 1, 1, 1] };
    const options = { kernelSize: 3, stride: [2, 3], padding: 1 };
    const counted = naivePool(x, [3, 3], window, (inside, size) => total(inside) / size);
    const inside = naivePool(x, [3, 3], window, (list) => total(list) / list.length);
    await expectLayer(device, new nn.AvgPool2d(options), x, counted);
    await expectLayer(device, new nn.AvgPool2d({ ...options, countPadding: true }), x, counted);
    await expectLayer(device, new nn.AvgPool2d({ ...options, countPadding: false }), x, inside);
  });

  test(`a pooling option that is undefined is as good as left out ${on}`, async () => {
    const x = random([1, 1, 4, 6], 5);
    const expected = naivePool(x, [2, 2], { ...plainWindow, stride: [2, 2] }, maximum);
    await expectLayer(device, new nn.MaxPool2d({ kernelSize: 2, stride: undefined }), x, expected);
  });

  test(`GlobalAvgPool takes the mean of each plane ${on}`, async () => {
    const x = random([2, 3, 5, 7], 6);
    const planes = Array.from(
      { length: 6 },
      (_, i) => total(Array.from(x.data).slice(i * 35, i * 35 + 35)) / 35,
    );
    await expectLayer(device, new nn.GlobalAvgPool(), x, shaped([2, 3, 1, 1], planes));
  });

  // ---- batch normalisation -------------------------------------------------------------------------------

  const EPS = 1e-3;
  const MOMENTUM = 0.3;

  /** Mean and biased variance of each channel. */
  function statistics({ shape: [n, channels, height, width], data }: Values) {
    const pixels = height * width;
    return Array.from({ length: channels }, (_, c) => {
      const list = Array.from({ length: n * pixels }, (_, i) => {
        const image = Math.floor(i / pixels);
        return data[(image * channels + c) * pixels + (i % pixels)];
      });
      const mean = total(list) / list.length;
      return { mean, variance: total(list.map((x) => (x - mean) ** 2)) / list.length, count: list.length };
    });
  }

  function normalised(x: Values, by: { mean: number; variance: number }[], weight: number[], bias: number[]) {
    const pixels = x.shape[2] * x.shape[3];
    return shaped(
      [...x.shape],
      Array.from(x.data, (value, i) => {
        const c = Math.floor(i / pixels) % x.shape[1];
        return ((value - by[c].mean) / Math.sqrt(by[c].variance + EPS)) * weight[c] + bias[c];
      }),
    );
  }

  /** A layer with weights other than 1 and 0. */
  function batchNorm() {
    const layer = new nn.BatchNorm2d(context(), { features: 3, eps: EPS, momentum: MOMENTUM });
    layer.weight.write([0.5, -2, 3]);
    layer.bias.write([1, 0.25, -4]);
    return layer;
  }

  test(`BatchNorm2d starts as the identity of normalised values ${on}`, async () => {
    const layer = new nn.BatchNorm2d(context(), { features: 2 });
    const state = [...layer.state()].map(([name, tensor]) => [name, tensor] as const);
    assert.equal(
      state.map(([name]) => name),
      ['weight', 'bias', 'runningMean', 'runningVar'],
    );
    const values = await Promise.all(state.map(async ([, tensor]) => [...(await tensor.read())]));
    assert.equal(values, [
      [1, 1],
      [0, 0],
      [0, 0],
      [1, 1],
    ]);
    assert.equal([...layer.parameters().keys()], ['weight', 'bias']);
    layer.dispose();
  });

  test(`BatchNorm2d in training normalises by the batch ${on}`, async () => {
    const layer = batchNorm();
    const x = random([4, 3, 3, 5], 7);
    await expectLayer(device, layer, x, normalised(x, statistics(x), [0.5, -2, 3], [1, 0.25, -4]));
    layer.dispose();
  });

  test(`BatchNorm2d keeps running averages of the mean and the unbiased variance ${on}`, async () => {
    const layer = batchNorm();
    const running = [0, 1, 2].map(() => ({ mean: 0, variance: 1 }));
    for (const seed of [8, 9]) {
      const x = random([4, 3, 3, 5], seed);
      await output(device, layer, x);
      statistics(x).forEach(({ mean, variance, count }, c) => {
        running[c].mean += MOMENTUM * (mean - running[c].mean);
        running[c].variance += MOMENTUM * ((variance * count) / (count - 1) - running[c].variance);
      });
    }
    assertNear(
      await layer.runningMean.read(),
      running.map(({ mean }) => mean),
    );
    assertNear(
      await layer.runningVar.read(),
      running.map(({ variance }) => variance),
    );

    layer.eval();
    const x = random([2, 3, 4, 2], 10);
    const before = [...(await layer.runningMean.read())];
    await expectLayer(device, layer, x, normalised(x, running, [0.5, -2, 3], [1, 0.25, -4]));
    assert.equal([...(await layer.runningMean.read())], before, 'evaluation leaves the averages alone');
    layer.dispose();
  });

  test(`BatchNorm2d's gradient flows through the mean and the variance ${on}`, async () => {
    const layer = batchNorm();
    const [x, g] = [random([2, 3, 2, 3], 11), random([2, 3, 2, 3], 12)];
    const weight = [0.5, -2, 3];
    const found = scope(() => {
      const input = Tensor.from(device, x.data, x.shape).trained();
      const gradOutput = Tensor.from(device, g.data, g.shape);
      return grad(layer.forward(input), [input, layer.weight, layer.bias], { gradOutput });
    });
    // Ioffe and Szegedy, 2015, section 3: dx = γ/√(σ² + ε) · (g − mean g − x̂ · mean(g·x̂)) in each channel.
    const by = statistics(x);
    const ones = [1, 1, 1];
    const hat = normalised(x, by, ones, [0, 0, 0]);
    const products = { shape: x.shape, data: hat.map((value, i) => value * g.data[i]) };
    const [meanOfG, meanOfProducts] = [statistics(g), statistics(products)];
    const dx = Array.from(x.data, (_, i) => {
      const c = Math.floor(i / 6) % 3;
      const inner = g.data[i] - meanOfG[c].mean - hat[i] * meanOfProducts[c].mean;
      return (weight[c] / Math.sqrt(by[c].variance + EPS)) * inner;
    });
    const expected = [
      dx,
      meanOfProducts.map(({ mean, count }) => mean * count),
      meanOfG.map(({ mean, count }) => mean * count),
    ];
    for (const [k, tensor] of found.entries()) {
      assertNear(await tensor.read(), expected[k], 2e-5, ['dx', 'dweight', 'dbias'][k]);
      tensor.dispose();
    }
    layer.dispose();
  });

  test(`BatchNorm2d refuses one value per channel in training, and learns nothing of none ${on}`, async () => {
    const layer = batchNorm();
    const empty = Tensor.from(device, [], [0, 3, 2, 2]);
    const found = scope(() => {
      const single = Tensor.from(device, [1, 2, 3], [1, 3, 1, 1]);
      assertThrows(
        () => layer.forward(single),
        'BatchNorm2d: an input of shape [1,3,1,1] in training; expected more than one value per channel',
      );
      const y = layer.forward(empty);
      assert.equal(y.shape, [0, 3, 2, 2]);
      return grad(F.sum(y), [layer.weight, layer.bias]);
    });
    const values = [layer.runningMean, layer.runningVar, ...found].map(async (t) => [...(await t.read())]);
    assert.equal(await Promise.all(values), [
      [0, 0, 0],
      [1, 1, 1],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    // Two values are enough, and in evaluation one is.
    scope(() => layer.forward(Tensor.from(device, [1, 2, 3, 4, 5, 6], [1, 3, 1, 2])));
    layer.eval();
    scope(() => layer.forward(Tensor.from(device, [1, 2, 3], [1, 3, 1, 1])));
    for (const each of [layer, empty, ...found]) each.dispose();
  });

  // ---- dropout -------------------------------------------------------------------------------------------

  test(`Dropout in training zeroes its share and scales the rest ${on}`, async () => {
    const layer = new nn.Dropout(context(), 0.3);
    const x = { shape: [20, 500], data: new Float64Array(10_000).fill(2) };
    const { data } = await output(device, layer, x);
    const zeros = data.filter((value) => value === 0).length;
    // A share of 0.3 of 10,000 has a standard deviation of 46.
    assert.ok(Math.abs(zeros - 3000) < 5 * 46, `${zeros} zeros of 10,000`);
    assertNear(
      data.filter((value) => value !== 0),
      new Float64Array(10_000 - zeros).fill(2 / 0.7),
    );
  });

  test(`what changes nothing gives a view of its input, which outlives it ${on}`, async () => {
    const { live } = device.counters;
    const x = Tensor.from(device, [1, 2, 3]);
    const shared = context();
    const evaluated = new nn.Dropout(shared, 0.5);
    evaluated.eval();
    const layers: Pick<Module, 'forward'>[] = [
      evaluated,
      new nn.Dropout(shared, 0),
      new nn.Sequential([]),
      { forward: (t) => F.broadcastTo(t, [3]) },
      { forward: (t) => F.sumTo(t, [3]) },
    ];
    for (const layer of layers) {
      const y = layer.forward(x);
      assert.equal([...(await y.read())], [1, 2, 3]);
      y.dispose();
      assert.not.ok(x.disposed);
    }
    for (const each of [x, shared]) each.dispose();
    assert.is(device.counters.live, live);
  });

  test(`two Dropout layers draw masks of their own ${on}`, async () => {
    const shared = context();
    const x = { shape: [200], data: new Float64Array(200).fill(1) };
    const masks = [new nn.Dropout(shared), new nn.Dropout(shared)].map((layer) => output(device, layer, x));
    const [a, b] = await Promise.all(masks);
    const differ = a.data.filter((value, i) => value !== b.data[i]).length;
    assert.ok(differ > 50 && differ < 150, `${differ} of 200 places differ`);
  });

  test(`Dropout repeats its mask with the step, and draws another in the next ${on}`, async () => {
    const shared = context();
    const layer = new nn.Dropout(shared);
    const x = { shape: [101], data: new Float64Array(101).fill(1) };
    const at = async (step: number) => {
      shared.setStep(step);
      return [...(await output(device, layer, x)).data];
    };
    const [first, second, again] = [await at(1), await at(2), await at(1)];
    assert.equal(again, first);
    assert.not.equal(second, first);
  });

  test(`Dropout draws another mask in each pass and in each use, and the same ones when a step is repeated ${on}`, async () => {
    const shared = context();
    const [layer, other] = [new nn.Dropout(shared), new nn.Dropout(shared)];
    const x = { shape: [101], data: new Float64Array(101).fill(1) };
    const draw = async (from = layer) => (await output(device, from, x)).data.join('');
    // The first of a step is the one that it always was.
    shared.setStep(5);
    const [first, ofOther, second] = [await draw(), await draw(other), await draw()];
    assert.is(new Set([first, ofOther, second]).size, 3);
    shared.setStep(5);
    assert.equal([await draw(), await draw(), await draw(other)], [first, second, ofOther]);
    const masks = new Set<string>();
    for (let i = 0; i < 20; i++) masks.add(await draw());
    assert.is(masks.size, 20);
    shared.dispose();
  });

  test(`Dropout in a captured step: the masks of an eager step, and others in each run without one ${on}`, async () => {
    const shared = context();
    const layer = new nn.Dropout(shared);
    const x = F.ones(device, [101]);
    const eager = () => scope(() => [layer.forward(x), layer.forward(x)]);
    const read = async (tensors: readonly Tensor[]) =>
      Promise.all(tensors.map(async (tensor) => (await tensor.read()).join('')));
    shared.setStep(3);
    const third = await read(eager());
    // Neither the passes before nor another capture shift what a step draws.
    eager();
    const steps = [await device.capture(eager), await device.capture(eager)];
    const run = async (which: number) => {
      steps[which].run();
      return read(steps[which].outputs);
    };
    for (const which of [0, 1, 0]) {
      shared.setStep(3);
      assert.equal(await run(which), third);
    }
    // Nobody names these, eager ones among them.
    const masks = [...third, ...(await run(0)), ...(await run(0)), ...(await read(eager()))];
    masks.push(...(await read(eager())), ...(await run(1)));
    assert.is(new Set(masks).size, masks.length);
    // A run that nobody named is the step after: a seed gives the same masks on every device.
    shared.setStep(4);
    assert.equal(await read(eager()), masks.slice(2, 4));
    for (const step of steps) step.dispose();
    shared.dispose();
  });

  test(`Dropout's gradient has the mask of its forward pass, whatever step it is now ${on}`, async () => {
    const shared = context();
    const layer = new nn.Dropout(shared);
    shared.setStep(1);
    const [y, dx] = scope(() => {
      const x = F.ones(device, [101]).trained();
      const kept = layer.forward(x);
      shared.setStep(2);
      return [kept, grad(F.sum(kept), [x])[0]];
    });
    assert.is((await dx.read()).join(''), (await y.read()).join(''));
    y.dispose();
    dx.dispose();
  });

  // ---- functions -----------------------------------------------------------------------------------------

  const activations: [string, Module, (x: number) => number][] = [
    ['ReLU', new nn.ReLU(), (x) => (x > 0 ? x : 0)],
    ['LeakyReLU', new nn.LeakyReLU(), (x) => (x > 0 ? x : 0.01 * x)],
    ['LeakyReLU with a slope of its own', new nn.LeakyReLU(0.2), (x) => (x > 0 ? x : 0.2 * x)],
    ['Sigmoid', new nn.Sigmoid(), (x) => 1 / (1 + Math.exp(-x))],
    ['Tanh', new nn.Tanh(), Math.tanh],
    ['ELU', new nn.ELU(), (x) => (x > 0 ? x : Math.expm1(x))],
    ['ELU with an alpha of its own', new nn.ELU(0.3), (x) => (x > 0 ? x : 0.3 * Math.expm1(x))],
    ['SELU', new nn.SELU(), (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))],
    ['Softplus', new nn.Softplus(), (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))],
    ['Hardswish', new nn.Hardswish(), (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6],
    ['SiLU', new nn.SiLU(), (x) => x / (1 + Math.exp(-x))],
    ['GELU', new nn.GELU(), (x) => x * phi(x)],
  ];

  /** Φ(x), by Simpson's rule over the normal density from 0 to x. */
  function phi(x: number): number {
    const n = 400;
    const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
    let sum = density(0) + density(x);
    for (let k = 1; k < n; k++) sum += density((x * k) / n) * (k % 2 === 1 ? 4 : 2);
    return 0.5 + ((x / n) * sum) / 3;
  }

  for (const [name, layer, f] of activations) {
    test(`${name} is its formula, near 0 and far out ${on}`, async () => {
      const data = [-30, -5, -1.3, -0.7, -1e-3, 0, 1e-3, 0.4, 1.1, 4, 30];
      await expectLayer(device, layer, { shape: [1, 11], data }, shaped([1, 11], data.map(f)));
    });
  }

  test(`Flatten joins all axes but the first ${on}`, async () => {
    const x = random([2, 3, 4, 5], 13);
    await expectLayer(device, new nn.Flatten(), x, shaped([2, 60], Array.from(x.data)), 0);
  });

  // ---- modules -------------------------------------------------------------------------------------------

  test(`dispose frees parameters, their gradients and buffers ${on}`, () => {
    const shared = context();
    const { live, liveBytes } = device.counters;
    const model = new nn.Sequential([
      new nn.Conv2d(shared, { inChannels: 1, outChannels: 2, kernelSize: 2 }),
      new nn.BatchNorm2d(shared, { features: 2 }),
    ]);
    for (const parameter of model.parameters().values()) parameter.grad = F.zeros(device, parameter.shape);
    assert.is(device.counters.live, live + 6 + 4);
    model.dispose();
    assert.is(device.counters.live, live);
    assert.is(device.counters.liveBytes, liveBytes);
    shared.state.dispose();
  });
}

/** A stack within a stack: what paths and switches must reach. */
const nested = (context: nn.Context) =>
  new nn.Sequential([
    new nn.Conv2d(context, { inChannels: 1, outChannels: 2, kernelSize: 2 }),
    new nn.ReLU(),
    new nn.Sequential([
      new nn.BatchNorm2d(context, { features: 2 }),
      new nn.Sequential([new nn.Dropout(context), new nn.Linear(context, { inFeatures: 2, outFeatures: 3 })]),
    ]),
  ]);

for (const device of devices) {
  test(`Sequential runs the forward of a layer that has one of its own, fused or not on ${device.kind}`, async () => {
    class Doubled extends nn.Linear {
      override forward(x: Tensor): Tensor {
        return F.mul(super.forward(x), 2);
      }
    }
    class Raised extends nn.Conv2d {
      override forward(x: Tensor): Tensor {
        return F.add(super.forward(x), 1);
      }
    }
    class Negated extends nn.MaxPool2d {
      override forward(x: Tensor): Tensor {
        return F.neg(super.forward(x));
      }
    }
    class Capped extends nn.ReLU {
      override readonly forward = (x: Tensor) => F.clamp(x, 0, 0.125);
    }
    const context = new nn.Context(device, 3);
    const conv = { inChannels: 1, outChannels: 2, kernelSize: 3 };
    const pool = { kernelSize: 2 };
    const patched = new nn.Linear(context, { inFeatures: 3, outFeatures: 2 });
    patched.forward = (x) => F.slice(x, [0, 0], [x.shape[0], 2]);
    const stacks: Module[][] = [
      [new Doubled(context, { inFeatures: 3, outFeatures: 2 }), new nn.ReLU()],
      [new nn.Linear(context, { inFeatures: 3, outFeatures: 2 }), new Capped()],
      [patched, new nn.ReLU()],
      [new Raised(context, conv), new nn.ReLU(), new nn.MaxPool2d(pool)],
      [new nn.Conv2d(context, conv), new Capped(), new nn.MaxPool2d(pool)],
      [new nn.Conv2d(context, conv), new nn.ReLU(), new Negated(pool)],
      [new nn.Conv2d(context, conv), new nn.ReLU(), new nn.MaxPool2d(pool)],
    ];
    for (const [i, layers] of stacks.entries()) {
      const x = random(i < 3 ? [4, 3] : [2, 1, 6, 6], i);
      const oneByOne = { forward: (t: Tensor) => layers.reduce((value, layer) => layer.forward(value), t) };
      const expected = await output(device, oneByOne, x);
      const actual = await output(device, new nn.Sequential(layers), x);
      assertNear(actual.data, expected.data, 1e-6, `stack ${i}`);
    }
    for (const layer of [context, ...stacks.flat()]) layer.dispose();
  });
}

test('Sequential names what is in it by its path, in the order of the layers', () => {
  const model = nested(new nn.Context(deviceOf('cpu'), 1));
  const parameters = ['0.weight', '0.bias', '2.0.weight', '2.0.bias', '2.1.1.weight', '2.1.1.bias'];
  assert.equal([...model.parameters().keys()], parameters);
  const state = [...parameters];
  state.splice(4, 0, '2.0.runningMean', '2.0.runningVar');
  assert.equal([...model.state().keys()], state);
  assert.ok([...model.parameters().values()].every(({ requiresGrad }) => requiresGrad));
  const buffers = ['2.0.runningMean', '2.0.runningVar'].map((path) => model.state().get(path));
  assert.ok(buffers.every((buffer) => buffer?.requiresGrad === false));
});

test('train and eval reach every layer, however deep', () => {
  const model = nested(new nn.Context(deviceOf('cpu'), 1));
  const modes = (module: Module): boolean[] => [
    module.training,
    ...module.children().flatMap(([, child]) => modes(child)),
  ];
  assert.is(modes(model).length, 8);
  assert.ok(modes(model).every((mode) => mode));
  model.eval();
  assert.ok(modes(model).every((mode) => !mode));
  model.train();
  assert.ok(modes(model).every((mode) => mode));
});

test.after(closeDevices);
test.run();
