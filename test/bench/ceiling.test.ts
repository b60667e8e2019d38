// The kernels behind the ceilings do the work that is counted, on every device.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  COPIED,
  copy,
  flopsOf,
  leastTime,
  measureCeiling,
  multiplyAdd,
  THREADS,
  WASM_CHAINS,
  WASM_PARTS,
} from '../../bench/ceiling.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { closeDevices, devices } from '../support/devices.ts';

test.after(closeDevices);

test('a round is 12 chains of 16 multiply-adds in each thread', () => {
  assert.is(flopsOf({ rounds: 3 }), THREADS * 3 * 12 * 16 * 2);
});

test('the least time is that of the slower side', () => {
  const ceiling = { flops: 1e9, bytes: 1e10 };
  assert.equal(leastTime({ flops: 5e6, bytes: 1e7 }, ceiling), { ms: 5, bound: 'compute' });
  assert.equal(leastTime({ flops: 5e6, bytes: 1e8 }, ceiling), { ms: 10, bound: 'memory' });
});

/** No two neighbours alike, nor two pages. */
const values = new Float32Array(COPIED);
for (let i = 0; i < COPIED; i++) values[i] = i % 8191;

for (const device of devices) {
  test(`the chains settle at 1 on ${device.kind}, so none of them was left out`, async () => {
    const [x, y] = scope(() => [
      Tensor.from(device, Float32Array.of(0.5, 0.5, 0, 0)),
      Tensor.empty(device, [THREADS, 4]),
    ]);
    device.run(multiplyAdd, [x], [y], { rounds: 2 });
    const sums = await y.read();
    // 14 chains of the one loop on the CPU, 13 in each part of WebAssembly; 3 vectors in each thread of a shader.
    const { expected, places } = {
      cpu: { expected: 14, places: [0] },
      wasm: { expected: WASM_CHAINS, places: [0, 1, 4 * WASM_PARTS - 1] },
      webgpu: { expected: 3, places: [0, 1, 4 * THREADS - 1] },
    }[device.kind];
    for (const at of places) {
      assert.ok(Math.abs(sums[at] - expected) < 1e-5, `element ${at} is ${sums[at]}`);
    }
    for (const tensor of [x, y]) tensor.dispose();
  });

  test(`all of the memory is copied on ${device.kind}`, async () => {
    const [x, y] = scope(() => [Tensor.from(device, values), Tensor.empty(device, [COPIED])]);
    device.run(copy, [x], [y], {});
    assert.ok(Buffer.from((await y.read()).buffer).equals(Buffer.from(values.buffer)));
    for (const tensor of [x, y]) tensor.dispose();
  });

  test(`ceilings are numbers, and leave nothing behind on ${device.kind}`, async () => {
    const { live } = device.counters;
    const { flops, bytes } = await measureCeiling(device);
    assert.ok(flops > 0 && Number.isFinite(flops) && bytes > 0 && Number.isFinite(bytes));
    assert.is(device.counters.live, live);
  });
}

test.run();
