// Reverse-mode differentiation against numbers worked out by hand.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { GradOptions } from '../../engine/autograd.ts';
import { backward, grad } from '../../engine/autograd.ts';
import { InkgradError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import { noGrad, update } from '../../engine/graph.ts';
import { ops } from '../../engine/ops/index.ts';
import { SGD } from '../../engine/optim/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertNear, assertThrows } from '../support/compare.ts';
import { closeDevices, deviceOf, devices } from '../support/devices.ts';

for (const device of devices) {
  const on = `on ${device.kind}`;
  const tensor = (values: number[], shape?: number[]) => Tensor.from(device, values, shape);
  const leaf = (values: number[], shape?: number[]) => tensor(values, shape).trained();

  /** The gradients of what `f` makes of trained vectors, as arrays. */
  const gradients = async (
    values: number[][],
    f: (...inputs: Tensor[]) => Tensor,
    options?: (inputs: Tensor[]) => GradOptions,
  ) => {
    const found = scope(() => {
      const inputs = values.map((list) => leaf(list));
      return grad(f(...inputs), inputs, options?.(inputs));
    });
    return Promise.all(found.map(async (g) => [...(await g.read())]));
  };

  test(`L = Σ (a·b + b): dL/da = b, dL/db = a + 1 ${on}`, async () => {
    const f = (a: Tensor, b: Tensor) => F.sum(F.add(F.mul(a, b), b));
    const found = await gradients(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      f,
    );
    assert.equal(found, [
      [4, 5, 6],
      [2, 3, 4],
    ]);
  });

  test(`L = a²/b at a = 3, b = 2: dL/da = 3, dL/db = −9/4 ${on}`, async () => {
    const found = await gradients([[3], [2]], (a, b) => F.div(F.mul(a, a), b));
    assertNear(found.flat(), [3, -2.25]);
  });

  test(`a two-layer perceptron has the gradients of pencil and paper ${on}`, async () => {
    // x = [1, −2], W = [[1, 2], [3, −1]]: W·x = [−3, 5], relu → h = [0, 5]; y = v·h with v = [4, −1] is −5;
    // L = y² = 25, dL/dy = −10; dL/dv = −10·h = [0, −50]; dL/dh = [−40, 10]; only the second unit is on, so
    // dL/dW = [[0, 0], [10, −20]] and dL/dx = 10·[3, −1].
    const found = scope(() => {
      const [x, w, v] = [leaf([1, -2], [1, 2]), leaf([1, 2, 3, -1], [2, 2]), leaf([4, -1], [1, 2])];
      const y = F.linear(F.relu(F.linear(x, w)), v);
      return grad(F.reshape(F.mul(y, y), []), [x, w, v]);
    });
    assert.equal(
      found.map(({ shape }) => shape),
      [
        [1, 2],
        [2, 2],
        [1, 2],
      ],
    );
    const values = await Promise.all(found.map((g) => g.read()));
    assertNear(values[0], [30, -10]);
    assertNear(values[1], [0, 0, 10, -20]);
    assertNear(values[2], [0, -50]);
    for (const g of found) g.dispose();
  });

  // ---- what a gradient stands on -----------------------------------------------------------------------------

  const freed = (caller: string, shape: string) =>
    `${caller}: a tensor ${shape} of the graph was freed; call ${caller}() in the scope of the forward pass, or keep() it`;
  const written = (caller: string, op: string, shape: string) =>
    `${caller}: the gradient of ${op} needs ${shape} as it was, and it was written since; call ${caller}() before write() or an optimiser's step`;

  test(`a freed tensor of the graph is no leaf: backward and grad refuse, and nothing is left behind ${on}`, () =>
    scope(() => {
      const [w, v] = [leaf([1, 2]), leaf([3, 4])];
      // Neither the sum nor the shift needs the numbers of what was freed.
      const loss = scope(() => F.sum(F.add(F.mul(w, v), v)));
      const { live } = device.counters;
      assertThrows(() => backward(loss), freed('backward', '[2]'));
      assertThrows(() => grad(loss, [w]), freed('grad', '[2]'));
      // Of a view that outlives its source, and of what was freed itself.
      const view = scope(() => F.reshape(F.mul(w, 2), [2, 1]));
      const ones = tensor([1, 1], [2, 1]);
      assertThrows(() => backward(view, { gradOutput: ones }), freed('backward', '[2]'));
      const gone = F.sum(w);
      gone.dispose();
      assertThrows(() => backward(gone), freed('backward', '[]'));
      // A leaf is nobody's result, but its gradient would have nowhere to go.
      const ofV = F.sum(v);
      v.dispose();
      assertThrows(() => backward(ofV), freed('backward', '[2]'));
      assert.not.ok(w.hasGrad);
      for (const tensor of [view, ones, ofV]) tensor.dispose();
      assert.is(device.counters.live, live - 1);
    }));

  test(`numbers that were written since the forward pass are refused where a gradient needs them ${on}`, async () => {
    const [w, x] = [leaf([2, 3]), tensor([5, 7])];
    const product = F.sum(F.mul(w, x));
    const [root, total] = [F.sum(F.sqrt(w)), F.sum(F.add(w, x))];
    x.detach().write([1, 1]);
    assertThrows(() => backward(product), written('backward', 'mul', '[2]'));
    assertThrows(() => grad(product, [w]), written('grad', 'mul', '[2]'));
    w.write([8, 9]);
    assert.not.ok(w.hasGrad, 'nothing was added before the error');
    // √w keeps its result, and w + x needs neither: their gradients are what they were.
    for (const output of [root, total]) backward(output);
    assertNear(await w.grad.read(), [1 + 0.5 / Math.sqrt(2), 1 + 0.5 / Math.sqrt(3)]);
    for (const output of [product, root, total, w, x]) output.dispose();
  });

  test(`steps of an optimiser and of a captured step are writing too, and moving is not ${on}`, async () => {
    const [a, b] = [leaf([1]), leaf([2])];
    const square = (x: Tensor) => F.sum(F.mul(x, x));
    const early = square(a);
    const optimizer = new SGD([a, b], { lr: 0.5 });
    backward(early);
    assert.is(await a.grad.item(), 2);
    const later = [square(a), square(b)];
    optimizer.step();
    // Only a had a gradient, so that b is what it was, though both lie in one block.
    assertThrows(() => backward(later[0]), written('backward', 'mul', '[1]'));
    backward(later[1]);
    assert.is(await b.grad.item(), 4);
    const whole = [square(a), square(b)];
    backward(F.add(square(a), square(b)));
    optimizer.step();
    for (const each of whole) assertThrows(() => backward(each), written('backward', 'mul', '[1]'));
    const step = await device.capture(() => {
      update(ops.lerp, [F.add(b, 1)], [b], { weight: 1 });
      return [F.mul(b, 2)];
    });
    step.run();
    const ofOutput = F.sum(F.mul(a, step.outputs[0]));
    const ofB = square(b);
    step.run();
    assertThrows(() => backward(ofOutput), written('backward', 'mul', '[1]'));
    assertThrows(() => backward(ofB), written('backward', 'mul', '[1]'));
    step.dispose();
    optimizer.dispose();
    for (const each of [early, ...later, ...whole, ofOutput, ofB, a, b]) each.dispose();
  });

  test(`parts and wholes know of each other's numbers ${on}`, () =>
    scope(() => {
      const whole = tensor(Array(192).fill(1));
      const [first, last] = [whole.part(0, [64]), whole.part(128, [64])];
      const inner = first.part(0, [3]);
      const w = leaf([2]);
      const products = [whole, first, last, inner].map((x) => F.sum(F.mul(w, x)));
      first.write(Array(64).fill(5));
      for (const i of [0, 1, 3]) assertThrows(() => backward(products[i]), /needs/);
      backward(products[2]);
      whole.write(Array(192).fill(5));
      assertThrows(() => backward(products[2]), /needs \[64\] as it was/);
    }));

  test(`no gradient shares memory with another one, nor with what it was made of ${on}`, async () => {
    const [a, b, c] = [leaf([1, 2]), leaf([3, 4]), leaf([5, 6])];
    const g = tensor([1, 1]);
    const all: Tensor[] = [];
    const f = () => F.add(F.add(a, F.reshape(b, [2])), F.add(c, c));
    scope(() => backward(f(), { gradOutput: g }));
    const grads = [a, b, c].map((x) => x.grad);
    g.write([7, 7]);
    grads[0].write([9, 9]);
    assert.equal([...(await grads[1].read())], [1, 1]);
    assert.equal([...(await grads[2].read())], [2, 2]);
    g.write([1, 1]);
    for (const createGraph of [false, true]) {
      const found = scope(() => grad(f(), [a, b, b], { gradOutput: g, createGraph }));
      found[0].write([9, 9]);
      found[1].write([8, 8]);
      assert.equal([...(await found[2].read())], [1, 1], `createGraph: ${createGraph}`);
      assert.equal([...(await g.read())], [1, 1]);
      all.push(...found);
    }
    for (const each of [a, b, c, g, ...all]) each.dispose();
  });

  test(`crossEntropy of two equal logits pulls them apart by a half each ${on}`, async () => {
    const labels = Tensor.from(device, Int32Array.of(1));
    const [found] = await gradients([[3, 3]], (x) => F.crossEntropy(F.reshape(x, [1, 2]), labels));
    assertNear(found, [0.5, -0.5]);
    labels.dispose();
  });

  // ---- graphs --------------------------------------------------------------------------------------------

  test(`a tensor used several times adds up its gradients ${on}`, async () => {
    // d/dx (x·x·x + 4x) = 3x² + 4
    const f = (x: Tensor) => F.sum(F.add(F.mul(F.mul(x, x), x), F.mul(x, 4)));
    assert.equal(await gradients([[2, -1, 0.5]], f), [[16, 7, 4.75]]);
  });

  test(`x + x and x·x use one tensor twice in one op ${on}`, async () => {
    assert.equal(await gradients([[3, 5]], (x) => F.sum(F.add(x, x))), [[2, 2]]);
    assert.equal(await gradients([[3, 5]], (x) => F.sum(F.mul(x, x))), [[6, 10]]);
    assert.equal(await gradients([[3, 5]], (x) => F.sum(F.sub(x, x))), [[0, 0]]);
  });

  test(`a diamond is walked once for each node, not once for each path ${on}`, async () => {
    // x ↦ x + x twenty times is 2²⁰·x, along 2²⁰ paths.
    const before = device.counters.launches;
    const found = await gradients([[1]], (x) => {
      let y = x;
      for (let i = 0; i < 20; i++) y = F.add(y, y);
      return y;
    });
    assert.equal(found, [[2 ** 20]]);
    assert.ok(device.counters.launches - before < 100);
  });

  test(`a node waits for all that use it, however the branches differ in length ${on}`, async () => {
    // h = x²; L = h·(h·(h + 1)) = h³ + h², dL/dx = (3h² + 2h)·2x = 16·4 at x = 2 … (3·16 + 2·4)·4 = 224
    const f = (x: Tensor) => {
      const h = F.mul(x, x);
      return F.mul(h, F.mul(h, F.add(h, 1)));
    };
    assert.equal(await gradients([[2]], f), [[224]]);
  });

  test(`what was broadcast is summed back to its shape ${on}`, async () => {
    const found = scope(() => {
      const [row, column, one] = [leaf([1, 2, 3], [3]), leaf([4, 5], [2, 1]), leaf([6], [])];
      const y = F.add(F.mul(row, column), one);
      return grad(y, [row, column, one], { gradOutput: tensor([1, 2, 3, 4, 5, 6], [2, 3]) });
    });
    assert.equal(
      found.map(({ shape }) => shape),
      [[3], [2, 1], []],
    );
    const values = await Promise.all(found.map(async (g) => [...(await g.read())]));
    // row: 1·4 + 4·5, …; column: 1·1 + 2·2 + 3·3 and 4·1 + 5·2 + 6·3; one: everything.
    assert.equal(values, [[24, 33, 42], [14, 32], [21]]);
    for (const g of found) g.dispose();
  });

  test(`only the place that won a maximum gets a gradient; equal places share it ${on}`, async () => {
    assert.equal(await gradients([[1, 7, 3]], (x) => F.max(x)), [[0, 1, 0]]);
    assert.equal(await gradients([[7, 1, 7, 7, 7]], (x) => F.max(x)), [[0.25, 0, 0.25, 0.25, 0.25]]);
  });

  // ---- what gets a gradient ------------------------------------------------------------------------------

  test(`backward fills trained leaves and no others ${on}`, async () => {
    const [x, w] = [tensor([1, 2]), leaf([3, 4])];
    const h = scope(() => {
      const product = F.mul(x, w);
      backward(F.sum(product));
      return product;
    });
    assert.not.ok(x.hasGrad);
    assert.not.ok(h.hasGrad);
    assert.equal([...(await w.grad.read())], [1, 2]);
    for (const each of [x, w.grad, w, h]) each.dispose();
  });

  test(`two backward calls add up ${on}`, async () => {
    const x = leaf([1, 2]);
    scope(() => backward(F.sum(F.mul(x, x))));
    const first = x.grad;
    scope(() => backward(F.sum(F.mul(x, 10))));
    assert.equal([...(await x.grad.read())], [12, 14]);
    assert.ok(first.disposed, 'the sum takes the place of the first gradient');
    for (const each of [x.grad, x]) each.dispose();
  });

  test(`one graph may be walked twice ${on}`, async () => {
    const x = leaf([3]);
    scope(() => {
      const y = F.mul(x, x);
      backward(y);
      backward(y);
    });
    assert.equal([...(await x.grad.read())], [12]);
    for (const each of [x.grad, x]) each.dispose();
  });

  test(`noGrad records nothing, also when its body throws ${on}`, () =>
    scope(() => {
      const x = leaf([1, 2]);
      const y = noGrad(() => F.mul(x, x));
      assert.is(y.requiresGrad, false);
      assert.is(y.node, null);
      assert.throws(() =>
        noGrad(() => {
          throw new Error('inside');
        }),
      );
      assert.ok(F.mul(x, x).requiresGrad);
    }));

  test(`detach keeps the value and cuts the graph ${on}`, async () => {
    // x·detach(x²) is seen as x·constant: its slope is x², not 3x².
    const found = await gradients([[2, 3]], (x) => F.sum(F.mul(x, F.mul(x, x).detach())));
    assert.equal(found, [[4, 9]]);
  });

  test(`gradients that belong to two leaves are freed one by one ${on}`, async () => {
    const [x, y] = [leaf([1, 2]), leaf([3, 4])];
    scope(() => backward(F.add(x, y), { gradOutput: tensor([5, 6]) }));
    x.grad.dispose();
    const other = tensor([-1, -1]);
    assert.equal([...(await y.grad.read())], [5, 6]);
    for (const each of [y.grad, x, y, other]) each.dispose();
  });

  test(`what grad returns for two inputs is freed one by one ${on}`, async () => {
    const [x, y] = [leaf([1, 2]), leaf([3, 4])];
    const [dx, dy] = scope(() => grad(F.add(x, y), [x, y], { gradOutput: tensor([5, 6]) }));
    dx.dispose();
    assert.not.ok(dy.disposed);
    for (const each of [dy, x, y]) each.dispose();
  });

  test(`what grad returns is not the caller's own gradOutput ${on}`, async () => {
    const [x, y, g] = [leaf([1, 2]), leaf([3, 4]), tensor([5, 6])];
    const [dx] = scope(() => grad(F.add(x, y), [x], { gradOutput: g }));
    dx.dispose();
    assert.not.ok(g.disposed);
    for (const each of [x, y, g]) each.dispose();
  });

  // ---- grad ----------------------------------------------------------------------------------------------

  test(`grad gives zeros for a trained input that does not matter ${on}`, async () => {
    const found = await gradients([[2, 3], [5]], (x) => F.sum(F.mul(x, x)));
    assert.equal(found, [[4, 6], [0]]);
  });

  test(`grad leaves .grad alone ${on}`, () =>
    scope(() => {
      const x = leaf([1, 2]);
      grad(F.sum(F.mul(x, x)), [x]);
      assert.not.ok(x.hasGrad);
    }));

  test(`grad reaches values inside the graph ${on}`, async () => {
    const found = scope(() => {
      const x = leaf([2, 3]);
      const h = F.mul(x, x);
      return grad(F.sum(F.mul(h, h)), [h, x]);
    });
    assert.equal([...(await found[0].read())], [8, 18]);
    assert.equal([...(await found[1].read())], [32, 108]);
    for (const g of found) g.dispose();
  });

  test(`grad of an input that was not trained is refused, not silently zero ${on}`, () =>
    scope(() => {
      const [x, w] = [tensor([1, 2]), leaf([3, 4])];
      assert.instance(
        assertThrows(() => grad(F.sum(F.mul(x, w)), [x]), /trained/),
        InkgradError,
      );
    }));

  test(`gradOutput weighs the elements of the output ${on}`, async () => {
    const found = await gradients(
      [[1, 2, 3]],
      (x) => F.mul(x, x),
      () => ({ gradOutput: tensor([1, 0, -2]) }),
    );
    assert.equal(found, [[2, 0, -12]]);
  });

  // ---- higher derivatives --------------------------------------------------------------------------------

  test(`x³ has the derivatives 3x², 6x and 6 ${on}`, async () => {
    const found = scope(() => {
      const x = leaf([2, -3]);
      const [first] = grad(F.sum(F.mul(F.mul(x, x), x)), [x], { createGraph: true });
      const [second] = grad(F.sum(first), [x], { createGraph: true });
      const [third] = grad(F.sum(second), [x]);
      return [first, second, third];
    });
    const values = await Promise.all(found.map(async (g) => [...(await g.read())]));
    assert.equal(values, [
      [12, 27],
      [12, -18],
      [6, 6],
    ]);
    for (const g of found) g.dispose();
  });

  test(`a gradient without createGraph is a constant ${on}`, () =>
    scope(() => {
      const x = leaf([2]);
      const [first] = grad(F.mul(x, x), [x]);
      assert.is(first.requiresGrad, false);
      assert.is(first.node, null);
    }));

  test(`createGraph records inside noGrad too ${on}`, async () => {
    const second = scope(() => {
      const x = leaf([2]);
      const y = F.mul(F.mul(x, x), x);
      return noGrad(() => {
        const [first] = grad(y, [x], { createGraph: true });
        return grad(first, [x])[0];
      });
    });
    assert.is(await second.item(), 12);
    second.dispose();
  });

  // ---- errors --------------------------------------------------------------------------------------------

  test(`an output with several elements needs gradOutput ${on}`, () =>
    scope(() => {
      const x = leaf([1, 2, 3, 4, 5, 6], [2, 3]);
      const message =
        'backward: an output of shape [2,3]; make it one number by F.mean or F.sum, or give gradOutput';
      assert.instance(
        assertThrows(() => backward(F.mul(x, x)), message),
        InkgradError,
      );
    }));

  test(`an output without a trained input is refused ${on}`, () =>
    scope(() => {
      const x = tensor([1]);
      const message =
        'backward: no trained tensor leads to this output; mark a parameter with trained() before it is used, outside of noGrad()';
      assert.instance(
        assertThrows(() => backward(F.mul(x, x)), message),
        InkgradError,
      );
      const w = leaf([1]);
      assertThrows(() => backward(noGrad(() => F.mul(w, w))), message);
      assertThrows(() => backward(F.sign(w)), message);
    }));

  test(`a gradOutput of another shape than the output is refused ${on}`, () =>
    scope(() => {
      const x = leaf([1, 2, 3, 4, 5, 6], [2, 3]);
      const options = { gradOutput: tensor([1, 2, 3]) };
      assert.instance(
        assertThrows(() => grad(F.mul(x, x), [x], options), /\[3\].*\[2,3\]/),
        InkgradError,
      );
    }));

  test(`int32 cannot be trained ${on}`, () =>
    scope(() => {
      const labels = Tensor.from(device, Int32Array.of(1, 2));
      assertThrows(() => labels.trained(), 'tensor: int32 has no gradient; expected float');
    }));
}

test('a chain of 20,000 ops can be walked back: the walk must not need a stack frame for each', async () => {
  const dx = scope(() => {
    const x = Tensor.from(deviceOf('cpu'), [3]).trained();
    let y: Tensor = x;
    for (let i = 0; i < 20_000; i++) y = F.neg(y);
    return grad(y, [x])[0];
  });
  assert.is(await dx.item(), 1);
  dx.dispose();
});

test.after(closeDevices);
test.run();
