// What the samples of batch normalisation do not reach: channels that several workgroups share, means that are large beside
// their deviation, gradients of the statistics themselves, and any number of threads.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../../engine/autograd.ts';
import { relativeError } from '../../engine/check/samples.ts';
import type { Device } from '../../engine/device.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import * as F from '../../engine/functional.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { closeDevices, devices, reference } from '../support/devices.ts';

const attrs = { eps: 1e-5, relu: true };

/** A batch around a mean, with what goes with it: x, weight, bias and dL/dy. */
function batchOf(shape: readonly number[], mean: number): Float32Array[] {
  const random = new Random(3);
  const channels = shape[1];
  const size = shape.reduce((a, b) => a * b, 1);
  const uniform = (length: number, low: number, high: number) =>
    Float32Array.from({ length }, () => random.uniform(low, high));
  const around = Math.sqrt(3);
  return [
    uniform(size, mean - around, mean + around),
    uniform(channels, 0.5, 2),
    uniform(channels, -1, 1),
    uniform(size, -1, 1),
  ];
}

/** y, mean, variance and the gradients of x, weight and bias. */
async function normalised(
  device: Device,
  shape: readonly number[],
  numbers: readonly Float32Array[],
): Promise<TypedArray[]> {
  const found = scope(() => {
    const [x, weight, bias, g] = numbers.map((data, i) =>
      Tensor.from(device, Float64Array.from(data), i === 1 || i === 2 ? [shape[1]] : shape).trained(),
    );
    const { y, mean, variance } = F.batchNorm(x, weight, bias, attrs);
    return [y, mean, variance, ...grad(y, [x, weight, bias], { gradOutput: g })];
  });
  const read = await Promise.all(found.map(async (tensor) => (await tensor.read()).slice()));
  for (const tensor of found) tensor.dispose();
  return read;
}

const cases: Record<string, readonly [shape: readonly number[], mean: number]> = {
  'one channel of many numbers': [[37, 1, 23, 32], 2],
  'two channels, of planes that four does not divide': [[50, 2, 15, 13], -1],
  'a mean of 1000 beside a deviation of 1': [[16, 3, 12, 12], 1000],
};

for (const [name, [shape, mean]] of Object.entries(cases)) {
  for (const device of devices) {
    test(`${name}, on ${device.kind}, within 1e-4 of float64`, async () => {
      const numbers = batchOf(shape, mean);
      const [actual, expected] = [
        await normalised(device, shape, numbers),
        await normalised(reference, shape, numbers),
      ];
      for (const [i, what] of ['y', 'mean', 'variance', 'dx', 'dweight', 'dbias'].entries()) {
        const error = relativeError(actual[i], expected[i]);
        assert.ok(error <= 1e-4, `${what}: relative error ${error}`);
      }
    });
  }
}

test('the gradient flows through the statistics as through batchStatistics', async () => {
  const shape = [3, 2, 2, 2];
  const [numbers, ...others] = batchOf(shape, 1);
  const slopesOf = (statisticsOf: (x: Tensor) => F.BatchStatistics) => {
    const x = Tensor.from(reference, Float64Array.from(numbers), shape).trained();
    const { mean, variance } = statisticsOf(x);
    const cubes = F.add(F.power(mean, 3), F.mul(F.power(variance, 3), F.exp(mean)));
    const [first] = grad(F.sum(cubes), [x], { createGraph: true });
    const [second] = grad(F.sum(F.power(first, 2)), [x]);
    return Promise.all([first.read(), second.read()]);
  };
  const [weight, bias] = others.map((data) => Tensor.from(reference, Float64Array.from(data.slice(0, 2))));
  const fused = await slopesOf((x) => F.batchNorm(x, weight, bias, attrs));
  const composed = await slopesOf(F.batchStatistics);
  for (const [i, expected] of composed.entries())
    assert.ok(relativeError(fused[i], expected) < 1e-9, `derivative ${i + 1}`);
});

test('the same bits on one thread and on three', async () => {
  const shape = [16, 12, 14, 14];
  const numbers = batchOf(shape, 0);
  const [one, three] = await Promise.all(
    [1, 3].map(async (threads) => {
      const device = await openWasm({ threads });
      const found = await normalised(device, shape, numbers);
      device.close();
      return found;
    }),
  );
  for (const [i, expected] of one.entries()) assert.equal([...three[i]], [...expected]);
});

test.after(closeDevices);
test.run();
