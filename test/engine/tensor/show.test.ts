// What console.log shows of a tensor, word for word, and what is said where a tensor or a promise is taken for its numbers.
import { inspect } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { InkgradError } from '../../../engine/errors.ts';
import * as F from '../../../engine/functional.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { assertThrows } from '../../support/compare.ts';
import { closeDevices, deviceOf, devices } from '../../support/devices.ts';

const range = (length: number, step = 1) => Float64Array.from({ length }, (_, i) => i * step);

/** A tensor, and what is shown of it. */
const shown: readonly (readonly [Tensor, string])[] = [
  [Tensor.from(7), 'Tensor [] float32 on cpu 7'],
  [Tensor.from([0.1, 10, -2]), 'Tensor [3] float32 on cpu [ 0.1000, 10.0000, -2.0000]'],
  [Tensor.from(Int32Array.of(1, 200, -300)), 'Tensor [3] int32 on cpu [   1,  200, -300]'],
  [Tensor.from([1, 2]).trained(), 'Tensor [2] float32 on cpu, requiresGrad [1, 2]'],
  [
    Tensor.from([
      [0, 1],
      [10, 11],
    ]),
    'Tensor [2,2] float32 on cpu\n[[ 0,  1],\n [10, 11]]',
  ],
  [
    Tensor.from(range(8), [2, 2, 2]),
    'Tensor [2,2,2] float32 on cpu\n[[[0, 1],\n  [2, 3]],\n\n [[4, 5],\n  [6, 7]]]',
  ],
  [Tensor.from([1e-7, 1]), 'Tensor [2] float32 on cpu [0.0000, 1.0000]'],
  [Tensor.from([1e-7, -2e-5]), 'Tensor [2] float32 on cpu [ 1.0000e-7, -2.0000e-5]'],
  [Tensor.from([2.5e8, 0.5]), 'Tensor [2] float32 on cpu [2.5000e+8, 5.0000e-1]'],
  [
    Tensor.from([Number.NaN, -0.5, Number.NEGATIVE_INFINITY, 0]),
    'Tensor [4] float32 on cpu [      NaN,   -0.5000, -Infinity,    0.0000]',
  ],
  [Tensor.from([Number.NaN]), 'Tensor [1] float32 on cpu [NaN]'],
  [Tensor.from([0, 0]), 'Tensor [2] float32 on cpu [0, 0]'],
  [Tensor.from([], [0, 3]), 'Tensor [0,3] float32 on cpu []'],
  [Tensor.from(range(2000)), 'Tensor [2000] float32 on cpu [   0,    1,    2, …, 1997, 1998, 1999]'],
  [
    Tensor.from(range(2000), [1000, 2]),
    `Tensor [1000,2] float32 on cpu
[[   0,    1],
 [   2,    3],
 [   4,    5],
 …,
 [1994, 1995],
 [1996, 1997],
 [1998, 1999]]`,
  ],
  [
    Tensor.from(range(30, 0.5)),
    `Tensor [30] float32 on cpu
[ 0.0000,  0.5000,  1.0000,  1.5000,  2.0000,  2.5000,  3.0000,  3.5000,
  4.0000,  4.5000,  5.0000,  5.5000,  6.0000,  6.5000,  7.0000,  7.5000,
  8.0000,  8.5000,  9.0000,  9.5000, 10.0000, 10.5000, 11.0000, 11.5000,
 12.0000, 12.5000, 13.0000, 13.5000, 14.0000, 14.5000]`,
  ],
];

for (const [tensor, text] of shown) {
  test(text.split('\n')[0], () => {
    assert.is(String(tensor), text);
    assert.is(inspect(tensor), text);
    assert.is(`${tensor}`, text);
  });
}

test('many axes are cut to a text that can be read', () => {
  const text = String(Tensor.from(range(7 ** 6), [7, 7, 7, 7, 7, 7]));
  assert.ok(text.length < 3000, `${text.length} characters`);
});

test('a tensor that was computed needs a gradient where what it is made of does', () => {
  const y = F.mul(Tensor.from([1, 2]).trained(), 3);
  assert.is(String(y), 'Tensor [2] float32 on cpu, requiresGrad [3, 6]');
});

test('a tensor that was freed says so', () => {
  const x = Tensor.from([1, 2]);
  x.dispose();
  assert.is(String(x), 'Tensor [2] float32 on cpu, disposed');
});

test('what a launch made is shown on wasm; on webgpu it is said how to read it', () => {
  const y = (kind: 'wasm' | 'webgpu') => String(F.add(Tensor.from(deviceOf(kind), [1, 2]), 1));
  assert.is(y('wasm'), 'Tensor [2] float32 on wasm [2, 3]');
  assert.is(y('webgpu'), 'Tensor [2] float32 on webgpu, await x.read() gives its values');
});

for (const device of devices.filter(({ kind }) => kind !== 'cpu')) {
  test(`a tensor of a captured step has values after a run, on ${device.kind}`, async () => {
    const x = Tensor.from(device, [1, 2]);
    let during = '';
    const step = await device.capture(() => {
      const y = F.add(x, 1);
      during = String(y);
      return [y];
    });
    const unread = `Tensor [2] float32 on ${device.kind}, await x.read() gives its values`;
    assert.is(during, unread);
    step.run();
    const [y] = step.outputs;
    assert.is(String(y), device.kind === 'wasm' ? 'Tensor [2] float32 on wasm [2, 3]' : unread);
    step.dispose();
    assert.match(String(y), ', disposed');
  });
}

// biome-ignore lint/suspicious/noExplicitAny: what a program without types may do
const x = Tensor.from([3]) as any;
const arithmetic =
  'tensor: [1] among + − * / < >, which take no tensors; write F.add(a, b), F.mul(a, b), await x.item()';

for (const [name, action] of [
  ['a sum', () => x + x],
  ['a product', () => x * 2],
  ['a comparison', () => x < 2],
  ['a text', () => ['loss'] + x],
  ['a function of Math', () => Math.max(x, 0)],
] as const) {
  test(`${name} of a tensor is no number`, () => {
    assert.instance(assertThrows(action, arithmetic), InkgradError);
  });
}

const promises =
  'tensor: read(), item() and toArray() give promises; write await x.item(), (await x.read())[0]';

for (const [name, action] of [
  ['an element', () => x.read()[0]],
  ['a length', () => x.toArray().length],
  ['a number', () => x.item() * 2],
  ['a comparison', () => x.item() > 2],
  ['a text', () => `${x.item()}`],
  ['digits', () => x.item().toFixed(2)],
  ['elements', () => [...x.read()]],
] as const) {
  test(`${name} of a promise is none`, () => {
    assert.instance(assertThrows(action, promises), InkgradError);
  });
}

test('promises are promises', async () => {
  assert.instance(x.item(), Promise);
  assert.is(await x.item(), 3);
  assert.equal(await x.read().then(([value]: Float32Array) => value), 3);
  assert.equal(await Promise.all([x.item(), x.toArray()]), [3, [3]]);
  assert.is(Object.prototype.toString.call(x.read()), '[object Promise]');
});

test('a tensor is not made with new', () => {
  assertThrows(
    () => new (Tensor as unknown as new (data: number[]) => Tensor)([1, 2]),
    'tensor: made with new; write Tensor.from([[1, 2], [3, 4]])',
  );
});

test.after(closeDevices);
test.run();
