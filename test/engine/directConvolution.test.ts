// Convolutions that no transform fits, on the device wasm: any stride, dilation, groups and padding, images that are cut into
// strips, and what they take of a thread's memory.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device, Operand } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import {
  conv2d,
  conv2dInputGrad,
  conv2dWeightGrad,
  convRelu,
} from '../../engine/devices/wasm/kernels/direct.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import type { Op } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import type { Pair } from '../../engine/ops/window.ts';
import { planeOf, windowOutput } from '../../engine/ops/window.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { windowOf } from '../../engine/windowOptions.ts';

const exact = new CpuDevice({ floatType: 'float64' });
const devices = [await openWasm({ threads: 1 }), await openWasm({ threads: 2 })];
test.after(() => {
  for (const device of devices) device.close();
});

interface Layer {
  readonly x: Shape;
  readonly w: Shape;
  readonly groups?: number;
  readonly stride?: Pair;
  readonly dilation?: Pair;
  readonly padding?: readonly number[];
}

/** Each kind of phase: one tap or several, none at all, shifts inside the image and past it; few channels and many. */
const layers: Readonly<Record<string, Layer>> = {
  'stride 2 as in resnet': { x: [3, 5, 14, 14], w: [9, 5, 3, 3], stride: [2, 2], padding: [1] },
  'stride 2 of odd sizes': { x: [1, 7, 13, 9], w: [4, 7, 3, 3], stride: [2, 2], padding: [1] },
  'a shortcut, three phases without a tap': { x: [2, 6, 15, 8], w: [5, 6, 1, 1], stride: [2, 2] },
  'down alone': { x: [1, 3, 11, 10], w: [6, 3, 3, 2], stride: [3, 1], padding: [1, 0] },
  'across alone': { x: [1, 3, 6, 23], w: [6, 3, 2, 4], stride: [1, 3], padding: [0, 2] },
  'dilation that the stride divides': {
    ...{ x: [1, 2, 17, 16], w: [3, 2, 3, 3], stride: [2, 2], dilation: [2, 4], padding: [2, 3, 1, 4] },
  },
  'dilation and stride without a common factor': {
    ...{ x: [1, 2, 19, 17], w: [3, 2, 3, 3], stride: [2, 3], dilation: [3, 2], padding: [0, 4, 5, 1] },
  },
  'windows side by side, as patches': { x: [2, 3, 16, 16], w: [8, 3, 8, 8], stride: [8, 8] },
  'windows apart, pixels that nothing sees': { x: [1, 4, 14, 15], w: [4, 4, 2, 2], stride: [5, 4] },
  'more padding than window': { x: [1, 2, 5, 4], w: [2, 2, 2, 2], stride: [2, 2], padding: [3, 4, 5, 3] },
  depthwise: { x: [3, 11, 14, 14], w: [11, 1, 3, 3], groups: 11, padding: [1] },
  'depthwise, stride 2, 5×5': { x: [2, 5, 17, 14], w: [5, 1, 5, 5], groups: 5, stride: [2, 2], padding: [2] },
  'depthwise, stride 2': { x: [2, 9, 14, 14], w: [9, 1, 3, 3], groups: 9, stride: [2, 2], padding: [1] },
  'depthwise, stride 2 of odd sizes': {
    x: [2, 5, 15, 13],
    w: [5, 1, 3, 3],
    groups: 5,
    stride: [2, 2],
    padding: [1],
  },
  'depthwise, stride 2, padded at the end': {
    ...{ x: [2, 5, 12, 18], w: [5, 1, 3, 3], groups: 5, stride: [2, 2], padding: [0, 0, 1, 1] },
  },
  'depthwise, rows of seven': { x: [2, 6, 7, 7], w: [6, 1, 3, 3], groups: 6, padding: [1] },
  'depthwise, without padding': { x: [2, 4, 8, 19], w: [4, 1, 3, 3], groups: 4 },
  'depthwise, padded before': { x: [1, 4, 6, 9], w: [4, 1, 3, 3], groups: 4, padding: [1, 1, 0, 0] },
  'depthwise, a single row': { x: [2, 3, 1, 11], w: [3, 1, 3, 3], groups: 3, padding: [1] },
  'depthwise, stride 2, a single row': {
    ...{ x: [2, 3, 1, 11], w: [3, 1, 3, 3], groups: 3, stride: [2, 2], padding: [1] },
  },
  'depthwise, stride 2, two rows padded below': {
    ...{ x: [2, 3, 2, 18], w: [3, 1, 3, 3], groups: 3, stride: [2, 2], padding: [0, 0, 1, 1] },
  },
  'depthwise, rows of four': { x: [2, 3, 5, 4], w: [3, 1, 3, 3], groups: 3, padding: [1] },
  'depthwise, two filters': { x: [2, 3, 9, 10], w: [6, 1, 3, 3], groups: 3, stride: [2, 2], padding: [1] },
  'depthwise, bands': { x: [1, 1, 600, 150], w: [1, 1, 3, 3], padding: [1] },
  'depthwise, stride 2, bands': { x: [1, 1, 601, 150], w: [1, 1, 3, 3], stride: [2, 2], padding: [1] },
  'two filters for each channel': {
    x: [2, 5, 9, 10],
    w: [10, 1, 3, 3],
    groups: 5,
    stride: [1, 2],
    padding: [1],
  },
  'groups of three and of five': {
    x: [1, 6, 9, 9],
    w: [10, 3, 3, 3],
    groups: 2,
    stride: [2, 2],
    padding: [1],
  },
  'one filter of many taps': { x: [1, 40, 12, 11], w: [1, 40, 8, 8], stride: [2, 2] },
  'strips of a wide image': { x: [1, 3, 5, 1042], w: [5, 3, 3, 3], padding: [1] },
  'strips, depthwise': { x: [1, 2, 4, 1301], w: [2, 1, 3, 3], groups: 2, padding: [1] },
  'strips with a stride': { x: [1, 2, 4, 1303], w: [5, 2, 3, 3], stride: [2, 2], padding: [1] },
  'strips with a stride and a hole': {
    x: [1, 2, 5, 1720],
    w: [3, 2, 2, 3],
    stride: [1, 3],
    dilation: [2, 4],
  },
};

