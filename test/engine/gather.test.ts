// gather and its transpose at sizes that samples do not have: more places than threads, more indices than places, and in
// a captured step.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { backward } from '../../engine/autograd.ts';
import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { SGD } from '../../engine/optim/index.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertNear, randomValues } from '../support/compare.ts';
import { closeDevices, devices } from '../support/devices.ts';

const OUTER = 2;
const INNER = 3;

/** Σ y over the indices that name each place, in double precision. */
function sumsOf(y: ArrayLike<number>, indices: Int32Array, places: number): Float64Array {
  const sums = new Float64Array(OUTER * places * INNER);
  for (let o = 0, from = 0; o < OUTER; o++) {
    for (const index of indices) {
      for (let i = 0; i < INNER; i++) sums[(o * places + index) * INNER + i] += y[from++];
    }
  }
  return sums;
}

/** Rows of a table are looked up, mirrored and squeezed, and the table learns. */
function tableRun(device: Device) {
  const table = Tensor.from(device, randomValues([7, 3], 3), [7, 3]).trained();
  const indices = Tensor.from(device, Int32Array.of(0, 6, 6, -1, 2, 9, 1, 0), [2, 4]);
  const optimizer = new SGD([table], { lr: 0.1 });
  const body = () => {
    const rows = F.flip(F.gather(table, indices), [1]);
    const chosen = F.pad(F.gather(rows, [1, 0, -1], 1), [0, 1, 0], [1, 0, 2], 'symmetric');
    const loss = F.sum(F.mul(chosen, F.sin(chosen)));
    backward(loss);
    optimizer.apply();
    optimizer.zeroGrad();
    return [loss];
  };
  const dispose = () => {
    for (const each of [optimizer, table, indices]) each.dispose();
  };
  return { body, advance: () => optimizer.advance(), read: () => table.read(), dispose };
}

for (const device of devices) {
  for (const [places, count] of [
    [3000, 500],
    [5, 3000],
    [1025, 1025],
  ]) {
    test(`${count} indices of ${places} places are added up, twice to the same bits, on ${device.kind}`, async () => {
      const random = new Random(places);
      const indices = Int32Array.from({ length: count }, () => random.integer(places));
      const y = randomValues([OUTER * count * INNER], count);
      const run = async () => {
        const sums = noGrad(() =>
          scope(() => {
            const values = Tensor.from(device, y, [OUTER, count, INNER]);
            return F.scatterAdd(values, Tensor.from(device, indices), places, 1);
          }),
        );
        const found = await sums.read();
        sums.dispose();
        return found;
      };
      const found = await run();
      assertNear(found, sumsOf(y, indices, places));
      assert.equal(await run(), found);
    });
  }

  test(`a table is trained in a captured step as it is eagerly, on ${device.kind}`, async () => {
    const eager = tableRun(device);
    for (let i = 0; i < 3; i++) {
      eager.advance();
      scope(eager.body);
    }
    const captured = tableRun(device);
    const step = await device.capture(captured.body);
    for (let i = 0; i < 3; i++) {
      captured.advance();
      step.run();
    }
    assert.equal(await captured.read(), await eager.read());
    step.dispose();
    for (const run of [eager, captured]) run.dispose();
  });
}

test.after(closeDevices);
test.run();
