// What a captured step stands on may be freed, move or change while the step is kept: then it does what `cpu` does, which
// does the body anew, or refuses in one line. The device goes on, whatever was asked of it.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import type { CapturedStep } from '../../engine/device.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import { update } from '../../engine/graph.ts';
import { ops } from '../../engine/ops/index.ts';
import { SGD } from '../../engine/optim/index.ts';
import { keep, scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertThrows } from '../support/compare.ts';
import { closeDevices, deviceOf, devices } from '../support/devices.ts';

for (const device of devices) {
  const on = `on ${device.kind}`;
  const isNoted = device.kind !== 'cpu';
  const vector = (...values: number[]) => Tensor.from(device, values);
  const values = async (tensor: Tensor) => [...(await tensor.read())];

  /** Expects a line of error, and that the device still computes. */
  async function assertRefused(action: () => unknown, message: string | RegExp): Promise<void> {
    assert.instance(assertThrows(action, message), InkgradError);
    const sum = scope(() => F.add(vector(1, 2), 1));
    assert.equal(await values(sum), [2, 3]);
    sum.dispose();
  }

  const messageOf = async (promise: Promise<unknown>): Promise<string> => {
    const error = await promise.then(
      () => assert.unreachable('nothing was refused'),
      (reason: unknown) => reason as Error,
    );
    assert.instance(error, InkgradError);
    assert.not.match((error as Error).message, '\n');
    return (error as Error).message;
  };

  const gone = (size: number, how: string) =>
    isNoted
      ? `capture: a tensor of ${size} elements that the step uses was ${how}; capture the step again`
      : /was used after dispose\(\) or the end of its scope/;

  /** A training step of y = w·x that makes w larger by the rate in each run. */
  const makeTraining = (...parameters: Tensor[]) => {
    const optimizer = new SGD(parameters, { lr: 1 });
    const body = () => {
      for (const w of parameters) backward(F.neg(F.sum(w)));
      optimizer.apply();
      optimizer.zeroGrad();
      return [];
    };
    return { optimizer, body };
  };

  // ---- freed -------------------------------------------------------------------------------------------------

  test(`a step is refused when what it reads or writes was freed, also as a part ${on}`, async () => {
    const [x, target, whole] = [vector(1, 2, 3), vector(0, 0, 0), Tensor.from(device, new Float32Array(128))];
    const part = whole.part(64, [5]);
    const steps = [
      await device.capture(() => [F.mul(x, 2)]),
      await device.capture(() => [F.mul(F.reshape(part, [5, 1]), 2)]),
      await device.capture(() => {
        update(ops.lerp, [F.full(device, [3], 1)], [target], { weight: 0.5 });
        return [];
      }),
    ];
    for (const step of steps) step.run();
    x.dispose();
    target.dispose();
    whole.dispose();
    steps[1].run();
    part.dispose();
    // Who has the memory now.
    const others = [vector(7, 7, 7), vector(8, 8, 8), Tensor.from(device, new Float32Array(128).fill(9))];
    await assertRefused(() => steps[0].run(), gone(3, 'freed'));
    await assertRefused(() => steps[1].run(), gone(5, 'freed'));
    await assertRefused(() => steps[2].run(), gone(3, 'freed'));
    assert.equal(await values(others[0]), [7, 7, 7]);
    assert.equal(await values(others[1]), [8, 8, 8]);
    for (const step of steps) step.dispose();
    for (const other of others) other.dispose();
  });

  test(`a tensor of which a view is still there is there for a step ${on}`, async () => {
    const x = vector(1, 2);
    const view = x.detach();
    const step = await device.capture(() => [F.mul(view, 2)]);
    x.dispose();
    view.write([3, 4]);
    step.run();
    assert.equal(await values(step.outputs[0]), [6, 8]);
    step.dispose();
    view.dispose();
  });

  test(`nothing is done by a disposed step, and its outputs are gone with it, or stay as they were ${on}`, async () => {
    const { live } = device.counters;
    const x = vector(1, 2);
    const step = await device.capture(() => [F.mul(x, 2)]);
    step.run();
    const views = [step.outputs[0].detach(), F.reshape(step.outputs[0], [2, 1])];
    step.dispose();
    const other = vector(7, 7);
    const after = 'capture: a step was run after dispose(); capture it again';
    await assertRefused(() => step.run(), after);
    assert.is(await messageOf(step.runAndRead(x)), after);
    for (const view of views) {
      const late = 'capture: a tensor of a step was used after dispose() of the step; copy it before';
      if (!isNoted) assert.equal(await values(view), [2, 4]);
      else {
        assert.is(await messageOf(view.read()), late);
        await assertRefused(() => F.add(view, 1), late);
        await assertRefused(() => view.write([1, 2]), late);
      }
      view.dispose();
    }
    assert.equal(await values(other), [7, 7]);
    for (const tensor of [x, other]) tensor.dispose();
    assert.is(device.counters.live, live);
  });

  test(`a step goes on when one of its outputs was disposed ${on}`, async () => {
    const { live } = device.counters;
    const x = vector(1, 2);
    const step = await device.capture(() => [F.mul(x, 2), F.mul(x, 3)]);
    step.run();
    step.outputs[0].dispose();
    const other = vector(7, 7);
    x.write([3, 4]);
    step.run();
    assert.equal(await values(step.outputs[1]), [9, 12]);
    assert.equal(await values(other), [7, 7]);
    step.dispose();
    for (const tensor of [x, other]) tensor.dispose();
    assert.is(device.counters.live, live);
  });

  test(`a tensor to be read that is gone is refused before the run ${on}`, async () => {
    const [x, y] = [vector(1), vector(5)];
    const step = await device.capture(() => {
      update(ops.lerp, [F.add(x, 1)], [x], { weight: 1 });
      return [];
    });
    y.dispose();
    assert.match(await messageOf(step.runAndRead(y)), 'was used after dispose() or the end of its scope');
    assert.equal(await values(x), [1]);
    step.dispose();
    x.dispose();
  });

  // ---- moved -------------------------------------------------------------------------------------------------

  test(`an optimiser that is made after a capture: the numbers of cpu, or a refusal ${on}`, async () => {
    const w = vector(2, 3).trained();
    const predict = await device.capture(() => [F.mul(w, 10)]);
    predict.run();
    const first = makeTraining(w);
    const run = async (step: CapturedStep) => {
      if (isNoted) await assertRefused(() => step.run(), gone(2, 'moved by a new optimiser'));
      else step.run();
    };
    await run(predict);
    const train = await device.capture(first.body);
    first.optimizer.advance();
    train.run();
    assert.equal(await values(w), [3, 4]);
    const second = new SGD([w], { lr: 0.1 });
    first.optimizer.advance();
    await run(train);
    assert.equal(await values(w), isNoted ? [3, 4] : [4, 5]);
    for (const step of [predict, train]) step.dispose();
    for (const optimizer of [second, first.optimizer]) optimizer.dispose();
    w.dispose();
  });

  test(`views follow a tensor that an optimiser moves, those of its parts too, and nothing leaks ${on}`, async () => {
    const { live } = device.counters;
    const w = Tensor.from(device, new Float32Array(70).fill(1)).trained();
    const views = [w.detach(), F.reshape(w, [70, 1]), w.part(64, [3])];
    const other = vector(1).trained();
    const optimizers = [0, 1].map(() => new SGD([w, other], { lr: 1 }));
    w.write(new Float32Array(70).fill(5));
    for (const view of views) assert.equal([...new Set(await view.read())], [5]);
    views[2].write([1, 2, 3]);
    assert.equal((await values(w)).slice(62, 68), [5, 5, 1, 2, 3, 5]);
    for (const each of [w, other, ...optimizers]) each.dispose();
    assert.equal((await values(views[0])).slice(62, 68), [5, 5, 1, 2, 3, 5]);
    for (const view of views) view.dispose();
    assert.is(device.counters.live, live);
  });

  test(`views of an output show what each run makes ${on}`, async () => {
    const x = vector(1, 2);
    const step = await device.capture(() => [F.mul(x, 2)]);
    step.run();
    const view = F.reshape(step.outputs[0], [2, 1]);
    x.write([3, 4]);
    step.run();
    assert.equal(await values(view), [6, 8]);
    for (const tensor of [view, x]) tensor.dispose();
    step.dispose();
  });

  // ---- gradients ---------------------------------------------------------------------------------------------

  test(`a gradient that is there at the capture counts once, or is refused; one that is freed first does not ${on}`, async () => {
    const { live } = device.counters;
    const w = vector(0).trained();
    const { optimizer, body } = makeTraining(w);
    scope(() => backward(F.neg(F.sum(w))));
    if (isNoted) {
      assert.is(
        await messageOf(device.capture(body)),
        'capture: add reads a tensor from outside that the step frees; free it before, a gradient by zeroGrad()',
      );
    } else {
      const step = await device.capture(body);
      for (const expected of [2, 3]) {
        optimizer.advance();
        step.run();
        assert.equal(await values(w), [expected]);
      }
      w.write([0]);
    }
    assert.not.ok(w.hasGrad);
    // The order of PyTorch: what is left of the run before is freed first.
    scope(() => backward(F.neg(F.sum(w))));
    const step = await device.capture(() => {
      optimizer.zeroGrad();
      backward(F.neg(F.sum(w)));
      optimizer.apply();
      // Would take the place of the gradient in the plan.
      return [scope(() => F.add(F.full(device, [1], 8), 1))];
    });
    for (const expected of [1, 2, 3]) {
      optimizer.advance();
      step.run();
      assert.equal(await values(w), [expected]);
      assert.equal(await values(w.grad), [-1]);
    }
    step.dispose();
    optimizer.dispose();
    w.dispose();
    assert.is(device.counters.live, live);
  });

  test(`gradients that a step leaves add up, or are refused ${on}`, async () => {
    const { live } = device.counters;
    const w = vector(1).trained();
    const body = () => {
      backward(F.sum(F.mul(w, 3)));
      return [];
    };
    if (isNoted) {
      assert.is(
        await messageOf(device.capture(body)),
        'capture: the step leaves a gradient of [1], to which the next run would add; call zeroGrad() in the step',
      );
      assert.not.ok(w.hasGrad);
      scope(() => backward(F.sum(F.mul(w, 3))));
      assert.equal(await values(w.grad), [3]);
    } else {
      const step = await device.capture(body);
      for (const expected of [3, 6]) {
        step.run();
        assert.equal(await values(w.grad), [expected]);
      }
      step.dispose();
    }
    w.dispose();
    assert.is(device.counters.live, live);
  });

  test(`a forward pass outside of a step serves it as long as its numbers are there ${on}`, async () => {
    const [w, x, total] = [vector(2).trained(), vector(3), vector(0)];
    const y = F.sum(F.mul(w, x));
    const step = await device.capture(() => {
      backward(y);
      update(ops.lerp, [F.add(w.grad, total)], [total], { weight: 1 });
      w.grad.dispose();
      w.grad = null;
      return [];
    });
    // The gradient needs x, and not w.
    for (const value of [3, 6]) {
      w.write([value]);
      step.run();
      assert.equal(await values(total), [value]);
    }
    x.write([5]);
    await assertRefused(() => step.run(), /^backward: the gradient of mul needs \[1\] as it was/);
    assert.equal(await values(total), [6]);
    step.dispose();
    for (const tensor of [y, w, x, total]) tensor.dispose();
  });

  test(`an optimiser's step that is noted writes nothing before it is run ${on}`, async () => {
    const w = vector(2).trained();
    const { optimizer, body } = makeTraining(w);
    const square = () => F.sum(F.mul(w, w));
    const y = square();
    const step = await device.capture(body);
    // PyTorch's rule holds as it does without a step: numbers are those of the forward pass until the first run.
    scope(() => backward(y));
    assert.equal(await values(w.grad), [4]);
    optimizer.zeroGrad();
    const again = square();
    optimizer.advance();
    step.run();
    await assertRefused(() => backward(again), /^backward: the gradient of mul needs \[1\] as it was/);
    const failed = device.capture(() => {
      body();
      throw new InkgradError('enough');
    });
    const last = square();
    if (isNoted) assert.is(await messageOf(failed), 'enough');
    else assert.is(await messageOf(failed.then((made) => made.run())), 'enough');
    if (isNoted) scope(() => backward(last));
    else await assertRefused(() => backward(last), /^backward: the gradient of mul needs/);
    step.dispose();
    optimizer.dispose();
    for (const tensor of [y, again, last, w]) tensor.dispose();
  });

  test(`a forward pass outside of a step that trains serves its first run ${on}`, async () => {
    const w = vector(2).trained();
    const optimizer = new SGD([w], { lr: 1 });
    const y = F.sum(F.mul(w, w));
    const step = await device.capture(() => {
      backward(y);
      optimizer.apply();
      optimizer.zeroGrad();
      return [];
    });
    optimizer.advance();
    step.run();
    assert.equal(await values(w), [-2]);
    optimizer.advance();
    await assertRefused(() => step.run(), /^backward: the gradient of mul needs \[1\] as it was/);
    assert.equal(await values(w), [-2]);
    step.dispose();
    optimizer.dispose();
    for (const tensor of [y, w]) tensor.dispose();
  });

  test(`within a step a gradient that needs what an optimiser has written before is refused ${on}`, async () => {
    const w = vector(2).trained();
    const optimizer = new SGD([w], { lr: 1 });
    const refused = device
      .capture(() => {
        const y = F.sum(F.mul(w, w));
        backward(F.sum(w));
        optimizer.apply();
        backward(y);
        optimizer.zeroGrad();
        return [];
      })
      .then((step) => {
        optimizer.advance();
        step.run();
      });
    assert.match(await messageOf(refused), /^backward: the gradient of mul needs \[1\] as it was/);
    optimizer.dispose();
    w.dispose();
  });

  // ---- around ------------------------------------------------------------------------------------------------

  test(`what the body keeps is written in each run and shares memory with nothing ${on}`, async () => {
    const x = vector(1);
    const kept: Tensor[] = [];
    const step = await device.capture(() => {
      kept.push(keep(F.mul(x, 3)));
      return [scope(() => F.add(F.full(device, [1], 8), 1))];
    });
    for (const value of [1, 2]) {
      x.write([value]);
      step.run();
      assert.equal(await values(kept.at(-1)!), [3 * value]);
    }
    step.dispose();
    for (const tensor of [...kept, x]) tensor.dispose();
  });

  test(`a step that is run in the body of another is refused where it would be done once and never again ${on}`, async () => {
    const x = vector(1);
    const inner = await device.capture(() => [F.add(x, 1)]);
    const outer = device.capture(() => {
      inner.run();
      return [];
    });
    const what = 'capture: a step is run in a step; run them apart';
    if (isNoted) assert.is(await messageOf(outer), what);
    else (await outer).run();
    inner.dispose();
    x.dispose();
  });
}

