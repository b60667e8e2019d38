// Winograd's transforms on wasm mix the inputs of a tile. One that is no number, or too large, reaches the outputs that see
// it, and no others, as on the other devices.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import * as F from '../../engine/functional.ts';
import { apply, noGrad } from '../../engine/graph.ts';
import { ops } from '../../engine/ops/index.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { randomValues } from '../support/compare.ts';

const exact = new CpuDevice({ floatType: 'float64' });
const device = await openWasm({ threads: 2, poison: true });

const attrs = { stride: [1, 1], padding: [1, 1, 1, 1], dilation: [1, 1], groups: 1 } as const;

/** What is held to float64: an op of an image of two and its filters, by points along a tile. */
const cases: Record<string, { x: number[]; w: number[]; run: (x: Tensor, w: Tensor) => Tensor[] }> = {
  'conv2d, 6 points': {
    x: [2, 5, 21, 18],
    w: [6, 5, 3, 3],
    run: (x, w) => [F.conv2d(x, w, F.ones(x.device, [6]), { padding: 1 })],
  },
  'conv2d, 8 points': {
    x: [2, 5, 24, 24],
    w: [6, 5, 3, 3],
    run: (x, w) => [F.conv2d(x, w, null, { padding: 1 })],
  },
  'conv2d, 5×5': { x: [2, 4, 40, 11], w: [5, 4, 5, 5], run: (x, w) => [F.conv2d(x, w)] },
  'convRelu, pooled': {
    x: [2, 4, 18, 18],
    w: [5, 4, 3, 3],
    run: (x, w) => apply(ops.convRelu, [x, w, F.ones(x.device, [5])], { ...attrs, pool: true }, x.device),
  },
  'conv2dInputGrad, 6 points': {
    x: [2, 6, 41, 18],
    w: [6, 5, 3, 3],
    run: (g, w) => [F.conv2dInputGrad(g, w, { ...attrs, image: [41, 18] })],
  },
  'conv2dInputGrad, 5×5': {
    x: [2, 6, 18, 37],
    w: [6, 5, 5, 5],
    run: (g, w) => [F.conv2dInputGrad(g, w, { ...attrs, image: [20, 39] })],
  },
};

for (const [name, { x, w, run }] of Object.entries(cases)) {
  test(`${name}: a special pixel reaches what sees it`, async () => {
    const [, channels, height, width] = x;
    const filters = randomValues(w, 7);
    const results = (on: CpuDevice | typeof device, values: ArrayLike<number>) =>
      Promise.all(
        noGrad(() =>
          scope(() => run(Tensor.from(on, Array.from(values), x), Tensor.from(on, Array.from(filters), w))),
        ).map(async (tensor) => {
          const read = await tensor.read();
          tensor.dispose();
          return read;
        }),
      );
    const places = [0, width - 1, (height >> 1) * width + 3, height * width - 1];
    for (const special of [1e4, -1e6, 1e20, Infinity, Number.NaN]) {
      for (const place of places) {
        const values = Float64Array.from(randomValues(x, 3), Math.fround);
        // In one channel of the second image.
        values[(2 * channels - 1) * height * width + place] = special;
        const [actual, expected] = [await results(device, values), await results(exact, values)];
        expected.forEach((numbers, k) => {
          const wrong = numbers.findIndex((number, i) => {
            const value = actual[k][i];
            if (Number.isNaN(number)) return !Number.isNaN(value);
            if (!Number.isFinite(number)) return value !== number;
            return !(Math.abs(value - number) <= 1e-4 * Math.max(1, Math.abs(number)));
          });
          assert.is(
            wrong,
            -1,
            `${special} at ${place}: output ${k} at ${wrong} is ${actual[k][wrong]} for ${numbers[wrong]}`,
          );
        });
      }
    }
  });
}

test.after(() => device.close());
test.run();