const random = new Random(20);
const floats = (shape: Shape): Float32Array =>
  Float32Array.from({ length: sizeOf(shape) }, () => Math.fround(random.uniform(-1, 1)));

/** What an op makes of these numbers on a device. */
async function made<A extends object>(
  device: Device,
  op: Op<A>,
  given: readonly { readonly shape: Shape; readonly data: Float32Array }[],
  attrs: A,
): Promise<ArrayLike<number>[]> {
  const specs = op.infer(
    given.map(({ shape }) => ({ shape, dtype: 'float32' as const })),
    attrs,
  );
  const [inputs, outputs] = scope(() => [
    given.map(({ shape, data }) => Tensor.from(device, data, shape)),
    specs.map(({ shape, dtype }) => Tensor.empty(device, shape, dtype)),
  ]);
  device.run(op, inputs as Operand[], outputs as Operand[], attrs);
  const values = await Promise.all(outputs.map((tensor) => tensor.read()));
  for (const tensor of [...inputs, ...outputs]) tensor.dispose();
  return values;
}

/** Largest difference over the root of the mean square. */
function error(values: ArrayLike<number>, expected: ArrayLike<number>): number {
  const all = Array.from(expected);
  const scale = Math.sqrt(all.reduce((sum, v) => sum + v * v, 0) / all.length);
  return Math.max(...all.map((v, i) => Math.abs(values[i] - v))) / scale;
}

for (const [name, layer] of Object.entries(layers)) {
  const { x, w, groups = 1, stride = [1, 1], dilation = [1, 1], padding = 0 } = layer;
  test(`${name}: the numbers of float64, and the same bits on two threads`, async () => {
    const attrs = { ...windowOf({ stride, dilation, padding }, planeOf(w)), groups };
    const y = [x[0], w[0], ...windowOutput('test', planeOf(x), planeOf(w), attrs)];
    const [image, filters, g, bias] = [x, w, y, [w[0]]].map((shape) => ({ shape, data: floats(shape) }));
    const results = async (device: Device) =>
      (
        await Promise.all([
          made(device, ops.conv2d, [image, filters, bias], attrs),
          made(device, ops.convRelu, [image, filters, bias], { ...attrs, pool: y[2] > 1 && y[3] > 1 }),
          made(device, ops.conv2dInputGrad, [g, filters], { ...attrs, image: planeOf(x) }),
          made(device, ops.conv2dWeightGrad, [image, g], { ...attrs, kernel: planeOf(w) }),
        ])
      ).flat();
    const [expected, one, two] = await Promise.all([exact, ...devices].map(results));
    const what = ['y', 'relu', 'place', 'dx', 'dw'];
    for (const [i, values] of expected.entries()) {
      assert.ok(error(one[i], values) < 2e-5, `${what[i % 5]}: ${error(one[i], values)}`);
      assert.equal(two[i], one[i], what[i % 5]);
    }
  });
}