// On `cpu` a body is done anew in each run, and may do something else.
for (const device of devices.filter(({ kind }) => kind === 'cpu')) {
  const vector = (...values: number[]) => Tensor.from(device, values);
  const values = async (tensor: Tensor) => [...(await tensor.read())];

  test('an output has the numbers of what this run returns, whose memory stays its own', async () => {
    const { live } = device.counters;
    const sources = [vector(1, 2), vector(3, 4), vector(5, 6)];
    let at = 0;
    const kept: Tensor[] = [];
    const step = await device.capture(() => {
      kept.push(keep(F.mul(sources[at], 10)));
      return [sources[at], kept.at(-1)!, at === 2 ? F.add(sources[0], 1) : F.reshape(sources[at], [2])];
    });
    step.run();
    const [first, second, third] = step.outputs;
    const view = F.reshape(first, [2, 1]);
    const expected = [
      [1, 2],
      [3, 4],
      [2, 3],
    ];
    for (at = 0; at < 3; at++) {
      step.run();
      assert.equal(await values(first), [2 * at + 1, 2 * at + 2]);
      assert.equal(await values(view), [2 * at + 1, 2 * at + 2]);
      assert.equal(await values(second), [20 * at + 10, 20 * at + 20]);
      assert.equal(await values(third), expected[at]);
    }
    assert.equal(await Promise.all(sources.map(values)), [
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    assert.equal(await Promise.all(kept.map(values)), [
      [10, 20],
      [10, 20],
      [30, 40],
      [50, 60],
    ]);
    step.dispose();
    for (const tensor of [view, ...sources, ...kept]) tensor.dispose();
    assert.is(device.counters.live, live);
  });

  test('outputs of another number, shape or type than in the first run are refused, and the step goes on', async () => {
    const { live } = device.counters;
    const [x, y] = [vector(1, 2), Tensor.from(device, Int32Array.of(1, 2))];
    let returned: () => Tensor[] = () => [F.add(x, 1)];
    const step = await device.capture(() => returned());
    step.run();
    for (const [other, what] of [
      [() => [F.reshape(x, [2, 1])], '[2,1]'],
      [() => [F.concat([x, x])], '[4]'],
      [() => [y], 'int32 [2]'],
      [() => [], 'nothing'],
      [() => [x, x], '[2] [2]'],
    ] as const) {
      returned = () => [...other()];
      const error = assertThrows(
        () => step.run(),
        `capture: the step returned ${what}, and [2] in its first run; return the same shapes in each run`,
      );
      assert.instance(error, InkgradError);
    }
    returned = () => [F.add(x, 2)];
    step.run();
    assert.equal(await values(step.outputs[0]), [3, 4]);
    step.dispose();
    for (const tensor of [x, y]) tensor.dispose();
    assert.is(device.counters.live, live);
  });
}

test('a validation error is thrown once, and the device goes on', async () => {
  const device = deviceOf('webgpu') as WebGpuDevice;
  const x = Tensor.from(device, [1, 2]);
  device.gpu.createBuffer({ size: 4, usage: 0 });
  const failure = await x.read().then(
    () => null,
    (error: unknown) => error,
  );
  assert.instance(failure, InkgradError);
  assert.match((failure as Error).message, /^webgpu: [^\n]*$/);
  assert.equal([...(await x.read())], [1, 2]);
  await device.finish();
  x.dispose();
});

test.after(closeDevices);
test.run();
