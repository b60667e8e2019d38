// Pooling with any window on the devices wasm and webgpu, on rows that are long enough for vectors and on more than a tile: what
// the device cpu makes of the same numbers, NaN, infinities and ties among them, whatever the number of threads.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import type { Op } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import type { PoolAttrs } from '../../engine/ops/pooling.ts';
import type { Pair } from '../../engine/ops/window.ts';
import { ceilOverhang, planeOf, windowOutput } from '../../engine/ops/window.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { windowOf } from '../../engine/windowOptions.ts';
import { openDevice } from '../../pipeline/node/devices/devices.ts';

const cpu = new CpuDevice();
const devices = [await openWasm({ threads: 1 }), await openWasm({ threads: 2 }), await openDevice('webgpu')];
test.after(() => {
  for (const device of devices) device.close();
});

interface Pool {
  readonly x: Shape;
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly padding?: readonly number[];
  readonly dilation?: Pair;
  readonly ceil?: boolean;
}

const pools: Readonly<Record<string, Pool>> = {
  'as resnet begins': { x: [2, 3, 28, 28], kernel: [3, 3], stride: [2, 2], padding: [1] },
  'of odd sizes': { x: [1, 2, 21, 19], kernel: [3, 3], stride: [2, 2], padding: [1] },
  sliding: { x: [2, 3, 9, 23], kernel: [3, 3], padding: [1] },
  'sliding, rows of four': { x: [2, 3, 5, 4], kernel: [3, 3], padding: [1] },
  'sliding without padding': { x: [1, 3, 7, 14], kernel: [3, 3] },
  'sliding, a single row': { x: [1, 3, 1, 13], kernel: [3, 3], padding: [1] },
  'sliding, padded at the end': { x: [1, 3, 6, 11], kernel: [3, 3], padding: [0, 0, 1, 1] },
  'two apart, padded at the end': { x: [1, 3, 8, 18], kernel: [3, 3], stride: [2, 2], padding: [0, 0, 1, 1] },
  'four windows inside': { x: [1, 2, 5, 8], kernel: [2, 3], padding: [0, 1] },
  'three apart': { x: [1, 3, 10, 44], kernel: [2, 3], stride: [3, 3] },
  'four apart, with pixels between': { x: [1, 2, 9, 41], kernel: [3, 2], stride: [4, 4], padding: [1, 0] },
  'three apart that overlap': { x: [1, 2, 13, 17], kernel: [4, 5], stride: [3, 3], padding: [1, 2] },
  'five apart that overlap': { x: [1, 2, 16, 23], kernel: [7, 6], stride: [5, 5], padding: [2] },
  'with holes': { x: [1, 2, 14, 30], kernel: [3, 3], stride: [1, 2], dilation: [3, 2], padding: [1, 1] },
  'holes that the stride does not divide': {
    x: [1, 2, 11, 27],
    kernel: [2, 3],
    stride: [2, 2],
    dilation: [1, 3],
    padding: [0, 1],
  },
  'with a last window that hangs over': { x: [1, 2, 10, 20], kernel: [3, 3], stride: [2, 2], ceil: true },
  'padded on one side': { x: [1, 2, 8, 17], kernel: [4, 4], stride: [1, 1], padding: [2, 2, 0, 1] },
  'halves, with a row and a column left': { x: [2, 3, 9, 15], kernel: [2, 2], stride: [2, 2] },
  'the whole image': { x: [2, 3, 13, 14], kernel: [13, 14] },
  'wide windows, side by side': { x: [1, 2, 6, 40], kernel: [3, 9], stride: [3, 9] },
  'wide windows that overlap': { x: [1, 2, 5, 31], kernel: [2, 11], stride: [1, 5], padding: [1, 4] },
  'a row of one plane': { x: [1, 1, 1, 200], kernel: [1, 5], stride: [1, 2], padding: [0, 2] },
};

