// Layers and optimisers as they are made: in PyTorch's order, by name, with a context of their own or the one all share;
// and what a wrong call says.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import { defaultDevice, setDefaultDevice } from '../../engine/defaultDevice.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import * as nn from '../../engine/nn/index.ts';
import { Adam, AdamW, clipGradNorm, SGD } from '../../engine/optim/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertThrows } from '../support/compare.ts';

const device = defaultDevice();
const shapes = (layer: nn.Module) => [...layer.state().values()].map(({ shape }) => shape);
const numbers = async (layer: nn.Module) => {
  const all = await Promise.all([...layer.state().values()].map((tensor) => tensor.read()));
  return all.flatMap((values) => [...values]);
};

const context = () => new nn.Context(device, 3);
const both: Record<string, readonly [inOrder: () => nn.Module, byName: () => nn.Module]> = {
  Linear: [
    () => new nn.Linear(2, 8, { bias: false, context: context() }),
    () => new nn.Linear(context(), { inFeatures: 2, outFeatures: 8, bias: false }),
  ],
  Conv2d: [
    () => new nn.Conv2d(4, 6, [3, 5], { padding: 1, groups: 2, context: context() }),
    () =>
      new nn.Conv2d(context(), { inChannels: 4, outChannels: 6, kernelSize: [3, 5], padding: 1, groups: 2 }),
  ],
  BatchNorm2d: [
    () => new nn.BatchNorm2d(5, { eps: 0.1, context: context() }),
    () => new nn.BatchNorm2d(context(), { features: 5, eps: 0.1 }),
  ],
};

for (const [name, [inOrder, byName]] of Object.entries(both)) {
  test(`${name} by order is ${name} by name`, async () => {
    const [a, b] = [inOrder(), byName()];
    assert.equal(shapes(a), shapes(b));
    assert.equal(await numbers(a), await numbers(b));
  });
}

test('options reach the layers: the window of a convolution and of a pooling, the share of dropout', () => {
  const image = F.ones(device, [1, 1, 8, 8]);
  const shapeOf = (layer: nn.Module) => layer.forward(image).shape;
  assert.equal(shapeOf(new nn.Conv2d(1, 2, 5, { padding: 'same' })), [1, 2, 8, 8]);
  assert.equal(shapeOf(new nn.Conv2d(1, 2, 3, { stride: 2, dilation: 2 })), [1, 2, 2, 2]);
  assert.equal(shapeOf(new nn.MaxPool2d(2)), [1, 1, 4, 4]);
  assert.equal(shapeOf(new nn.MaxPool2d(2, { stride: 1 })), [1, 1, 7, 7]);
  assert.equal(shapeOf(new nn.AvgPool2d({ kernelSize: 3, ceilMode: true })), [1, 1, 3, 3]);
  assert.is(new nn.Dropout().p, 0.5);
  assert.is(new nn.Dropout(0.25).p, 0.25);
  assert.is(new nn.Dropout(context(), 0.75).p, 0.75);
});

test('two layers of the default context begin differently; a seed makes both again', async () => {
  const made = async () => [await numbers(new nn.Linear(3, 4)), await numbers(new nn.Linear(3, 4))];
  nn.manualSeed(7);
  const [first, second] = await made();
  assert.not.equal(first, second);
  nn.manualSeed(7);
  assert.equal(await made(), [first, second]);
  nn.manualSeed(8);
  assert.not.equal((await made())[0], first);
  nn.manualSeed(0);
});

test('the default context is on the default device, also when that changes', () => {
  const other = new CpuDevice({ floatType: 'float64' });
  const before = new nn.Linear(1, 1);
  try {
    setDefaultDevice(other);
    assert.is(new nn.Linear(1, 1).weight.device, other);
    assert.is(before.weight.device, device);
  } finally {
    setDefaultDevice(device);
  }
  assert.is(new nn.Linear(1, 1).weight.device, device);
});

test('nobody names the steps of the default context: each pass of dropout and each run draws another mask', async () => {
  nn.manualSeed(1);
  const layer = new nn.Dropout(0.5);
  const x = F.ones(device, [64]);
  const passes = await Promise.all([0, 1, 2].map(() => scope(() => layer.forward(x)).read()));
  const step = await device.capture(() => [layer.forward(x)]);
  for (let run = 0; run < 3; run++) {
    step.run();
    passes.push(await step.outputs[0].read());
  }
  assert.is(new Set(passes.map(String)).size, 6);
  nn.manualSeed(1);
  const again = new nn.Dropout(0.5);
  assert.equal(await again.forward(x).read(), passes[0]);
  step.dispose();
});