/** Infinities and NaN in each place of a plane in turn, and of a filter: what lies beside a window, or a zero, hides none. */
for (const stride of [1, 2]) {
  test(`depthwise, stride ${stride}: NaN and infinities where cpu has them`, async () => {
    const attrs = { ...windowOf({ stride, padding: 1 }, [3, 3]), groups: 40 };
    const image: Shape = [1, 40, 5, 8];
    const filters: Shape = [40, 1, 3, 3];
    const y: Shape = [1, 40, ...windowOutput('test', planeOf(image), [3, 3], attrs)];
    const positive = (shape: Shape) => ({ shape, data: floats(shape).map(Math.abs) });
    const spoilt = (shape: Shape, value: number) => {
      const { data } = positive(shape);
      for (let i = 0; i < data.length; i += sizeOf(planeOf(shape)) + 1) data[i] = value;
      return { shape, data };
    };
    const kinds = (values: ArrayLike<number>) =>
      Array.from(values, (v) => (Number.isFinite(v) ? '' : `${v}`));
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      for (const [inputs, op, given] of [
        [[spoilt(image, value), positive(filters)], ops.conv2d, attrs],
        [[positive(image), spoilt(filters, value)], ops.conv2d, attrs],
        [[spoilt(image, value), positive(y)], ops.conv2dWeightGrad, { ...attrs, kernel: [3, 3] }],
      ] as const) {
        const results = (device: Device) => made(device, op as Op<object>, inputs, given);
        const [[expected], [one], [two]] = await Promise.all([new CpuDevice(), ...devices].map(results));
        assert.ok(new Set(kinds(expected)).size > 1);
        assert.equal(kinds(one), kinds(expected), op.name);
        assert.equal(kinds(two), kinds(expected), op.name);
      }
    }
  });
}

test('a thread needs no more memory for a larger image than for one of a strip', () => {
  const float = (shape: Shape) => ({ shape, dtype: 'float32' as const });
  const traits = { winograd: true };
  const memory = (side: number, stride: number) => {
    const [x, w, bias] = [float([1, 8, side, side]), float([8, 8, 3, 3]), float([8])];
    const attrs = { ...windowOf({ stride, padding: 1 }, [3, 3]), groups: 1 };
    const [y] = ops.conv2d.infer([x, w], attrs);
    const fused = { ...attrs, pool: true };
    const works = [
      conv2d([x, w], [y], attrs, traits),
      convRelu([x, w, bias], ops.convRelu.infer([x, w, bias], fused), fused, traits),
      conv2dInputGrad([y, w], [x], { ...attrs, image: planeOf(x.shape) }, traits),
      conv2dWeightGrad([x, y], [w], { ...attrs, kernel: [3, 3] }, traits),
    ];
    return works.map((work) => ({
      own: Math.max(...work!.launches.map(({ ownBytes = 0 }) => ownBytes)),
      scratch: 4 * work!.scratch.reduce((sum, floats) => sum + floats, 0),
    }));
  };
  for (const stride of [1, 2]) {
    for (const side of [1000, 4000, 16_000]) {
      for (const [i, { own, scratch }] of memory(side, stride).entries()) {
        assert.ok(
          own <= 400 * 1024 + 4096,
          `kernel ${i}, stride ${stride}, ${side}²: ${own} bytes of a thread's own`,
        );
        assert.ok(scratch <= 16 * 4 * 8 * 80, `kernel ${i}, stride ${stride}, ${side}²: ${scratch} bytes`);
      }
    }
  }
});

test.run();
