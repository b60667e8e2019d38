// Winograd's transforms on wasm mix the numbers of a tile and the taps of a filter. One that is none, or too large, reaches
// the results that see it, and no others, as on the other devices.
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

interface Case {
  readonly x: readonly number[];
  readonly w: readonly number[];
  run(x: Tensor, w: Tensor): Tensor[];
}

/** What is held to float64: an op of two factors, by points along a tile. */
const cases: Record<string, Case> = {
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
  'conv2dWeightGrad, 6 points': {
    x: [5, 5, 21, 18],
    w: [5, 6, 21, 18],
    run: (x, g) => [F.conv2dWeightGrad(x, g, { ...attrs, kernel: [3, 3] })],
  },
  'conv2dWeightGrad, 8 points': {
    x: [2, 5, 24, 24],
    w: [2, 11, 24, 24],
    run: (x, g) => [F.conv2dWeightGrad(x, g, { ...attrs, kernel: [3, 3] })],
  },
  'conv2dWeightGrad, 5×5': {
    x: [3, 6, 18, 37],
    w: [3, 4, 18, 37],
    run: (x, g) => [F.conv2dWeightGrad(x, g, { ...attrs, padding: [2, 2, 2, 2], kernel: [5, 5] })],
  },
};

/** The results of a case for the numbers of its two factors. */
function results(on: CpuDevice | typeof device, { x, w, run }: Case, numbers: readonly Float64Array[]) {
  const outputs = noGrad(() =>
    scope(() => run(Tensor.from(on, numbers[0], x), Tensor.from(on, numbers[1], w))),
  );
  return Promise.all(
    outputs.map(async (tensor) => {
      const read = await tensor.read();
      tensor.dispose();
      return read;
    }),
  );
}

/** Corners, the middle of an edge, and one inside, in one plane of the second image or filter. */
function placesIn(shape: readonly number[]): number[] {
  const [, channels, height, width] = shape;
  const plane = (2 * channels - 1) * height * width;
  return [0, width - 1, (height >> 1) * width + Math.min(3, width - 1), height * width - 1].map(
    (place) => plane + place,
  );
}

const rootMeanSquare = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values, (value) => value ** 2).reduce((a, b) => a + b) / values.length);

for (const [name, winograd] of Object.entries(cases)) {
  for (const [where, factors] of Object.entries({
    'the first factor': [0],
    'the second': [1],
    each: [0, 1],
  })) {
    test(`${name}: a special number in ${where} reaches what sees it`, async () => {
      const shapes = [winograd.x, winograd.w];
      const ordinary = shapes.map((shape, i) =>
        Float64Array.from(randomValues(shape, 3 + 4 * i), Math.fround),
      );
      const scales = (await results(exact, winograd, ordinary)).map(rootMeanSquare);
      for (const special of [60, -1e4, 1e20, Infinity, Number.NaN]) {
        // The first one is still transformed: of its rounding all results of a tile get something.
        const tolerance = special === 60 ? 1e-3 : 3e-5;
        for (let place = 0; place < 4; place++) {
          const numbers = ordinary.map((values) => values.slice());
          for (const factor of factors) {
            // In both, their product is as large.
            const share =
              factors.length === 1 ? special : Math.fround(Math.sign(special) * Math.sqrt(Math.abs(special)));
            numbers[factor][placesIn(shapes[factor])[place]] = share;
          }
          const [actual, expected] = [
            await results(device, winograd, numbers),
            await results(exact, winograd, numbers),
          ];
          expected.forEach((values, k) => {
            const wrong = values.findIndex((number, i) => {
              const value = actual[k][i];
              if (Number.isNaN(number)) return !Number.isNaN(value);
              if (!Number.isFinite(number)) return value !== number;
              return !(Math.abs(value - number) <= tolerance * Math.max(scales[k], Math.abs(number)));
            });
            assert.is(
              wrong,
              -1,
              `${special} at place ${place}: output ${k} at ${wrong} is ${actual[k][wrong]} for ${values[wrong]}`,
            );
          });
        }
      }
    });
  }
}

test.after(() => device.close());
test.run();
