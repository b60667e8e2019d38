// Corners that the ops' own samples do not reach: NaN, powers of negative numbers, windows in the padding,
// ranks beyond the limit, and arguments that are no whole numbers.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../../engine/autograd.ts';
import type { Device } from '../../engine/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertNear, assertThrows } from '../support/compare.ts';
import { closeDevices, devices } from '../support/devices.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

for (const device of devices) {
  const on = `on ${device.kind}`;
  const tensor = (values: number[], shape?: number[]) => Tensor.from(device, values, shape);

  const read = async (body: () => Tensor | Tensor[]) => {
    const results = [scope(body)].flat();
    const values = await Promise.all(results.map(async (result) => [...(await result.read())]));
    for (const result of results) result.dispose();
    return values;
  };

  // ---- NaN and infinity ----------------------------------------------------------------------------------

  test(`NaN goes through relu, clamp, leakyRelu and sums, so that a diverged run is seen ${on}`, async () => {
    const found = await read(() => {
      const x = tensor([1, nan, -1]);
      return [F.relu(x), F.clamp(x, -0.5, 0.5), F.leakyRelu(x, 0.5), F.reshape(F.sum(x), [1])];
    });
    assert.equal(found, [[1, nan, 0], [0.5, nan, -0.5], [1, nan, -0.5], [nan]]);
  });

  test(`NaN is the largest of all in max and argmax, and the first one is found ${on}`, async () => {
    const row = Array.from({ length: 150 }, (_, i) => (i === 70 || i === 140 ? nan : i));
    const found = await read(() => [F.max(tensor(row)), F.argmax(tensor(row))]);
    assert.equal(found, [[nan], [70]]);
  });

  test(`NaN wins a pooling window; its gradient goes to the first one ${on}`, async () => {
    const [y, dx] = await read(() => {
      const x = tensor([9, nan, nan, 5], [1, 1, 2, 2]).trained();
      const pooled = F.maxPool2d(x, 2);
      return [pooled, grad(pooled, [x])[0]];
    });
    assert.equal(y, [nan]);
    assert.equal(dx, [0, 1, 0, 0]);
  });

  test(`the gradient of maximum and minimum is shared by equals, as PyTorch does ${on}`, async () => {
    const found = await read(() => {
      const [a, b] = [tensor([1, 2, 3]).trained(), tensor([3, 2, 1]).trained()];
      return [F.maximum, F.minimum].flatMap((f) => grad(F.sum(f(a, b)), [a, b]));
    });
    assert.equal(found, [
      [0, 0.5, 1],
      [1, 0.5, 0],
      [1, 0.5, 0],
      [0, 0.5, 1],
    ]);
  });

  test(`what where and prelu do not choose leaves no trace, in gradients either ${on}`, async () => {
    const found = await read(() => {
      const [a, b] = [tensor([nan, 1, -infinity]).trained(), tensor([5, nan, 7]).trained()];
      const y = F.where(tensor([0, 1, nan]), a, b);
      const slope = tensor([infinity]);
      return [y, ...grad(F.sum(y), [a, b]), F.prelu(tensor([0.5, -1]), slope)];
    });
    assert.equal(found, [
      [5, 1, 7],
      [0, 1, 0],
      [1, 0, 1],
      [0.5, -infinity],
    ]);
  });

  test(`hardSigmoid has slope 0 on both bounds, and hardSwish 0 and 1, as in PyTorch ${on}`, async () => {
    const found = await read(() => {
      const x = tensor([-3, 3, -4, 4, 0]).trained();
      return [F.hardSigmoid, F.hardSwish].flatMap((f) => grad(F.sum(f(x)), [x]));
    });
    assertNear(found[0], [0, 0, 0, 0, 1 / 6], 1e-6);
    assertNear(found[1], [0, 1, 0, 1, 0.5], 1e-6);
  });

  test(`norms have slope 0 at 0, products the right one where a factor is 0 ${on}`, async () => {
    const found = await read(() => {
      const [none, factors] = [tensor([0, 0]).trained(), tensor([2, 0, 5]).trained()];
      return [
        ...[1, 2].flatMap((p) => grad(F.norm(none, { p: p as 1 | 2 }), [none])),
        ...grad(F.prod(factors), [factors]),
      ];
    });
    assert.equal(found, [
      [0, 0],
      [0, 0],
      [0, 10, 0],
    ]);
  });

  test(`logSumExp of thousands is finite, of −∞ alone −∞ ${on}`, async () => {
    const rows = [1000, 1000, -infinity, 0, -infinity, -infinity];
    const [found] = await read(() => [F.logSumExp(tensor(rows, [3, 2]), { axes: [1] })]);
    assertNear(found.slice(0, 2), [1000 + Math.LN2, 0], 1e-6, 'of numbers');
    // WGSL promises nothing for infinities.
    if (device.kind !== 'webgpu') assert.is(found[2], -infinity);
  });

  test(`softmax and crossEntropy stay finite for logits of a thousand ${on}`, async () => {
    const found = await read(() => {
      const x = tensor([1000, 0, -1000, -1000, -1000, -1001], [2, 3]);
      const labels = Tensor.from(device, Int32Array.of(0, 2));
      return [F.softmax(x), F.logSoftmax(x), F.crossEntropy(x, labels, { reduction: 'none' })];
    });
    const e = Math.exp(-1);
    const second = Math.log(2 + e);
    assertNear(found[0], [1, 0, 0, 1 / (2 + e), 1 / (2 + e), e / (2 + e)]);
    assertNear(found[1].slice(0, 3), [0, -1000, -2000]);
    assertNear(found[1].slice(3), [-second, -second, -1 - second]);
    assertNear(found[2], [0, 1 + second]);
  });

  test(`smoothed labels lose nothing to large logits ${on}`, async () => {
    const rows = [3, 1, 0, 5, 5, 5, -2, 0, 7].map((x) => 1e6 + x);
    const [losses, dx] = await read(() => {
      const x = tensor(rows, [3, 3]).trained();
      const labels = Tensor.from(device, Int32Array.of(1, 0, 2));
      const losses = F.crossEntropy(x, labels, { reduction: 'none', labelSmoothing: 0.1 });
      return [losses, grad(F.sum(losses), [x])[0]];
    });
    // PyTorch 1.13, in float64 and with 1e6 less.
    assertNear(losses, [2.1365126862229524, Math.log(3), 0.5343680895580488], 1e-6);
    const first = [0.8104614011480061, -0.8191381339487389, 0.008676732800732716];
    const last = [-0.03321005116226371, -0.03242239445530189, 0.06563244561756554];
    assertNear(dx, [...first, -0.6, 0.3, 0.3, ...last], 1e-6);
  });

  test(`smoothed labels make a logit of −∞ the loss of PyTorch, and places that do not count 0 ${on}`, async () => {
    const found = await read(() => {
      const x = tensor([-infinity, 0, 1, 3, 1, 0, 0, -infinity, 1, nan, 0, 0], [4, 3]);
      const labels = Tensor.from(device, Int32Array.of(2, 1, 0, 2));
      const options = { reduction: 'none', labelSmoothing: 0.1 } as const;
      return [
        F.crossEntropy(x, labels, options),
        F.crossEntropy(x, labels, { ...options, ignoreIndex: 2 }),
        F.crossEntropy(x, labels, { ...options, weight: tensor([1, 2, 0.5]), ignoreIndex: 2 }),
      ];
    });
    const [plain, weighed] = [2.1365126862229524, 4.108871537482881];
    assertNear(
      found.map((losses) => losses[1]),
      [plain, plain, weighed],
      1e-6,
    );
    for (const losses of found.slice(1)) assert.equal([losses[0], losses[3]], [0, 0]);
    // WGSL promises nothing for infinities.
    if (device.kind === 'webgpu') return;
    assert.equal([found[0][0], found[0][3]], [infinity, nan]);
    for (const losses of found) assert.is(losses[2], infinity);
  });

  // ---- powers --------------------------------------------------------------------------------------------

  test(`a tensor to the power of a tensor is right for negative and zero bases ${on}`, async () => {
    const base = [-2, -2, -3, -1.5, 0, 0, 0, -1];
    const exponent = [2, 3, 1, -2, 0, 2, 0.5, 0];
    const [y] = await read(() => F.pow(tensor(base), tensor(exponent)));
    assertNear(y, [4, -8, -3, 1 / 2.25, 1, 0, 0, 1]);
  });

  test(`a tensor to the power of a number is right for negative and zero bases ${on}`, async () => {
    const found = await read(() => {
      const x = tensor([-2, 0, 3]);
      return [F.pow(x, 3), F.pow(x, 2), F.pow(x, 0), F.pow(x, -1), F.pow(x, 5)];
    });
    const expected = [
      [-8, 0, 27],
      [4, 0, 9],
      [1, 1, 1],
      [-0.5, infinity, 1 / 3],
      [-32, 0, 243],
    ];
    found.forEach((values, k) => {
      assertNear(values, expected[k]);
    });
  });

  test(`a root or a logarithm of a negative number is NaN, not that of its size ${on}`, async () => {
    const found = await read(() => {
      const x = tensor([-2, 4]);
      return [F.pow(x, 0.5), F.pow(x, -1.5), F.pow(x, tensor([0.5])), F.sqrt(x), F.log(x)];
    });
    const expected = [2, 0.125, 2, 2, Math.log(4)];
    found.forEach((values, k) => {
      assert.ok(Number.isNaN(values[0]), `function ${k}: ${values[0]}`);
      assertNear(values.slice(1), [expected[k]]);
    });
  });

  test(`dividing by a tensor that holds 0 gives infinities and NaN ${on}`, async () => {
    const [y] = await read(() => F.div(tensor([1, -1, 0]), tensor([0, 0, 0])));
    assert.equal(y, [infinity, -infinity, nan]);
  });

  // ---- windows -------------------------------------------------------------------------------------------

  test(`a pooling window that sees padding alone takes no pixel of another plane ${on}`, async () => {
    // The taps of this window fall on rows and columns −1 and 2 of a 2×2 image. PyTorch gives −∞.
    const [y] = await read(() => {
      const x = tensor([1, 2, 3, 4, 50, 60, 70, 80], [1, 2, 2, 2]);
      return F.maxPool2d(x, 2, { padding: 1, dilation: 3 });
    });
    assert.equal(y, [-infinity, -infinity]);
  });

  test(`the gradient of a pooling window that sees padding alone goes nowhere ${on}`, async () => {
    const [dx] = await read(() => {
      const x = tensor([1, 2, 3, 4, 50, 60, 70, 80], [1, 2, 2, 2]).trained();
      const y = F.maxPool2d(x, 2, { padding: 1, dilation: 3 });
      return grad(y, [x], { gradOutput: tensor([5, 7], [1, 2, 1, 1]) });
    });
    assert.equal(dx, Array(8).fill(0));
  });

  test(`padding wider than the kernel is zeros all the way for a convolution ${on}`, async () => {
    const [y] = await read(() =>
      F.conv2d(tensor([2], [1, 1, 1, 1]), tensor([3], [1, 1, 1, 1]), null, { padding: 2 }),
    );
    assert.equal(
      y,
      Array.from({ length: 25 }, (_, i) => (i === 12 ? 6 : 0)),
    );
  });

  // ---- shapes --------------------------------------------------------------------------------------------

  test(`eight axes are taken and nine are refused, also by reshape, which makes no new memory ${on}`, () =>
    scope(() => {
      const x = tensor([1, 2, 3, 4], [4]);
      assert.is(F.reshape(x, [2, 1, 1, 1, 1, 1, 1, 2]).shape.length, 8);
      const nine = [2, 1, 1, 1, 1, 1, 1, 1, 2];
      assert.instance(
        assertThrows(() => F.reshape(x, nine), /at most 8/),
        InkgradError,
      );
      assertThrows(() => Tensor.from(device, [1, 2, 3, 4], nine), /at most 8/);
    }));

  test(`eight axes are broadcast, permuted and summed ${on}`, async () => {
    const shape = [2, 1, 3, 1, 2, 1, 1, 2];
    const values = Array.from({ length: 24 }, (_, i) => i + 1);
    const [sums, product] = await read(() => {
      const x = tensor(values, shape);
      const turned = F.permute(x, [7, 6, 5, 4, 3, 2, 1, 0]);
      return [F.sum(turned, { axes: [3, 5, 7] }), F.mul(x, tensor([1, -1], [2, 1, 1, 1, 1, 1, 1, 1]))];
    });
    const odd = values.filter((value) => value % 2 === 1).reduce((sum, value) => sum + value, 0);
    assert.equal(sums, [odd, odd + 12]);
    assert.equal(
      product,
      values.map((value) => (value <= 12 ? value : -value)),
    );
  });

  const refusals: [string, (x: Tensor) => unknown, RegExp][] = [
    ['slice from a half', (x) => F.slice(x, [0.5], [2]), /^slice: /],
    ['slice of half an element', (x) => F.slice(x, [0], [1.5]), /\[1.5\]/],
    ['pad by a half', (x) => F.pad(x, [0.5], [0.5]), /^pad: /],
    ['pad by NaN', (x) => F.pad(x, [nan], [0]), /\[NaN\]/],
    ['broadcastTo a negative length', (x) => F.broadcastTo(F.reshape(x, [4, 1]), [4, -1]), /\[4,-1\]/],
    ['an axis that is a half', (x) => F.sum(x, { axes: [0.5] }), /^sum: axis 0.5 /],
    ['a window of two and a half', (x) => F.maxPool2d(F.reshape(x, [1, 1, 2, 2]), 2.5), /^maxPool2d: /],
    ['oneHot of a negative number of classes', (x) => F.oneHot(labelsOn(x.device), -1), /-1/],
    ['a view with more elements', (x) => x.view([5]), /\[4\].*\[5\]|\[5\].*\[4\]/],
  ];

  for (const [name, action, message] of refusals) {
    test(`${name} is refused in one line ${on}`, () =>
      scope(() => {
        assert.instance(
          assertThrows(() => action(tensor([1, 2, 3, 4])), message),
          InkgradError,
        );
      }));
  }

  test(`concat of nothing is refused in one line ${on}`, () => {
    assert.instance(
      assertThrows(() => F.concat([]), /^concat: /),
      InkgradError,
    );
  });

  test(`a scalar has no axis, and the error does not offer one ${on}`, () =>
    scope(() => {
      const { message } = assertThrows(
        () => F.softmax(tensor([1], [])),
        /^softmax: axis -1 of a tensor of rank 0/,
      );
      assert.not.match(message, '0 to -1');
    }));
}

const labelsOn = (device: Device) => Tensor.from(device, Int32Array.of(0, 1));

test.after(closeDevices);
test.run();
