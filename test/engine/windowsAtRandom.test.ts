// Depthwise convolutions and pooling on the device wasm, of shapes drawn at random, with special numbers among theirs: what the
// device cpu makes of them, and the same bits on two threads. Memory that is new holds NaN.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { wasmKernelOf } from '../../engine/devices/wasm/kernels/index.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import type { Op } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import type { Pair, Window } from '../../engine/ops/window.ts';
import { ceilOverhang, roomOf, windowOutput } from '../../engine/ops/window.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';

const cpu = new CpuDevice();
const devices = [await openWasm({ threads: 1, poison: true }), await openWasm({ threads: 2, poison: true })];
test.after(() => {
  for (const device of devices) device.close();
});

const random = new Random(41);
const pick = <T>(all: readonly T[]): T => all[random.integer(all.length)];

interface Given {
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array;
}

/** Whole numbers, so that many are equal, or others; `spoilt` with some that are special. */
function numbers(shape: Shape, spoilt = false): Given {
  const isWhole = random.integer(2) === 0;
  const data = Float32Array.from({ length: sizeOf(shape) }, () =>
    isWhole ? random.integer(9) - 4 : random.uniform(-1, 1),
  );
  if (spoilt && data.length > 0 && random.integer(2) === 0) {
    for (let i = 0; i <= data.length; i += 50)
      data[random.integer(data.length)] = pick([Number.NaN, Infinity, -Infinity, -0]);
  }
  return { shape, data };
}

async function made(device: Device, op: Op<object>, given: readonly Given[], attrs: object) {
  const [inputs, outputs] = scope(() => {
    const all = given.map(({ shape, data }) => Tensor.from(device, data, shape));
    return [all, op.infer(all, attrs).map(({ shape, dtype }) => Tensor.empty(device, shape, dtype))];
  });
  device.run(op, inputs, outputs, attrs);
  const values = await Promise.all(outputs.map((tensor) => tensor.read()));
  for (const tensor of [...inputs, ...outputs]) tensor.dispose();
  return values;
}

async function agrees<A extends object>(op: Op<A>, given: readonly Given[], attrs: A, tolerance: number) {
  const [expected, one, two] = await Promise.all(
    [cpu, ...devices].map((device) => made(device, op as unknown as Op<object>, given, attrs)),
  );
  const what = `${op.name} of ${JSON.stringify(given.map(({ shape }) => shape))}, ${JSON.stringify(attrs)}`;
  for (const [i, all] of expected.entries()) {
    const values = Array.from(all as ArrayLike<number>);
    const scale = values.reduce((most, v) => (Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most), 0);
    const isFar = (v: number, other: number) =>
      !Object.is(v, other) && !(Math.abs(v - other) <= tolerance * scale);
    const wrong = values.findIndex((v, at) => isFar(v, one[i][at]));
    assert.is(wrong, -1, `${what}: ${one[i][wrong]} at ${wrong}; expected ${values[wrong]}`);
    assert.ok(
      values.every((_, at) => Object.is(one[i][at], two[i][at])),
      `${what}: other bits on two threads`,
    );
  }
  return expected;
}

const side = () => 1 + random.integer(pick([2, 5, 30]));

/** An image, and windows of 3×3 that move over it by 1 or 2, or now and then others; null where none fits. */
function drawn(): { image: Pair; kernel: Pair; window: Window; output: Pair } | null {
  const image: Pair = [side(), side()];
  const kernel: Pair = random.integer(8) === 0 ? [1 + random.integer(4), 1 + random.integer(4)] : [3, 3];
  const step = 1 + random.integer(2);
  const stride: Pair = random.integer(8) === 0 ? [step, 3] : [step, step];
  const [top, left, bottom, right] = Array.from({ length: 4 }, () =>
    random.integer(Math.floor(Math.min(...kernel) / 2) + 1),
  );
  const window: Window = { stride, padding: [top, left, bottom, right], dilation: [1, 1] };
  if ([0, 1].some((axis) => roomOf(image, kernel, window, axis) < 0)) return null;
  return { image, kernel, window, output: windowOutput('test', image, kernel, window) };
}

test('filters of one channel, and their gradients', async () => {
  for (let turn = 0; turn < 120; turn++) {
    const one = drawn();
    if (one === null) continue;
    const { image, kernel, window, output } = one;
    const [images, groups, filters] = [random.integer(4), 1 + random.integer(6), 1 + random.integer(3)];
    const attrs = { ...window, groups };
    const x = [images, groups, ...image];
    const w = [groups * filters, 1, ...kernel];
    const y = [images, groups * filters, ...output];
    await agrees(ops.conv2d, [numbers(x, true), numbers(w)], attrs, 2e-6);
    await agrees(ops.conv2dInputGrad, [numbers(y, true), numbers(w)], { ...attrs, image }, 2e-6);
    await agrees(ops.conv2dWeightGrad, [numbers(x, true), numbers(y)], { ...attrs, kernel }, 2e-5);
  }
});

