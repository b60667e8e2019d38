// Optimisers against plain float64 loops, written from the papers with PyTorch's conventions.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import type { CapturedStep, Device } from '../../engine/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import type { Optimizer } from '../../engine/optim/index.ts';
import { Adam, AdamW, clipGradNorm, SGD } from '../../engine/optim/index.ts';
import { keep, scope } from '../../engine/scope.ts';
import type { Shape } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertNear, assertThrows, randomValues } from '../support/compare.ts';
import { closeDevices, deviceOf, devices } from '../support/devices.ts';

const SHAPES: Shape[] = [[3, 5], [131], []];
const STEPS = 10;

/** The rate of each step: it changes on the way. */
const rateAt = (t: number) => (t <= 6 ? 0.05 : 0.01);

/** Starting values and the gradients of each step. */
const starts = () => SHAPES.map((shape, k) => randomValues(shape, k));
const gradientsAt = (t: number) => SHAPES.map((shape, k) => randomValues(shape, 100 * t + k));

/** One step of a rule on one number: its weight w, its gradient g, and what it remembers. */
type Rule = (state: { w: number; [name: string]: number }, g: number, rate: number, t: number) => void;

/** Ten steps in float64. */
function expectedBy(rule: Rule): Float64Array[] {
  return starts().map((start, k) =>
    start.map((w, i) => {
      const state = { w, m: 0, v: 0 };
      for (let t = 1; t <= STEPS; t++) rule(state, gradientsAt(t)[k][i], rateAt(t), t);
      return state.w;
    }),
  );
}

/** Ten steps on a device. */
async function stepped(device: Device, make: (parameters: Tensor[], rate: number) => Optimizer) {
  const parameters = starts().map((data, k) => Tensor.from(device, data, SHAPES[k]).trained());
  const optimizer = make(parameters, rateAt(1));
  for (let t = 1; t <= STEPS; t++) {
    optimizer.lr = rateAt(t);
    for (const [k, data] of gradientsAt(t).entries()) {
      parameters[k].grad = Tensor.from(device, data, SHAPES[k]);
    }
    optimizer.step();
    optimizer.zeroGrad();
  }
  assert.is(optimizer.steps, STEPS);
  const values = await Promise.all(parameters.map((parameter) => parameter.read()));
  optimizer.dispose();
  for (const parameter of parameters) parameter.dispose();
  return values;
}

/** Polyak, 1964, and Sutskever et al., 2013; v starts as the first gradient, as in PyTorch. */
const sgd =
  (momentum: number, nesterov: boolean, decay: number): Rule =>
  (state, g, rate) => {
    const d = g + decay * state.w;
    state.v = momentum * state.v + d;
    state.w -= rate * (nesterov ? d + momentum * state.v : state.v);
  };

/** Kingma and Ba, 2015; `decay` is added to the gradient, `decoupled` shrinks the weight itself. */
const adam =
  ([beta1, beta2]: [number, number], eps: number, decay: number, decoupled: number): Rule =>
  (state, g, rate, t) => {
    state.w -= rate * decoupled * state.w;
    const d = g + decay * state.w;
    state.m = beta1 * state.m + (1 - beta1) * d;
    state.v = beta2 * state.v + (1 - beta2) * d * d;
    const first = state.m / (1 - beta1 ** t);
    const second = state.v / (1 - beta2 ** t);
    state.w -= (rate * first) / (Math.sqrt(second) + eps);
  };

const cases: [string, (parameters: Tensor[], rate: number) => Optimizer, Rule][] = [
  ['SGD', (p, lr) => new SGD(p, { lr }), sgd(0, false, 0)],
  ['SGD with momentum', (p, lr) => new SGD(p, { lr, momentum: 0.9 }), sgd(0.9, false, 0)],
  [
    'SGD with Nesterov momentum',
    (p, lr) => new SGD(p, { lr, momentum: 0.8, nesterov: true }),
    sgd(0.8, true, 0),
  ],
  ['SGD with weight decay', (p, lr) => new SGD(p, { lr, weightDecay: 0.3 }), sgd(0, false, 0.3)],
  [
    'SGD with everything',
    (p, lr) => new SGD(p, { lr, momentum: 0.7, nesterov: true, weightDecay: 0.2 }),
    sgd(0.7, true, 0.2),
  ],
  ['Adam', (p, lr) => new Adam(p, { lr }), adam([0.9, 0.999], 1e-8, 0, 0)],
  [
    'Adam with numbers of its own',
    (p, lr) => new Adam(p, { lr, betas: [0.6, 0.8], eps: 0.1, weightDecay: 0.4 }),
    adam([0.6, 0.8], 0.1, 0.4, 0),
  ],
  ['AdamW, whose weight decay is 0.01', (p, lr) => new AdamW(p, { lr }), adam([0.9, 0.999], 1e-8, 0, 0.01)],
  [
    'AdamW with an undefined weight decay, which is as good as left out,',
    (p, lr) => new AdamW(p, { lr, weightDecay: undefined }),
    adam([0.9, 0.999], 1e-8, 0, 0.01),
  ],
  [
    'AdamW with numbers of its own',
    (p, lr) => new AdamW(p, { lr, betas: [0.7, 0.9], eps: 0.01, weightDecay: 0.5 }),
    adam([0.7, 0.9], 0.01, 0, 0.5),
  ],
];

