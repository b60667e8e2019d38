// Products through matrix units, where the adapter has them (`chromium-experimental-subgroup-matrix`), beside the same
// products of factors rounded to f16 without them: both sum exact products in f32. Mesa's llvmpipe has them from
// Mesa 26 on, SwiftShader has not: there it is tested that nothing is chosen which cannot run. Dawn's adapter without any
// driver has all features and runs nothing: there every shader is compiled.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { relativeError } from '../../engine/check/samples.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { candidates } from '../../engine/devices/webgpu/kernels/candidates.ts';
import { gpuKernels } from '../../engine/devices/webgpu/kernels/index.ts';
import type { TilingName } from '../../engine/devices/webgpu/kernels/tilings.ts';
import { tilings } from '../../engine/devices/webgpu/kernels/tilings.ts';
import { MATRIX_FEATURE } from '../../engine/devices/webgpu/matrixUnits.ts';
import { plainTraits } from '../../engine/devices/webgpu/traits.ts';
import * as F from '../../engine/functional.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { closeDevices, devices } from '../support/devices.ts';

const gpu = devices.find(({ kind }) => kind === 'webgpu') as WebGpuDevice;
const { matrices } = gpu.traits;
const units = (Object.keys(tilings) as TilingName[]).filter(
  (name) => tilings[name].shader === 'contractMatrix',
);
console.log(`matrix units of ${gpu.adapter}: ${matrices ? Object.values(matrices).join('×') : 'none'}`);

function random(shape: Shape, seed: number): Tensor {
  const source = new Random(seed, 0xf16);
  return Tensor.from(
    gpu,
    Float32Array.from({ length: sizeOf(shape) }, () => source.uniform(-1, 1)),
    shape,
  );
}

/** Sizes that no tile divides, split sums, a batch, every kind of convolution, and what is fused to them. */
const products: Readonly<Record<string, () => Tensor>> = {
  matmul: () => F.matmul(random([70, 130], 1), random([130, 67], 2)),
  'matmul of transposed factors': () =>
    F.matmul(random([130, 37], 1), random([141, 130], 2), { transposeA: true, transposeB: true }),
  'a batch of matmuls': () => F.matmul(random([3, 9, 50], 1), random([3, 20, 50], 2), { transposeB: true }),
  'matmul with a long sum': () => F.matmul(random([4, 3000], 1), random([3000, 5], 2)),
  'matmul with a sum made in runs': () => F.matmul(random([4, 4999], 1), random([4999, 5], 2)),
  linear: () => F.linear(random([70, 300], 1), random([130, 300], 2), random([130], 3), { relu: true }),
  conv2d: () => F.conv2d(random([3, 5, 12, 10], 1), random([7, 5, 3, 3], 2), random([7], 3), { padding: 1 }),
  'conv2d in groups, with a stride': () =>
    F.conv2d(random([2, 4, 11, 13], 1), random([6, 2, 5, 3], 2), null, { stride: 2, groups: 2 }),
  conv2dInputGrad: () =>
    F.conv2dInputGrad(random([3, 7, 10, 8], 1), random([7, 5, 3, 3], 2), {
      ...{ stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 },
      image: [12, 10],
    }),
  conv2dWeightGrad: () =>
    F.conv2dWeightGrad(random([3, 5, 12, 10], 1), random([3, 7, 10, 8], 2), {
      ...{ stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 },
      kernel: [3, 3],
    }),
};

const madeBy = async (forced: TilingName, make: () => Tensor) => {
  const { traits } = gpu;
  gpu.traits = { ...traits, halfFactors: true, forced };
  try {
    return await scope(() => make().detach()).read();
  } finally {
    gpu.traits = traits;
  }
};

if (matrices !== undefined) {
  for (const forced of units) {
    for (const [name, make] of Object.entries(products)) {
      test(`${forced} makes ${name} as registers do`, async () => {
        const beside = await madeBy('register4x4', make);
        assert.ok(beside.some((value) => value !== 0));
        // The order of a sum differs, so the last digits of it do.
        const error = relativeError(await madeBy(forced, make), beside);
        assert.ok(error <= 1e-5, `off by ${error}`);
      });
    }
  }
}

const { create } = await import('webgpu');
const withoutDriver = create(['enable-dawn-features=allow_unsafe_apis', 'backend=null']);

test('every shader for matrix units compiles', async () => {
  const adapter = await withoutDriver.requestAdapter();
  assert.ok(adapter?.features.has(MATRIX_FEATURE), 'an adapter with matrix units');
  const device = await adapter!.requestDevice({
    requiredFeatures: [MATRIX_FEATURE, 'shader-f16', 'subgroups'],
  });
  const spec = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
  for (const [side, lanes] of [
    [16, 32],
    [8, 32],
    [8, 4],
  ]) {
    for (const forced of units) {
      // The last one is made in runs.
      for (const length of [64, 4999]) {
        const traits = {
          ...{ ...plainTraits, isSoftware: false, lanes, halfFactors: true, forced },
          matrices: { rows: side, columns: side, depth: side },
        };
        const attrs = { transposeA: false, transposeB: false };
        const work = gpuKernels.matmul([spec(70, length), spec(length, 70)], [spec(70, 70)], attrs, traits);
        const [{ shader, note }] = 'launches' in work ? work.launches : work;
        assert.is(note, forced);
        const { messages } = await device.createShaderModule({ code: shader }).getCompilationInfo();
        const errors = messages.filter(({ type }) => type === 'error').map(({ message }) => message);
        assert.equal(errors, [], `${forced}, pieces of ${side}×${side}, ${lanes} lanes, ${length} products`);
      }
    }
  }
  device.destroy();
});

test('matrix units are a choice with f16 factors alone, and where there are some', () => {
  const size = { rows: 8, columns: 8, depth: 8 };
  const chosen = (traits: object) => {
    const all = [8, 32, 64, 500].flatMap((rows) =>
      candidates(rows, 1000, false, { ...gpu.traits, lanes: 8, ...traits }),
    );
    return units.filter((name) => all.includes(name));
  };
  assert.equal(chosen({ matrices: size, halfFactors: false }), []);
  assert.equal(chosen({ matrices: undefined, halfFactors: true }), []);
  assert.equal(chosen({ matrices: size, halfFactors: true }), units);
});

test.after(closeDevices);
test.run();
