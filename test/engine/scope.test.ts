// Explicit lifetime: who lives how long, on both devices, by the device's own count of storages in use.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import type { Device } from '../../engine/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import * as F from '../../engine/functional.ts';
import { keep, scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertThrows } from '../support/compare.ts';
import { closeDevices, deviceOf, devices } from '../support/devices.ts';

/** Runs `body`, then expects as many storages and bytes in use as before. */
async function leavesNothing(device: Device, body: () => unknown): Promise<void> {
  const { live, liveBytes } = device.counters;
  await body();
  assert.is(device.counters.live - live, 0, 'storages left behind');
  assert.is(device.counters.liveBytes - liveBytes, 0, 'bytes left behind');
}

const vector = (device: Device, ...values: number[]) => Tensor.from(device, values);

for (const device of devices) {
  const on = `on ${device.kind}`;

  test(`counters tell storages and bytes in use ${on}`, () =>
    leavesNothing(device, () => {
      const { live, liveBytes } = device.counters;
      const x = Tensor.from(device, Float32Array.of(1, 2, 3, 4, 5), [5]);
      assert.is(device.counters.live, live + 1);
      assert.is(device.counters.liveBytes, liveBytes + 20);
      x.dispose();
    }));

  test(`a scope frees what it made and does not return ${on}`, () =>
    leavesNothing(device, async () => {
      const { live } = device.counters;
      const y = scope(() => {
        const x = vector(device, 1, 2, 3);
        return F.add(F.mul(x, x), 1);
      });
      assert.is(device.counters.live, live + 1);
      assert.equal([...(await y.read())], [2, 5, 10]);
      y.dispose();
    }));

  test(`what a scope returns survives in arrays and objects, however nested ${on}`, () =>
    leavesNothing(device, async () => {
      const { live } = device.counters;
      const result = scope(() => {
        const [a, b, c, d] = [1, 2, 3, 4].map((value) => vector(device, value));
        F.add(a, b);
        return { a, list: [b, null, { deep: [[c]] }], text: 'x', nothing: undefined, twice: [d, d] };
      });
      assert.is(device.counters.live, live + 4);
      const { deep } = result.list[2] as { deep: Tensor[][] };
      const all = [result.a, result.list[0] as Tensor, deep[0][0], ...result.twice];
      assert.equal(await Promise.all(all.map((tensor) => tensor.item())), [1, 2, 3, 4, 4]);
      for (const tensor of all) tensor.dispose();
    }));

  test(`a scope that throws frees everything and passes the error on ${on}`, () =>
    leavesNothing(device, () => {
      let made: Tensor | undefined;
      const error = new Error('mine');
      try {
        scope(() => {
          made = F.add(vector(device, 1, 2), 1);
          throw error;
        });
        assert.unreachable();
      } catch (caught) {
        assert.is(caught, error);
      }
      assert.ok(made?.disposed);
      // The stack of scopes is whole again: a tensor made now belongs to none.
      const after = vector(device, 1);
      assert.not.ok(after.disposed);
      after.dispose();
    }));

  test(`what an inner scope returns is freed by the outer one ${on}`, () =>
    leavesNothing(device, () => {
      const inner: Tensor[] = [];
      scope(() => {
        inner.push(scope(() => vector(device, 1)));
        assert.not.ok(inner[0].disposed);
        scope(() => {
          assert.not.ok(F.add(inner[0], 1).disposed);
        });
      });
      assert.ok(inner[0].disposed);
    }));

  test(`what passes through two scopes survives both ${on}`, () =>
    leavesNothing(device, async () => {
      const x = scope(() => scope(() => vector(device, 7)));
      assert.is(await x.item(), 7);
      x.dispose();
    }));

  test(`keep takes a tensor out of all scopes, also of those further out ${on}`, () =>
    leavesNothing(device, async () => {
      const kept: Tensor[] = [];
      scope(() => {
        const outer = vector(device, 1);
        scope(() => {
          kept.push(keep(outer), keep(F.add(outer, 1)));
        });
      });
      assert.equal(await Promise.all(kept.map((tensor) => tensor.item())), [1, 2]);
      for (const tensor of kept) tensor.dispose();
    }));

  test(`a scope leaves tensors alone that were made outside of it ${on}`, () =>
    leavesNothing(device, async () => {
      const x = vector(device, 3);
      const y = scope(() => {
        F.mul(x, x);
        return x;
      });
      assert.is(y, x);
      assert.is(await x.item(), 3);
      x.dispose();
    }));

  test(`reshape shares memory, which lives as long as one of the two ${on}`, () =>
    leavesNothing(device, async () => {
      const { live } = device.counters;
      const x = vector(device, 1, 2, 3, 4);
      const y = F.reshape(x, [2, 2]);
      assert.is(device.counters.live, live + 1);
      x.write([5, 6, 7, 8]);
      x.dispose();
      assert.is(device.counters.live, live + 1);
      // Were the memory back in the pool, this tensor would take it.
      const other = vector(device, -1, -2, -3, -4);
      assert.equal([...(await y.read())], [5, 6, 7, 8]);
      other.dispose();
      y.dispose();
    }));

  test(`a reshape may outlive the scope of its source ${on}`, () =>
    leavesNothing(device, async () => {
      const y = scope(() => F.reshape(vector(device, 1, 2, 3, 4), [2, -1]));
      const other = vector(device, -1, -2, -3, -4);
      assert.equal([...(await y.read())], [1, 2, 3, 4]);
      for (const tensor of [y, other]) tensor.dispose();
    }));

  test(`a tensor may be freed twice and counts once ${on}`, () =>
    leavesNothing(device, () => {
      const x = vector(device, 1, 2);
      const y = F.reshape(x, [2, 1]);
      x.dispose();
      x.dispose();
      assert.not.ok(y.disposed);
      y.dispose();
    }));

  test(`use after the end says what happened and what to do, in one line ${on}`, async () => {
    const x = scope(() => {
      const made = F.full(device, [2, 3], 1);
      return { hidden: () => made };
    }).hidden();
    const message =
      'tensor: [2,3] was used after dispose() or the end of its scope; return it from the scope or keep() it';
    for (const use of [() => F.add(x, 1), () => F.reshape(x, [6]), () => x.write([1])]) {
      assert.instance(assertThrows(use, message), InkgradError);
    }
    // What gives a promise fails through it.
    const promising: readonly (() => Promise<unknown>)[] = [() => x.read(), () => F.sum(x).item()];
    for (const use of promising) {
      const failure = await Promise.resolve()
        .then(use)
        .catch((error: unknown) => error);
      assert.instance(failure, InkgradError);
      assert.is((failure as InkgradError).message, message);
    }
  });

  test(`an op that refuses its input leaves no output behind ${on}`, () =>
    leavesNothing(device, () => {
      const x = Tensor.from(device, [1, 2, 3, 4], [2, 2]);
      const label = Tensor.from(device, Int32Array.of(0, 2));
      try {
        F.crossEntropy(x, label, { reduction: 'none' }).dispose();
      } catch (error) {
        // Only the CPU sees the label.
        assert.is(device.kind, 'cpu');
        assert.instance(error, InkgradError);
      }
      x.dispose();
      label.dispose();
    }));

  test(`backward outside of all scopes leaves the gradients and nothing else ${on}`, () =>
    leavesNothing(device, () => {
      const x = vector(device, 1, 2, 3).trained();
      const forward = [F.mul(x, x)];
      forward.push(F.exp(forward[0]));
      forward.push(F.sum(forward[1]));
      backward(forward[2]);
      for (const tensor of [...forward, x.grad, x]) tensor.dispose();
    }));

  test(`the gradient of a leaf is freed with the leaf, which owns it ${on}`, () =>
    leavesNothing(device, () => {
      scope(() => {
        const x = vector(device, 1, 2, 3).trained();
        backward(F.sum(F.mul(x, x)));
      });
    }));
}

test('an asynchronous body is refused, since its tensors would be freed while it runs', () => {
  assertThrows(() => scope(async () => F.full(deviceOf('cpu'), [1], 1)), /async/);
});

test.after(closeDevices);
test.run();