test('layers one after the other: as arguments, in an array, functions among them', async () => {
  nn.manualSeed(2);
  const [a, b] = [new nn.Linear(3, 4), new nn.Linear(4, 2)];
  const x = Tensor.from(device, [1, -2, 3], [1, 3]);
  const expected = await b.forward(F.relu(a.forward(x))).read();
  for (const model of [
    new nn.Sequential(a, new nn.ReLU(), b),
    new nn.Sequential([a, new nn.ReLU(), b]),
    new nn.Sequential(a, F.relu, b),
    new nn.Sequential([a, (y) => F.relu(y), b]),
    new nn.Sequential(new nn.Sequential(a, F.relu), b),
  ])
    assert.equal(await model.forward(x).read(), expected);
  assert.equal(new nn.Sequential().layers, []);
});

test('a model is switched where it is made', () => {
  const made = new nn.Sequential(new nn.Linear(2, 2), new nn.Dropout(0.5)).eval();
  assert.not(made.layers[1].training);
  assert.ok(made.train().layers[1].training);
});

/** Calls that types refuse, as they are typed in JavaScript. */
const js = (layer: unknown) => layer as new (...args: unknown[]) => nn.Module;
const make = (layer: unknown, ...args: unknown[]) => new (js(layer))(...args);
const linear = 'new nn.Linear(inFeatures, outFeatures, { bias, context })';
const conv =
  'new nn.Conv2d(inChannels, outChannels, kernelSize, { stride, padding, dilation, groups, bias, context })';

