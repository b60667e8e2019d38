// Sums of any length keep their digits: the worst error as a function of the length, on every device. What is added is all
// of one sign and of one size, where the rounding of a single accumulator adds up, and the results are known.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { closeDevices, devices } from '../support/devices.ts';

/** As in ARCHITECTURE.md: relative to the largest element, and where products are summed. */
const NUMBERS = 1e-5;
const PRODUCTS = 1e-4;

const [tenth, third] = [0.1, 1 / 3].map(Math.fround);

/** What of an op is known for a length: a tensor, and what all of its numbers should be. */
interface Case {
  readonly tolerance: number;
  /** The length's logarithm; the largest takes no more than a second on any device. */
  readonly lengths: readonly number[];
  run(device: Device, length: number): readonly [Tensor, number];
}

const all = [10, 15, 20];
/** A single class stands out. */
const logits = (device: Device, length: number) =>
  F.concat([F.full(device, [1, 1], 1), F.full(device, [1, length - 1], 0)], 1);
const totalOf = (length: number) => Math.E + length - 1;
const label = (device: Device) => Tensor.from(device, Int32Array.of(1));
const side = (length: number) => Math.round(Math.sqrt(length));
const plain = { stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;

const cases: Record<string, Case> = {
  sum: {
    tolerance: NUMBERS,
    lengths: all,
    run: (device, n) => [F.sum(F.full(device, [n], 0.1)), n * tenth],
  },
  'sum, one thread for each': {
    tolerance: NUMBERS,
    lengths: [10, 14],
    run: (device, n) => [F.sum(F.full(device, [n, 1100], 0.1), { axes: [0] }), n * tenth],
  },
  scatterAdd: {
    tolerance: NUMBERS,
    lengths: all,
    run: (device, n) => {
      const indices = Tensor.from(device, new Int32Array(n).fill(1));
      return [F.slice(F.scatterAdd(F.full(device, [n], 0.1), indices, 3), [1], [1]), n * tenth];
    },
  },
  softmax: {
    tolerance: NUMBERS,
    lengths: all,
    run: (device, n) => [F.slice(F.softmax(logits(device, n)), [0, 0], [1, 1]), Math.E / totalOf(n)],
  },
  logSoftmax: {
    tolerance: NUMBERS,
    lengths: all,
    run: (device, n) => [F.slice(F.logSoftmax(logits(device, n)), [0, 0], [1, 1]), 1 - Math.log(totalOf(n))],
  },
  crossEntropy: {
    tolerance: NUMBERS,
    lengths: all,
    run: (device, n) => [F.crossEntropy(logits(device, n), label(device)), Math.log(totalOf(n))],
  },
  'crossEntropy of labels that go to all classes': {
    tolerance: NUMBERS,
    lengths: all,
    run: (device, n) => {
      const x = F.concat([F.full(device, [1, 1], 1000), F.full(device, [1, n - 1], 1 / 3)], 1);
      const loss = F.crossEntropy(x, label(device), { labelSmoothing: 1 });
      return [loss, ((1000 - third) * (n - 1)) / n];
    },
  },
  crossEntropyGrad: {
    tolerance: NUMBERS,
    lengths: all,
    run: (device, n) => {
      const d = F.crossEntropyGrad(logits(device, n), label(device), F.full(device, [1], 1));
      return [F.slice(d, [0, 0], [1, 1]), Math.E / totalOf(n)];
    },
  },
  resize2dGrad: {
    tolerance: NUMBERS,
    lengths: all,
    run: (device, n) => {
      const g = F.full(device, [1, 1, side(n), side(n)], 0.1);
      const d = F.resize2dGrad(g, { mode: 'bilinear', alignCorners: false, size: [1, 1] });
      return [d, side(n) ** 2 * tenth];
    },
  },
  globalAvgPool: {
    tolerance: NUMBERS,
    lengths: all,
    run: (device, n) => [F.globalAvgPool(F.full(device, [1, 1, side(n), side(n)], 0.1)), tenth],
  },
  avgPool2d: {
    tolerance: NUMBERS,
    lengths: [12, ...all],
    run: (device, n) => [F.avgPool2d(F.full(device, [1, 1, side(n), side(n)], 0.1), side(n)), tenth],
  },
  'avgPool2d, a row': {
    tolerance: NUMBERS,
    lengths: all,
    run: (device, n) => [F.avgPool2d(F.full(device, [1, 1, 1, n], 0.1), [1, n]), tenth],
  },
  avgPool2dGrad: {
    tolerance: NUMBERS,
    lengths: [8, 11, 13],
    run: (device, n) => {
      const attrs = { ...plain, kernel: [1, n], image: [1, 2 * n - 1], countPadding: true } as const;
      const dx = F.avgPool2dGrad(F.full(device, [1, 1, 1, n], 0.1), attrs);
      return [F.slice(dx, [0, 0, 0, n - 1], [1, 1, 1, 1]), tenth];
    },
  },
  'avgPool2dGrad, windows of several rows': {
    tolerance: NUMBERS,
    lengths: [8, 12],
    run: (device, n) => {
      const kernel = [side(n), side(n)] as const;
      const image = [2 * side(n) - 1, 2 * side(n) - 1] as const;
      const g = F.full(device, [1, 1, side(n), side(n)], 0.1);
      const dx = F.avgPool2dGrad(g, { ...plain, kernel, image, countPadding: true });
      return [F.slice(dx, [0, 0, side(n) - 1, side(n) - 1], [1, 1, 1, 1]), tenth];
    },
  },
  maxPool2dGrad: {
    tolerance: NUMBERS,
    lengths: [8, 12, 13],
    run: (device, n) => {
      const attrs = { ...plain, kernel: [1, n], image: [1, 2 * n - 1] } as const;
      const place = Tensor.from(device, new Int32Array(n).fill(n - 1), [1, 1, 1, n]);
      const dx = F.maxPool2dGrad(F.full(device, [1, 1, 1, n], 0.1), place, attrs);
      return [F.slice(dx, [0, 0, 0, n - 1], [1, 1, 1, 1]), n * tenth];
    },
  },
  matmul: {
    tolerance: PRODUCTS,
    lengths: all,
    run: (device, n) => [
      F.matmul(F.full(device, [2, n], 0.1), F.full(device, [n, 3], 1 / 3)),
      n * tenth * third,
    ],
  },
  'matmul, a length that nothing divides': {
    tolerance: PRODUCTS,
    lengths: all,
    run: (device, n) => {
      const prime = n === 2 ** 20 ? 1_048_573 : n + 1;
      return [
        F.matmul(F.full(device, [5, prime], 0.1), F.full(device, [4, prime], 1 / 3), { transposeB: true }),
        prime * tenth * third,
      ];
    },
  },
  'matmul of many rows': {
    tolerance: PRODUCTS,
    lengths: [10, 14],
    run: (device, n) => [
      F.matmul(F.full(device, [70, n], 0.1), F.full(device, [n, 70], 1 / 3)),
      n * tenth * third,
    ],
  },
  conv2d: {
    tolerance: PRODUCTS,
    lengths: all,
    run: (device, n) => [
      F.conv2d(
        F.full(device, [1, 1, side(n), side(n)], 0.1),
        F.full(device, [1, 1, side(n), side(n)], 1 / 3),
      ),
      side(n) ** 2 * tenth * third,
    ],
  },
  'conv2d with a window of one row, and several places': {
    tolerance: PRODUCTS,
    lengths: [10, 14, 17],
    run: (device, n) => [
      F.conv2d(F.full(device, [1, 1, 1, n + 8], 0.1), F.full(device, [5, 1, 1, n], 1 / 3)),
      n * tenth * third,
    ],
  },
  'conv2d of many channels': {
    tolerance: PRODUCTS,
    lengths: [10, 13],
    run: (device, n) => [
      F.conv2d(F.full(device, [1, n, 8, 8], 0.1), F.full(device, [4, n, 3, 3], 1 / 3)),
      9 * n * tenth * third,
    ],
  },
  conv2dInputGrad: {
    tolerance: PRODUCTS,
    lengths: [10, 14, 17],
    run: (device, n) => {
      const attrs = { ...plain, image: [4, 4] } as const;
      const dx = F.conv2dInputGrad(
        F.full(device, [1, n, 4, 4], 0.1),
        F.full(device, [n, 2, 1, 1], 1 / 3),
        attrs,
      );
      return [dx, n * tenth * third];
    },
  },
  conv2dWeightGrad: {
    tolerance: PRODUCTS,
    lengths: [10, 15, 19],
    run: (device, n) => {
      const image = [1, 2, side(n), side(n)];
      const attrs = { ...plain, kernel: [1, 1] } as const;
      const dw = F.conv2dWeightGrad(F.full(device, image, 0.1), F.full(device, image, 1 / 3), attrs);
      return [dw, side(n) ** 2 * tenth * third];
    },
  },
  'conv2dWeightGrad of many images': {
    tolerance: PRODUCTS,
    lengths: [10, 19],
    run: (device, n) => {
      const images = [n / 64, 2, 8, 8];
      const attrs = { ...plain, kernel: [1, 1] } as const;
      const dw = F.conv2dWeightGrad(F.full(device, images, 0.1), F.full(device, images, 1 / 3), attrs);
      return [dw, n * tenth * third];
    },
  },
  'conv2dWeightGrad with 3×3 taps': {
    tolerance: PRODUCTS,
    lengths: [10, 15, 19],
    run: (device, n) => {
      const s = side(n);
      const attrs = { ...plain, padding: [0, 0, 0, 0], kernel: [3, 3] } as const;
      const x = F.full(device, [1, 4, s + 2, s + 2], 0.1);
      return [F.conv2dWeightGrad(x, F.full(device, [1, 4, s, s], 1 / 3), attrs), s ** 2 * tenth * third];
    },
  },
};

for (const [name, { tolerance, lengths, run }] of Object.entries(cases)) {
  for (const device of devices) {
    test(`${name}: the worst error on ${device.kind}`, async () => {
      const worst: number[] = [];
      for (const length of lengths) {
        let expected = 0;
        const y = noGrad(() =>
          scope(() => {
            const [tensor, number] = run(device, 2 ** length);
            expected = number;
            return tensor;
          }),
        );
        const errors = [...(await y.read())].map((value) => Math.abs(value / expected - 1));
        y.dispose();
        worst.push(Math.max(...errors));
      }
      const table = lengths.map((length, i) => `2^${length}: ${worst[i].toExponential(1)}`).join(', ');
      if (process.env.LONG_SUMS !== undefined) console.log(`${name} ${device.kind}: ${table}`);
      assert.ok(
        worst.every((error) => error <= tolerance),
        `${table}; expected ${tolerance}`,
      );
    });
  }
}

test.after(closeDevices);
test.run();
