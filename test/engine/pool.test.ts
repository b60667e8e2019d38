// Memory that is given back is bounded on every device, and steady sizes find theirs again.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { Pool } from '../../engine/devices/pool.ts';
import type { WasmDevice } from '../../engine/devices/wasm/device.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import * as F from '../../engine/functional.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { closeDevices, deviceOf } from '../support/devices.ts';

const MIB = 2 ** 20;

/** A pool of numbers, and how many bytes there are in all. */
function pool() {
  const state = { bytes: 0, made: 0 };
  const of = new Pool<number>((sizes) => {
    for (const size of sizes) state.bytes -= size;
  });
  const take = (size: number): number => {
    if (of.take(size, size) === undefined) {
      state.bytes += size;
      state.made++;
    }
    return size;
  };
  const give = (size: number) => of.give(size, size, size);
  return { of, state, take, give };
}

test('sizes that never come again do not add up', () => {
  const { of, state, take, give } = pool();
  let most = 0;
  for (let i = 0; i < 5000; i++) {
    give(take(MIB + i));
    most = Math.max(most, state.bytes);
  }
  assert.ok(most < 80 * MIB, `${most} bytes`);
  assert.is(state.bytes, of.waitingBytes);
  of.clear();
  assert.is(state.bytes, 0);
});

test('nor do sizes that come round, where few are alive at once', () => {
  const { state, take, give } = pool();
  for (let i = 0; i < 5000; i++) give(take(MIB + (i % 500)));
  assert.ok(state.bytes < 80 * MIB, `${state.bytes} bytes`);
});

test('a step of any size finds all its memory again after a few rounds', () => {
  for (const scale of [1, 100, 1000]) {
    const { state, take, give } = pool();
    const round = () => {
      // Activations stay until the end, scratch memory of other sizes goes at once.
      const kept = Array.from({ length: 40 }, (_, i) => {
        give(take(scale * (20_000 + 7 * i)));
        return take(scale * (30_000 + 11 * i));
      });
      for (const size of kept.reverse()) give(size);
    };
    for (let i = 0; i < 6; i++) round();
    const { made } = state;
    for (let i = 0; i < 20; i++) round();
    assert.is(state.made, made, `scale ${scale}`);
  }
});

test('one large block is given up when smaller ones follow', () => {
  const { state, take, give } = pool();
  give(take(1000 * MIB));
  for (let i = 0; i < 100; i++) give(take(MIB + i));
  assert.ok(state.bytes < 80 * MIB, `${state.bytes} bytes`);
});

/** Works on tensors of ever other sizes, a MiB each, of which two are alive at once. */
async function wander(device: CpuDevice | WasmDevice | WebGpuDevice): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const y = scope(() => F.add(F.relu(F.full(device, [250_000 + i], 1)), i));
    if (i % 50 === 0) assert.is((await y.read())[249_999], 1 + i);
    y.dispose();
  }
  await device.finish();
}

test('tensors of ever other sizes on cpu are collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().arrayBuffers;
  const device = new CpuDevice();
  await wander(device);
  collect();
  const more = process.memoryUsage().arrayBuffers - before;
  // Without a bound 600 MiB.
  assert.ok(more < 128 * MIB, `${more} bytes`);
});

test('on wasm memory does not grow with them', async () => {
  const device = deviceOf('wasm') as WasmDevice;
  await wander(device);
  const { byteLength } = device.memory.memory.buffer;
  assert.ok(byteLength <= 128 * MIB, `${byteLength} bytes`);
});

test('on webgpu buffers are destroyed, and the device still works', async () => {
  const { gpu } = deviceOf('webgpu') as WebGpuDevice;
  let bytes = 0;
  const { createBuffer } = gpu;
  gpu.createBuffer = (descriptor) => {
    const buffer = createBuffer.call(gpu, descriptor);
    const { destroy } = buffer;
    bytes += descriptor.size;
    buffer.destroy = () => {
      bytes -= descriptor.size;
      destroy.call(buffer);
    };
    return buffer;
  };
  try {
    await wander(deviceOf('webgpu') as WebGpuDevice);
    assert.ok(bytes < 80 * MIB, `${bytes} bytes`);
    assert.equal([...(await Tensor.from(deviceOf('webgpu'), [1, 2]).read())], [1, 2]);
  } finally {
    gpu.createBuffer = createBuffer;
  }
});

test.after(closeDevices);
test.run();