for (const device of devices) {
  const on = `on ${device.kind}`;
  const vector = (values: number[]) => Tensor.from(device, values);

  for (const [name, make, rule] of cases) {
    test(`${name} makes the steps of its formula while the rate changes ${on}`, async () => {
      const expected = expectedBy(rule);
      for (const [k, actual] of (await stepped(device, make)).entries()) {
        assertNear(actual, expected[k], 1e-5, `shape [${SHAPES[k]}]`);
      }
    });
  }

  test(`Adam's first step has the size of the rate, whatever the gradient's ${on}`, async () => {
    const w = vector([0, 0, 0, 0]).trained();
    const optimizer = new Adam([w], { lr: 1, eps: 0 });
    w.grad = vector([1e-4, 3, -0.02, -500]);
    optimizer.step();
    // Finer than the rest: 1 − β made of a β that was rounded to float32 is off by 7e-6 of the step.
    assertNear(await w.read(), [-1, -1, 1, 1], 1e-6);
    optimizer.dispose();
    w.dispose();
  });

  test(`a parameter without a gradient stays as it is ${on}`, async () => {
    const [a, b] = [vector([1, 2]).trained(), vector([3]).trained()];
    const optimizer = new SGD([a, b], { lr: 0.5, momentum: 0.9, weightDecay: 0.1 });
    b.grad = vector([1]);
    optimizer.step();
    assert.equal([...(await a.read())], [1, 2]);
    assertNear(await b.read(), [3 - 0.5 * 1.3]);
    optimizer.dispose();
    for (const each of [a, b]) each.dispose();
  });

  /** In which of six steps each of three parameters has a gradient. */
  const joins = [
    [1, 2, 3, 4, 5, 6],
    [3, 4, 6],
    [2, 3],
  ];

  for (const isCaptured of [false, true]) {
    const how = isCaptured ? 'captured' : 'eager';

    test(`a parameter counts the steps in which it has a gradient, ${how} ${on}`, async () => {
      const gradients = [0.5, -2, 0.25];
      const parameters = [vector([1]).trained(), vector([2]).trained(), vector([3]).trained()];
      const optimizer = new Adam(parameters, { lr: 0.1 });
      const rule = adam([0.9, 0.999], 1e-8, 0, 0);
      const states = [1, 2, 3].map((w) => ({ w, m: 0, v: 0, t: 0 }));
      const steps: CapturedStep[] = [];
      for (let t = 1; t <= 6; t++) {
        const body = () => {
          parameters.forEach((parameter, i) => {
            if (joins[i].includes(t)) backward(F.sum(F.mul(parameter, gradients[i])));
          });
          optimizer.apply();
          optimizer.zeroGrad();
          return [];
        };
        // As a training run does: the step begins, is captured, and runs.
        optimizer.advance();
        if (!isCaptured) scope(body);
        else {
          steps.push(await device.capture(body));
          steps[t - 1].run();
        }
        states.forEach((state, i) => {
          if (joins[i].includes(t)) rule(state, gradients[i], 0.1, ++state.t);
        });
        const values = await Promise.all(parameters.map((parameter) => parameter.item()));
        assertNear(
          values,
          states.map(({ w }) => w),
          1e-6,
          `step ${t}`,
        );
      }
      // A state remembers it, and begins anew with one that has none.
      const state = await optimizer.snapshot();
      assert.equal(state.missed, [0, 3, 4]);
      optimizer.restore({ steps: 1, moments: state.moments });
      assert.is((await optimizer.snapshot()).missed, undefined);
      optimizer.restore(state);
      assert.equal((await optimizer.snapshot()).missed, [0, 3, 4]);
      for (const each of [...steps, optimizer, ...parameters]) each.dispose();
    });
  }

  test(`a captured step that leaves a parameter alone counts no step for it ${on}`, async () => {
    const [a, b] = [vector([1]).trained(), vector([1]).trained()];
    const optimizer = new Adam([a, b], { lr: 0.5 });
    const body =
      (...parameters: Tensor[]) =>
      () => {
        for (const parameter of parameters) backward(F.sum(parameter));
        optimizer.apply();
        optimizer.zeroGrad();
        return [];
      };
    const onlyA = await device.capture(body(a));
    for (let i = 0; i < 5; i++) {
      optimizer.advance();
      onlyA.run();
    }
    // Captured before the step begins, this time.
    const both = await device.capture(body(a, b));
    optimizer.advance();
    both.run();
    assertNear(await b.read(), [0.5]);
    optimizer.advance();
    both.run();
    assertNear([...(await a.read()), ...(await b.read())], [1 - 7 * 0.5, 0]);
    // What was bound to the numbers of all does not know of the steps that b misses now.
    optimizer.restore({ ...(await optimizer.snapshot()), missed: [0, 0] });
    const early = await device.capture(body(a, b));
    for (const step of [early, onlyA]) {
      optimizer.advance();
      step.run();
    }
    optimizer.advance();
    const what = 'Adam: a parameter of a captured step has missed steps since; capture it again';
    if (device.kind === 'cpu') early.run();
    else assertThrows(() => early.run(), what);
    for (const each of [onlyA, both, early, optimizer, a, b]) each.dispose();
  });

  test(`dispose frees moments and gradients, and leaves the parameters ${on}`, () => {
    const { live } = device.counters;
    const parameters = [vector([1, 2]).trained(), vector([3]).trained()];
    const optimizer = new Adam(parameters, { lr: 0.1 });
    for (const parameter of parameters) parameter.grad = F.zeros(device, parameter.shape);
    optimizer.dispose();
    // All parameters lie in one block, which stays until the last of them goes.
    assert.is(device.counters.live, live + 1);
    parameters.forEach((parameter, i) => {
      assert.not.ok(parameter.hasGrad);
      parameter.dispose();
      assert.is(device.counters.live, i < parameters.length - 1 ? live + 1 : live);
    });
  });

  // ---- clipping ------------------------------------------------------------------------------------------

  /** Parameters with these gradients; what clipping makes of them, and the norm that it gives. */
  async function clipped(gradients: (number[] | null)[], maximum: number) {
    const { live } = device.counters;
    const parameters = gradients.map((values) => {
      const parameter = vector(values ?? [0]).trained();
      if (values !== null) parameter.grad = vector(values);
      return parameter;
    });
    const norm = scope(() => clipGradNorm(parameters, maximum));
    const result = {
      shape: norm.shape,
      norm: await norm.item(),
      gradients: await Promise.all(
        parameters.map(async (parameter) => (parameter.hasGrad ? [...(await parameter.grad.read())] : null)),
      ),
    };
    norm.dispose();
    for (const parameter of parameters) {
      if (parameter.hasGrad) parameter.grad.dispose();
      parameter.dispose();
    }
    assert.is(device.counters.live, live, 'the gradients before are freed');
    return result;
  }

  test(`clipGradNorm scales all gradients by one factor to the joint norm ${on}`, async () => {
    // √(1 + 4 + 4 + 16) = 5
    const { shape, norm, gradients } = await clipped([[1, -2], [2], null, [-4]], 2);
    assert.equal(shape, []);
    assertNear([norm], [5]);
    assertNear(
      gradients.flatMap((g) => g ?? []),
      [0.4, -0.8, 0.8, -1.6],
    );
    assert.is(gradients[2], null);
  });

  test(`clipGradNorm leaves gradients below the limit as they are, to the bit ${on}`, async () => {
    const before = [[...randomValues([7], 1)], [...randomValues([1], 2)]];
    const { norm, gradients } = await clipped(before, 100);
    assertNear([norm], [Math.hypot(...before.flat())]);
    assert.equal(gradients, before);
  });

  test(`clipGradNorm of gradients that are all zero leaves them zero ${on}`, async () => {
    const { norm, gradients } = await clipped([[0, 0], [0]], 1);
    assert.is(norm, 0);
    assert.equal(gradients, [[0, 0], [0]]);
  });

  test(`clipGradNorm finds a norm of 0 where nothing has a gradient ${on}`, async () => {
    assert.is((await clipped([null, null], 1)).norm, 0);
  });

  test(`clipGradNorm is no part of a graph ${on}`, () =>
    scope(() => {
      const parameter = vector([1, 2]).trained();
      parameter.grad = vector([3, 4]);
      const norm = clipGradNorm([parameter], 1);
      assert.is(norm.requiresGrad, false);
      assert.is(parameter.grad.requiresGrad, false);
      keep(parameter.grad).dispose();
    }));
}

test('an optimiser without parameters is refused', () => {
  const message = 'Adam: no parameters; give it model.parameters()';
  assert.instance(
    assertThrows(() => new Adam([], { lr: 0.1 }), message),
    InkgradError,
  );
});

test('a parameter that is given twice, as a shared layer does, is stepped once', async () => {
  const w = Tensor.from(deviceOf('cpu'), [1]).trained();
  const optimizer = new SGD([w, w], { lr: 0.25 });
  w.grad = Tensor.from(deviceOf('cpu'), [1]);
  optimizer.step();
  assert.is(await w.item(), 0.75);
  optimizer.dispose();
  w.dispose();
});

test('parameters on two devices are refused with one clear line', () => {
  const parameters = devices.map((device) => Tensor.from(device, [1]).trained());
  const step = () => {
    const optimizer = new SGD(parameters, { lr: 1 });
    for (const parameter of parameters) parameter.grad = Tensor.from(parameter.device, [1]);
    optimizer.step();
  };
  assert.instance(assertThrows(step, /device/), InkgradError);
});

test.after(closeDevices);
test.run();