test('maxima and means of windows, and the way back', async () => {
  for (let turn = 0; turn < 120; turn++) {
    const one = drawn();
    if (one === null) continue;
    const { image, kernel, window } = one;
    const overhang = random.integer(2) === 0 ? ceilOverhang(image, kernel, window) : undefined;
    const attrs = { ...window, kernel, ...(overhang && { overhang }) };
    const x = [random.integer(3), 1 + random.integer(4), ...image];
    const y = [...x.slice(0, 2), ...windowOutput('test', image, kernel, attrs)];
    const [, place] = await agrees(ops.maxPool2d, [numbers(x, true)], attrs, 0);
    const from = { shape: y, data: Int32Array.from(place as ArrayLike<number>) };
    await agrees(ops.maxPool2dGrad, [numbers(y, true), from], { ...attrs, image }, 1e-6);
    const counting = { ...attrs, countPadding: random.integer(2) === 0 };
    await agrees(ops.avgPool2d, [numbers(x, true)], counting, 1e-6);
    await agrees(ops.avgPool2dGrad, [numbers(y, true)], { ...counting, image }, 1e-6);
  }
});

/** Windows of 3×3 next to each other or two apart, over rows long enough for four of them; now and then of many strips or bands. */
function drawnInPlace(step: number): { image: Pair; window: Window; output: Pair } {
  const more = random.integer(6) === 0 ? pick([60, 90, 700]) : 0;
  const wider = random.integer(2) * more;
  const image: Pair = [1 + random.integer(12) + more - wider, 7 + random.integer(pick([4, 30, 30])) + wider];
  const padding = Array.from({ length: 4 }, () => random.integer(2));
  if (image[0] < 3) padding[0] = padding[2] = 1;
  const window: Window = { stride: [step, step], padding: padding as never, dilation: [1, 1] };
  return { image, window, output: windowOutput('test', image, [3, 3], window) };
}

function kernelsOf<A extends object>(op: Op<A>, shapes: readonly Shape[], attrs: A): string[] | undefined {
  const specs = shapes.map((shape) => ({ shape, dtype: 'float32' as const }));
  const work = wasmKernelOf(op)?.(specs, op.infer(specs, attrs), attrs, { winograd: true });
  return work?.launches.map(({ kernel }) => kernel);
}

test('back through windows of 3×3 where planes lie', async () => {
  for (let turn = 0; turn < 120; turn++) {
    const step = 1 + (turn % 2);
    const { image, window, output } = drawnInPlace(step);
    const [images, groups] = [2 + random.integer(2), 4 + random.integer(3)];
    const attrs = { ...window, groups };
    const [x, w, y] = [
      [images, groups, ...image],
      [groups, 1, 3, 3],
      [images, groups, ...output],
    ];
    const back = { ...attrs, image };
    if (step === 2) assert.equal(kernelsOf(ops.conv2dInputGrad, [y, w], back), ['depthwiseInputGrad']);
    await agrees(ops.conv2dInputGrad, [numbers(y, true), numbers(w)], back, 2e-6);
    await agrees(ops.conv2dWeightGrad, [numbers(x, true), numbers(y)], { ...attrs, kernel: [3, 3] }, 2e-5);
    const pooling = { ...window, kernel: [3, 3] as Pair, countPadding: random.integer(2) === 0, image };
    await agrees(ops.avgPool2dGrad, [numbers(y, true)], pooling, 1e-6);
  }
});

test('from maxima back to planes of several bands, past windows that see nothing', async () => {
  for (let turn = 0; turn < 30; turn++) {
    const image: Pair = [1 + random.integer(100), 1 + random.integer(100)];
    const [kernel, stride, dilation]: Pair[] = [4, 3, 3].map((most) => [
      1 + random.integer(most),
      1 + random.integer(most),
    ]);
    const padding = [...kernel, ...kernel].map((taps) => Math.floor(taps / 2));
    const window: Window = { stride, padding: padding as never, dilation };
    if ([0, 1].some((axis) => roomOf(image, kernel, window, axis) < 0)) continue;
    const attrs = { ...window, kernel };
    const x = [1, 3, ...image];
    const y = [1, 3, ...windowOutput('test', image, kernel, window)];
    const [, place] = await agrees(ops.maxPool2d, [numbers(x, true)], attrs, 0);
    const from = Int32Array.from(place as ArrayLike<number>, (at) => (random.integer(9) === 0 ? -1 : at));
    await agrees(ops.maxPool2dGrad, [numbers(y, true), { shape: y, data: from }], { ...attrs, image }, 1e-6);
  }
});

test.run();