const wrong: readonly [action: () => unknown, message: string][] = [
  [() => make(nn.Linear), `Linear: inFeatures is undefined; expected a whole number ≥ 1, as in ${linear}`],
  [
    () => make(nn.Linear, 2),
    `Linear: outFeatures is undefined; expected a whole number ≥ 1, as in ${linear}`,
  ],
  [() => make(nn.Linear, 2.5, 8), `Linear: inFeatures is 2.5; expected a whole number ≥ 1, as in ${linear}`],
  [() => make(nn.Linear, 2, -8), `Linear: outFeatures is -8; expected a whole number ≥ 1, as in ${linear}`],
  [() => make(nn.Linear, '2', 8), `Linear: inFeatures is "2"; expected a whole number ≥ 1, as in ${linear}`],
  [
    () => make(nn.Linear, Number.NaN, 8),
    `Linear: inFeatures is NaN; expected a whole number ≥ 1, as in ${linear}`,
  ],
  [
    () => make(nn.Linear, device, 2, 8),
    `Linear: inFeatures is a device; expected a whole number ≥ 1, as in ${linear}`,
  ],
  [() => make(nn.Linear, 2, 8, false), 'Linear: a boolean where options belong; write { bias: … }'],
  [() => make(nn.Linear, 2, 8, { Bias: false }), 'Linear: no option "Bias"; did you mean "bias"?'],
  [() => make(nn.Linear, 2, 8, { device }), 'Linear: no option "device"; did you mean "context"?'],
  [() => make(nn.Linear, 2, 8, {}, 1), `Linear: 4 arguments; expected ${linear}`],
  [
    () => make(nn.Linear, { in_features: 2, out_features: 8 }),
    'Linear: no option "in_features"; did you mean "inFeatures"?',
  ],
  [
    () => make(nn.Conv2d, { in_channels: 1, out_channels: 8, kernel_size: 5 }),
    'Conv2d: no option "in_channels"; did you mean "inChannels"?',
  ],
  [
    () => make(nn.Conv2d, 1, 8),
    `Conv2d: kernelSize is undefined; expected a whole number ≥ 1 or two of them, as in ${conv}`,
  ],
  [
    () => make(nn.Conv2d, 1, 8, [3, 0]),
    `Conv2d: kernelSize is [3,0]; expected a whole number ≥ 1 or two of them, as in ${conv}`,
  ],
  [() => make(nn.Conv2d, 1, 8, 5, 2), 'Conv2d: 2 where options belong; write { stride: 2 }'],
  [() => make(nn.Conv2d, 1, 8, 5, { strides: 2 }), 'Conv2d: no option "strides"; did you mean "stride"?'],
  [
    () => make(nn.Conv2d, 3, 8, 5, { groups: 2 }),
    'Conv2d: 3 channels and 8 filters in 2 groups; expected numbers that 2 divides',
  ],
  [() => make(nn.BatchNorm2d, 8, { epsilon: 1 }), 'BatchNorm2d: no option "epsilon"; did you mean "eps"?'],
  [
    () => make(nn.BatchNorm2d, { numFeatures: 8 }),
    'BatchNorm2d: no option "numFeatures"; did you mean "features"?',
  ],
  [
    () => make(nn.Dropout, 50),
    'Dropout: p is 50; expected a number from 0 to less than 1, as in new nn.Dropout(p, { context })',
  ],
  [
    () => make(nn.MaxPool2d),
    'MaxPool2d: kernelSize is undefined; expected a whole number ≥ 1 or two of them, as in new nn.MaxPool2d(kernelSize, { stride, padding, dilation, ceilMode, overhang })',
  ],
  [() => make(nn.MaxPool2d, 2, 2), 'MaxPool2d: 2 where options belong; write { stride: 2 }'],
  [
    () => make(nn.AvgPool2d, 2, { count_include_pad: false }),
    'AvgPool2d: no option "count_include_pad"; did you mean "countPadding"?',
  ],
  [
    () => make(nn.LeakyReLU, { negative_slope: 0.2 }),
    'LeakyReLU: no option "negative_slope"; did you mean "negativeSlope"?',
  ],
  [() => make(nn.ELU, '1'), 'ELU: alpha is "1"; expected a finite number, as in new nn.ELU(alpha)'],
  [() => make(nn.ReLU, { inplace: true }), 'ReLU: an object given; it takes nothing: new nn.ReLU()'],
  [() => make(nn.Softplus, 2), 'Softplus: 2 given; it takes nothing: new nn.Softplus()'],
  [() => make(nn.Flatten, 1), 'Flatten: 1 given; it takes nothing: new nn.Flatten()'],
  [() => make(nn.Lambda), 'Lambda: undefined; expected a function of a tensor'],
  [() => make(nn.Residual), 'Residual: layers is undefined; expected a layer'],
  [() => make(nn.Residual, new nn.ReLU(), F.relu), 'Residual: shortcut is a function; expected a layer'],
  [
    () => make(nn.Sequential, [new nn.ReLU(), nn.ReLU]),
    'Sequential: layer 1 is the class of a layer, not one: write new ReLU(…); expected a layer or a function of a tensor',
  ],
  [
    () => make(nn.Sequential, new nn.ReLU(), undefined),
    'Sequential: layer 1 is undefined; expected a layer or a function of a tensor',
  ],
  [() => nn.manualSeed(-1), 'manualSeed: -1; expected a whole number ≥ 0'],
  [() => nn.manualSeed(0.5), 'manualSeed: 0.5; expected a whole number ≥ 0'],
  [() => new nn.Linear(2, 8).forward(F.ones([4, 3])), 'Linear: an input of shape [4,3]; expected [N,2]'],
  [
    () => new nn.Conv2d(1, 8, 5).forward(F.ones([28, 28])),
    'Conv2d: an input of shape [28,28]; expected [N,1,H,W]',
  ],
  [
    () => new nn.Conv2d(3, 8, 5).forward(F.ones([1, 1, 28, 28])),
    'Conv2d: an input of shape [1,1,28,28]; expected [N,3,H,W]',
  ],
  [
    () => new nn.BatchNorm2d(3).forward(F.ones([5, 3])),
    'BatchNorm2d: an input of shape [5,3]; expected [N,3,H,W]',
  ],
  [
    () => new nn.Sequential(new nn.Flatten(), new nn.Linear(784, 10)).forward(F.ones([1, 1, 8, 8])),
    'Linear (layer 1): an input of shape [1,64]; expected [N,784]',
  ],
  [
    () => new nn.Sequential(F.relu, new nn.Sequential(new nn.Linear(2, 2), F.relu)).forward(F.ones([1, 3])),
    'Linear (layer 1.0): an input of shape [1,3]; expected [N,2]',
  ],
];

const w = Tensor.from(device, [1, 2]).trained();
const params = [w];
const optimise = (optimizer: unknown, ...args: unknown[]) =>
  new (optimizer as new (...args: unknown[]) => unknown)(...args);
const advice = 'give it model.parameters()';
const model = new nn.Linear(1, 1);