const attrsOf = ({ x, kernel, stride = [1, 1], padding = [0], dilation = [1, 1], ceil = false }: Pool) => {
  const window = windowOf({ stride, padding, dilation }, kernel);
  return { ...window, kernel, ...(ceil && { overhang: ceilOverhang(planeOf(x), kernel, window) }) };
};

const random = new Random(21);
/** Small whole numbers, so that equals are frequent and sums exact. */
const whole = (shape: Shape): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, () => random.integer(9) - 4);
const odd = [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
/** The same with a share of numbers that are none, or have no end. */
const withOdd = (shape: Shape): Float32Array =>
  whole(shape).map((value) => (random.integer(4) === 0 ? odd[random.integer(4)] : value));

/** The same with zeros of both signs and an ∞ in each plane, and a NaN in the first alone. */
const withFew = (shape: Shape): Float32Array => {
  const data = whole(shape).map((value) => (value === 0 && random.integer(2) === 0 ? -0 : value));
  const pixels = sizeOf(planeOf(shape));
  for (let plane = 0; plane < data.length; plane += pixels) data[plane + random.integer(pixels)] = Infinity;
  data[random.integer(pixels)] = Number.NaN;
  return data;
};

type Data = Float32Array | Int32Array;

async function made<A extends object>(
  device: Device,
  op: Op<A>,
  given: readonly { readonly shape: Shape; readonly data: Data }[],
  attrs: A,
): Promise<ArrayLike<number>[]> {
  const specs = op.infer(
    given.map(({ shape, data }) => ({
      shape,
      dtype: data instanceof Int32Array ? ('int32' as const) : ('float32' as const),
    })),
    attrs,
  );
  const [inputs, outputs] = scope(() => [
    given.map(({ shape, data }) => Tensor.from(device, data, shape)),
    specs.map(({ shape, dtype }) => Tensor.empty(device, shape, dtype)),
  ]);
  device.run(op, inputs, outputs, attrs);
  const values = await Promise.all(outputs.map((tensor) => tensor.read()));
  for (const tensor of [...inputs, ...outputs]) tensor.dispose();
  return values;
}

async function agrees<A extends object>(
  op: Op<A>,
  given: Parameters<typeof made>[2],
  attrs: A,
): Promise<ArrayLike<number>[]> {
  const expected = await made(cpu, op, given, attrs);
  for (const device of devices) {
    const values = await made(device, op, given, attrs);
    for (const [i, all] of expected.entries()) {
      // Sums in single precision, as WebGPU has them, lose digits where numbers of up to 4 cancel.
      const lost = device.kind === 'webgpu' ? 2e-6 : 1e-12;
      const isFar = (v: number, other: number) =>
        !Object.is(v, other) && !(Math.abs(v - other) <= 1e-6 * Math.abs(v) + lost);
      const wrong = Array.from(all).findIndex((v, at) => isFar(v, values[i][at]));
      assert.is(wrong, -1, `${op.name} ${i}: ${values[i][wrong]} at ${wrong}; expected ${all[wrong]}`);
    }
  }
  return expected;
}

for (const [name, pool] of Object.entries(pools)) {
  const attrs: PoolAttrs = attrsOf(pool);
  const { x } = pool;
  const y = [...x.slice(0, 2), ...windowOutput('test', planeOf(x), attrs.kernel, attrs)];
  const image = planeOf(x);

  test(`maxima of windows ${name}`, async () => {
    for (const data of [whole(x), withOdd(x), withFew(x)]) {
      const [, place] = await agrees(ops.maxPool2d, [{ shape: x, data }], attrs);
      const from = { shape: y, data: Int32Array.from(place) };
      await agrees(ops.maxPool2dGrad, [{ shape: y, data: whole(y) }, from], { ...attrs, image });
    }
  });

  test(`means of windows ${name}`, async () => {
    for (const countPadding of [true, false]) {
      const counting = { ...attrs, countPadding };
      await agrees(ops.avgPool2d, [{ shape: x, data: whole(x) }], counting);
      await agrees(ops.avgPool2dGrad, [{ shape: y, data: whole(y) }], { ...counting, image });
    }
  });
}

test.run();
