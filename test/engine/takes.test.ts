// Gradients whose functions the functions of `F` hand along, as deep as they go: each is given all that it takes, also where
// no list of ops stands behind it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../../engine/autograd.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import * as F from '../../engine/functional.ts';
import { Random } from '../../engine/random.ts';
import { Tensor } from '../../engine/tensor.ts';

const device = new CpuDevice();
const random = new Random(1);
const int32 = (...values: number[]) => Tensor.from(device, Int32Array.from(values));
const state = int32(1, 2, 3);

/** What is differentiated by all of its operands, of these shapes. */
const cases: Record<string, readonly [(...operands: Tensor[]) => Tensor, ...(readonly number[])[]]> = {
  conv2d: [(x, w) => F.conv2d(x, w), [1, 1, 4, 4], [1, 1, 2, 2]],
  convTranspose2d: [(x, w) => F.convTranspose2d(x, w), [1, 1, 2, 2], [1, 1, 2, 2]],
  convRelu: [(x, w, b) => F.convRelu(x, w, b, { pool: true }), [1, 1, 5, 5], [1, 1, 2, 2], [1]],
  maxPool2d: [(x) => F.maxPool2d(x, 2), [1, 1, 4, 4]],
  avgPool2d: [(x) => F.avgPool2d(x, 2), [1, 1, 4, 4]],
  crossEntropy: [(x) => F.crossEntropy(x, int32(1, 0)), [2, 3]],
  nllLoss: [(x) => F.nllLoss(x, int32(1, 0)), [2, 3]],
  softmax: [(x) => F.softmax(x), [2, 3]],
  logSoftmax: [(x) => F.logSoftmax(x), [2, 3]],
  dropout: [(x) => F.dropout(x, state, { p: 0.5, stream: 0 }), [8]],
  gather: [(x) => F.gather(x, int32(2, 0)), [3, 2]],
  scatterAdd: [(y) => F.scatterAdd(y, int32(2, 0), 3), [2, 2]],
  resize2d: [(x) => F.resize2d(x, 5), [1, 1, 3, 3]],
};

/** Σ y² and, of that, Σ of the squares of the gradients, and so on: each order goes through all rules of the one before. */
for (const [name, [call, ...shapes]] of Object.entries(cases)) {
  test(`${name}: three times over`, async () => {
    const operands = shapes.map((shape) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return Tensor.from(
        device,
        Float32Array.from({ length: size }, () => random.uniform(0.1, 1)),
        shape,
      ).trained();
    });
    const square = (y: Tensor) => F.sum(F.mul(y, y));
    let loss = square(call(...operands));
    for (let order = 1; order <= 3; order++) {
      const slopes = grad(loss, operands, { createGraph: true });
      for (const slope of slopes) assert.ok((await slope.read()).every(Number.isFinite), `order ${order}`);
      loss = slopes.map(square).reduce((a, b) => F.add(a, b));
    }
  });
}

test.run();