const wrongOptimisers: readonly [action: () => unknown, message: string][] = [
  [() => optimise(Adam, params), 'Adam: lr is undefined; expected a number ≥ 0, as in { lr: 0.01 }'],
  [() => optimise(Adam, params, 0.01), 'Adam: 0.01 where options belong; write { lr: 0.01 }'],
  [() => optimise(Adam, params, { rate: 0.01 }), 'Adam: no option "rate"; did you mean "lr"?'],
  [() => optimise(AdamW, params, { learningRate: 1 }), 'AdamW: no option "learningRate"; did you mean "lr"?'],
  [() => optimise(SGD, params, { lr: -1 }), 'SGD: lr is -1; expected a number ≥ 0, as in { lr: 0.01 }'],
  [() => optimise(SGD, params, { lr: '0.1' }), 'SGD: lr is "0.1"; expected a number ≥ 0, as in { lr: 0.01 }'],
  [
    () => optimise(SGD, params, { lr: Number.NaN }),
    'SGD: lr is NaN; expected a number ≥ 0, as in { lr: 0.01 }',
  ],
  [
    () => optimise(SGD, params, { lr: 1, momentum: Number.NaN }),
    'SGD: momentum is NaN; expected a number ≥ 0',
  ],
  [
    () => optimise(SGD, params, { lr: 1, weight_decay: 0.1 }),
    'SGD: no option "weight_decay"; did you mean "weightDecay"?',
  ],
  [() => optimise(SGD, params, { lr: 1, nesterov: 1 }), 'SGD: nesterov is 1; expected true or false'],
  [() => optimise(Adam, params, { lr: 1, beta1: 0.8 }), 'Adam: no option "beta1"; did you mean "betas"?'],
  [
    () => optimise(Adam, params, { lr: 1, betas: [0.9, 1] }),
    'Adam: betas is [0.9,1]; expected two numbers from 0 to less than 1',
  ],
  [() => optimise(Adam, params, { lr: 1, eps: -1 }), 'Adam: eps is -1; expected a number ≥ 0'],
  [
    () => {
      new SGD(params, { lr: 1 }).lr = Number.NaN;
    },
    'SGD: lr is NaN; expected a number ≥ 0, as in { lr: 0.01 }',
  ],
  [() => optimise(Adam, model, { lr: 1 }), `Adam: an object where parameters belong; ${advice}`],
  [() => optimise(Adam, [model], { lr: 1 }), `Adam: parameter 0 is an object; ${advice}`],
  [() => optimise(Adam, undefined, { lr: 1 }), `Adam: undefined where parameters belong; ${advice}`],
  [() => optimise(Adam, [[w]], { lr: 1 }), `Adam: parameter 0 is an array; ${advice}`],
  [() => optimise(Adam, new Map(), { lr: 1 }), `Adam: no parameters; ${advice}`],
  [
    () => new SGD([Tensor.from(device, [1])], { lr: 1 }),
    'SGD: parameter 0, [1], is not trained; call trained() on it, or leave it out',
  ],
  [
    () => new SGD([w, Tensor.from(new CpuDevice(), [1]).trained()], { lr: 1 }),
    'SGD: parameters on two devices; give each device an optimizer of its own',
  ],
  [() => clipGradNorm(params, Number.NaN), 'clipGradNorm: maximum is NaN; expected a number ≥ 0'],
  [() => clipGradNorm(model as never, 1), `clipGradNorm: an object where parameters belong; ${advice}`],
];

for (const [action, message] of [...wrong, ...wrongOptimisers]) {
  test(`${message}`, () => void scope(() => assert.instance(assertThrows(action, message), InkgradError)));
}

test('parameters come as a Map or in any order, and a step moves them', async () => {
  const step = async (parametersOf: (model: nn.Linear) => Map<string, Tensor> | Iterable<Tensor>) => {
    const layer = new nn.Linear(2, 1, { context: context() });
    const optimizer = new SGD(parametersOf(layer), { lr: 0.5, momentum: 0.9 });
    scope(() => {
      backward(F.sum(layer.forward(F.ones([1, 2]))));
    });
    await clipGradNorm(parametersOf(layer), 1).read();
    optimizer.step();
    const moved = await numbers(layer);
    optimizer.dispose();
    return moved;
  };
  nn.manualSeed(0);
  const before = await numbers(new nn.Linear(2, 1, { context: context() }));
  const expected = before.map((value) => Math.fround(value - 0.5 / Math.sqrt(3)));
  for (const parametersOf of [
    (layer: nn.Linear) => layer.parameters(),
    (layer: nn.Linear) => layer.parameters().values(),
    (layer: nn.Linear) => new Set([layer.bias!, layer.weight]),
  ])
    for (const [i, value] of (await step(parametersOf)).entries())
      assert.ok(Math.abs(value - expected[i]) < 1e-6, `${value} is not ${expected[i]}`);
});

test.run();
