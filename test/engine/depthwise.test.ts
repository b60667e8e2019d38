// Convolutions of each channel with a filter of its own on WebGPU, by tiles of several rows and columns: what the definitions make
// of the same numbers, for strides and windows that tiles divide and for some that they do not.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../engine/device.ts';
import { gpuKernelOf } from '../../engine/devices/webgpu/kernels/index.ts';
import { plainTraits } from '../../engine/devices/webgpu/traits.ts';
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
import { closeDevices, deviceOf, reference } from '../support/devices.ts';

test.after(closeDevices);

interface Conv {
  readonly x: Shape;
  readonly kernel: Pair;
  readonly stride?: Pair;
  readonly padding?: readonly number[];
  readonly dilation?: Pair;
}

const convs: Readonly<Record<string, Conv>> = {
  'as MobileNet has them': { x: [3, 5, 28, 28], kernel: [3, 3], padding: [1] },
  'that halve': { x: [2, 5, 14, 14], kernel: [3, 3], stride: [2, 2], padding: [1] },
  'of odd sizes': { x: [2, 3, 11, 9], kernel: [5, 4], padding: [2, 1] },
  'three apart': { x: [1, 3, 13, 17], kernel: [3, 5], stride: [3, 3], padding: [1] },
  'four and one apart': { x: [1, 3, 18, 10], kernel: [5, 2], stride: [4, 1], padding: [2, 0] },
  'with holes': { x: [2, 2, 15, 12], kernel: [3, 2], stride: [1, 2], dilation: [2, 3], padding: [2, 1] },
  'padded more than they reach': { x: [1, 2, 4, 5], kernel: [2, 2], padding: [3] },
  'of many images': { x: [200, 1, 6, 5], kernel: [3, 3], padding: [1] },
  'of more channels than a grid has workgroups along an axis': { x: [2, 65537, 1, 2], kernel: [1, 2] },
};

const random = new Random(5);
const normal = (shape: Shape) => Float32Array.from({ length: sizeOf(shape) }, () => random.normal());

/** Of single precision numbers, all of which either device is given. */
async function made<A extends object>(
  device: Device,
  op: Op<A>,
  given: readonly { readonly shape: Shape; readonly data: Float32Array }[],
  attrs: A,
): Promise<number[]> {
  const [inputs, [output]] = scope(() => {
    const all = given.map(({ shape, data }) => Tensor.from(device, data, shape));
    return [all, op.infer(all, attrs).map(({ shape, dtype }) => Tensor.empty(device, shape, dtype))];
  });
  device.run(op, inputs, [output], attrs);
  const values = [...(await output.read())];
  for (const tensor of [...inputs, output]) tensor.dispose();
  return values;
}

/** What the definition and WebGPU make of the same numbers; tiles must have made it. */
async function bothOf<A extends object>(
  op: Op<A>,
  given: readonly { readonly shape: Shape; readonly data: Float32Array }[],
  attrs: A,
): Promise<{ expected: number[]; values: number[] }> {
  const specs = given.map(({ shape }) => ({ shape, dtype: 'float32' as const }));
  const work = gpuKernelOf(op)(specs, op.infer(specs, attrs), attrs, plainTraits);
  const launches = 'launches' in work ? work.launches : work;
  assert.match(launches[0].shader, /of depthwise/, 'tiles make it');
  const expected = await made(reference, op, given, attrs);
  return { expected, values: await made(deviceOf('webgpu'), op, given, attrs) };
}

async function agrees<A extends object>(op: Op<A>, shapes: readonly Shape[], attrs: A): Promise<void> {
  const given = shapes.map((shape) => ({ shape, data: normal(shape) }));
  const { expected, values } = await bothOf(op, given, attrs);
  const length = (all: readonly number[]) => Math.sqrt(all.reduce((sum, value) => sum + value * value, 0));
  const far = length(values.map((value, i) => value - expected[i]));
  assert.ok(far <= 1e-6 * length(expected), `${op.name}: ${far} of ${length(expected)}`);
}

for (const [name, conv] of Object.entries(convs)) {
  const { x, kernel, stride = [1, 1], padding = [0], dilation = [1, 1] } = conv;
  const attrs = { ...windowOf({ stride, padding, dilation }, kernel), groups: x[1] };
  const w = [x[1], 1, ...kernel];
  const image = planeOf(x);
  const y = [x[0], x[1], ...windowOutput('test', image, kernel, attrs)];

  test(`filters of one channel ${name}`, async () => {
    await agrees(ops.conv2d, [x, w], attrs);
    await agrees(ops.conv2d, [x, w, [x[1]]], attrs);
    await agrees(ops.convRelu, [x, w, [x[1]]], { ...attrs, pool: false });
  });

  test(`their gradients ${name}`, async () => {
    await agrees(ops.conv2dInputGrad, [y, w], { ...attrs, image });
    await agrees(ops.conv2dWeightGrad, [x, y], { ...attrs, kernel });
  });
}

/** Numbers of a shape, some of which are special. */
const withSpecial = (shape: Shape, special: Readonly<Record<number, number>>) => ({
  shape,
  data: Object.assign(normal(shape), special),
});

async function agreeEach<A extends object>(
  op: Op<A>,
  given: readonly { readonly shape: Shape; readonly data: Float32Array }[],
  attrs: A,
): Promise<void> {
  const { expected, values } = await bothOf(op, given, attrs);
  const isFar = (value: number, i: number) =>
    !Object.is(value, expected[i]) && !(Math.abs(value - expected[i]) <= 1e-5);
  const far = values.flatMap((value, i) => (isFar(value, i) ? [`${i}: ${value}, not ${expected[i]}`] : []));
  assert.equal(far, [], op.name);
  assert.ok(expected.some(Number.isFinite) && !expected.every(Number.isFinite), 'some are spoiled, not all');
}

// Neither 6 windows side by side nor 7 on top of each other are whole tiles: what lies in the last row and column is next to
// windows that there are none of.
test('special values reach what sees them, and nothing else, at the borders of an image and of tiles', async () => {
  for (const padding of [0, 1]) {
    const kernel: Pair = [3, 3];
    const attrs = { ...windowOf({ padding }, kernel), groups: 3 };
    const image: Pair = [9 - 2 * padding, 8 - 2 * padding];
    const [x, w, y] = [
      [1, 3, ...image],
      [3, 1, ...kernel],
      [1, 3, 7, 6],
    ];
    const last = sizeOf(image) - 1;
    const corners = { 0: Number.NaN, [last]: Infinity, [last + image[1]]: -Infinity };
    await agreeEach(ops.conv2d, [withSpecial(x, corners), withSpecial(w, {})], attrs);
    await agreeEach(ops.conv2dWeightGrad, [withSpecial(x, corners), withSpecial(y, {})], {
      ...attrs,
      kernel,
    });
    const ofWindows = { 5: Infinity, 42: Number.NaN, 83: -Infinity };
    await agreeEach(ops.conv2dInputGrad, [withSpecial(y, ofWindows), withSpecial(w, {})], {
      ...attrs,
      image,
    });
    const ofG = { 42: Number.NaN, 83: -Infinity };
    await agreeEach(ops.conv2dWeightGrad, [withSpecial(x, {}), withSpecial(y, ofG)], { ...attrs, kernel });
  }
});

test.run();
