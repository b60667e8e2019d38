// No launch passes WebGPU's limit of 65,535 workgroups along an axis, whatever the shapes: grids are computed for the samples
// of every op with one length made as large as memory holds, without running them; and what goes over the limit is run.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { specOf } from '../../engine/check/samples.ts';
import type { Spec } from '../../engine/devices/launch.ts';
import { planeGrid } from '../../engine/devices/launch.ts';
import { gpuKernelOf } from '../../engine/devices/webgpu/kernels/index.ts';
import { planeShader } from '../../engine/devices/webgpu/kernels/planeShader.ts';
import type { Traits } from '../../engine/devices/webgpu/traits.ts';
import { plainTraits } from '../../engine/devices/webgpu/traits.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import type { ListedOp } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { scope } from '../../engine/scope.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { closeDevices, deviceOf } from '../support/devices.ts';

const LIMIT = 65535;
/** Numbers in the largest tensor: 4 GiB. */
const MOST = 2 ** 30;

const software: Traits = plainTraits;
const gpu: Traits = { ...plainTraits, isSoftware: false, groups: 512, lanes: 32 };

/** The same inputs with every axis of one length that much longer, for each length that they have. */
function* enlarged(inputs: readonly Spec[], most: number): Generator<Spec[]> {
  for (const length of new Set(inputs.flatMap(({ shape }) => [...shape]))) {
    const times = (factor: number) =>
      inputs.map(
        ({ shape, dtype }): Spec => ({ shape: shape.map((n) => (n === length ? factor * n : n)), dtype }),
      );
    for (let factor = 2 ** 30; factor > 1; factor /= 2) {
      const larger = times(factor);
      if (larger.some(({ shape }) => sizeOf(shape) > most)) continue;
      yield larger;
      break;
    }
  }
}

/** Ops whose attributes say how large they are, with one thread per element, and one of a single number. */
const fixed = ['broadcastTo', 'fill', 'pad', 'scaleStep'];

for (const op of Object.values<ListedOp>(ops)) {
  if (op.isView) continue;
  test(`${op.name}: grids of huge shapes`, () => {
    let tried = 0;
    for (const { inputs, attrs } of op.samples) {
      for (const specs of enlarged(inputs.map(specOf), MOST)) {
        let outputs: Spec[];
        try {
          outputs = op.infer(specs, attrs);
        } catch {
          // Lengths that depend on each other, or on an attribute.
          continue;
        }
        if (outputs.some(({ shape }) => sizeOf(shape) > MOST)) continue;
        const written = op.inPlace === undefined ? outputs : specs.slice(-op.inPlace);
        const launchesOn = (traits: Traits) => {
          const work = gpuKernelOf(op)(specs, written, attrs, traits);
          return 'launches' in work ? work.launches : work;
        };
        const onGpu = launchesOn(gpu);
        // A software adapter is given products piece by piece: a million launches for some of these.
        const isProduct = onGpu.some(({ key }) => key !== undefined);
        for (const launches of [onGpu, isProduct ? [] : launchesOn(software)]) {
          for (const { grid, entry } of launches) {
            tried++;
            const shapes = specs.map(({ shape }) => `[${shape}]`).join(' ');
            assert.ok(
              grid.every((groups) => Number.isInteger(groups) && groups <= LIMIT),
              `${entry} for ${shapes}: grid ${grid}`,
            );
          }
        }
      }
    }
    assert.ok(tried > 0 || fixed.includes(op.name), 'no sample of this op can be made larger');
  });
}

test('a grid of planes has a thread for each pixel of each plane', () => {
  for (const [planes, pixels] of [
    [1, 1],
    [3, 64 * LIMIT],
    [3, 64 * LIMIT + 1],
    [1, 2 ** 29],
    [LIMIT + 1, 100],
    [5 * LIMIT + 2, 65],
  ]) {
    const { grid, params } = planeGrid(planes, pixels);
    assert.ok(grid.every((groups) => groups <= LIMIT));
    const reached = (groups: number, layer: number, threads: number) =>
      (layer === 0 ? 0 : layer * (grid[2] - 1)) + groups * threads;
    assert.ok(reached(grid[0], params.layerPixels, 64) >= pixels, `${planes}×${pixels}`);
    assert.ok(reached(grid[1], params.layerPlanes, 1) >= planes, `${planes}×${pixels}`);
  }
});

test('from 2²¹ on numbers are not divided by a multiplication', () => {
  const shaderFor = planeShader('');
  for (const width of [8, 7]) {
    assert.match(shaderFor(width, 2 ** 21 - 1), 'const SMALL = true;');
    assert.match(shaderFor(width, 2 ** 21), 'const SMALL = false;');
  }
});

const device = deviceOf('webgpu');

/** More than 65,535 workgroups of 64 threads, with four pixels each. */
const SIDE = 4100;

test('frames and pooled gradients of planes that pass the limit along x', async () => {
  const value = (row: number, column: number) => (row * SIDE + column) % 8191;
  const [framed, back] = noGrad(() =>
    scope(() => {
      const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) => i % 8191);
      const x = Tensor.from(device, values, [1, 1, SIDE, SIDE]);
      // Every 64th pixel of every 64th row, the first of each in the padding.
      const y = F.conv2d(x, F.ones(device, [1, 1, 1, 1]), null, { padding: 1, stride: 64 });
      const [last, kernel] = [SIDE * SIDE - 2, [SIDE / 4, SIDE / 4] as const];
      const place = Tensor.from(
        device,
        Int32Array.from({ length: 16 }, (_, i) => (i === 15 ? last : 0)),
        [1, 1, 4, 4],
      );
      const image = [SIDE, SIDE] as const;
      const pool = { kernel, stride: kernel, padding: [0, 0, 0, 0], dilation: [1, 1], image } as const;
      const dx = F.maxPool2dGrad(F.full(device, [1, 1, 4, 4], 7), place, pool);
      return [y, F.slice(dx, [0, 0, SIDE - 1, 0], [1, 1, 1, SIDE])];
    }),
  );
  const sides = framed.shape[2];
  const expected = Array.from({ length: sides * sides }, (_, at) => {
    const [i, j] = [Math.floor(at / sides), at % sides];
    return i === 0 || j === 0 ? 0 : value(64 * i - 1, 64 * j - 1);
  });
  assert.equal([...(await framed.read())], expected);
  const row = await back.read();
  assert.equal([row.indexOf(7), row.lastIndexOf(7)], [SIDE - 2, SIDE - 2]);
  for (const tensor of [framed, back]) tensor.dispose();
});

test('sums, maxima and their places over short axes have a thread each', async () => {
  const count = 20_000;
  const start = performance.now();
  const short = scope(() => {
    const x = F.concat([F.full(device, [count, 1], 1), F.full(device, [count, 1], 3)], 1);
    return [F.sum(x, { axes: [1] }), F.max(x, { axes: [1] }), F.argmax(x, { axes: [1] })];
  });
  const values = await Promise.all(short.map((tensor) => tensor.read()));
  for (const tensor of short) tensor.dispose();
  assert.equal(
    values.map((each) => [each.length, new Set(each)]),
    [
      [count, new Set([4])],
      [count, new Set([3])],
      [count, new Set([1])],
    ],
  );
  // With a workgroup for each they took 80 µs an output on a software adapter, 5 seconds in all.
  assert.ok(performance.now() - start < 2500);
});

test.after(closeDevices);
test.run();
