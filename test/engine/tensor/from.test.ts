// How tensors are made of numbers as people write them, and what is said of what is no such thing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultDevice, setDefaultDevice } from '../../../engine/defaultDevice.ts';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { InkgradError, ShapeError } from '../../../engine/errors.ts';
import { scope } from '../../../engine/scope.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { assertThrows } from '../../support/compare.ts';
import { closeDevices, devices } from '../../support/devices.ts';

for (const device of devices) {
  test(`arrays in arrays become a tensor and come back on ${device.kind}`, async () => {
    for (const [data, shape] of [
      [3.5, []],
      [[1, 2, 3], [3]],
      [
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [2, 3],
      ],
      [
        [
          [[1], [2]],
          [[3], [4]],
          [[5], [6]],
        ],
        [3, 2, 1],
      ],
      [[], [0]],
    ] as const) {
      const tensor = Tensor.from(device, data);
      assert.equal(tensor.shape, shape);
      assert.is(tensor.dtype, 'float32');
      assert.equal(await tensor.toArray(), data);
      tensor.dispose();
    }
  });
}

test('each kind of typed array gives its numbers, int32 alone its type', async () => {
  for (const Typed of [
    Float64Array,
    Float32Array,
    Uint32Array,
    Int16Array,
    Uint16Array,
    Int8Array,
    Uint8Array,
  ]) {
    const tensor = Tensor.from(Typed.of(0, 1, 2, 3), [2, 2]);
    assert.is(tensor.dtype, 'float32');
    assert.equal(await tensor.toArray(), [
      [0, 1],
      [2, 3],
    ]);
  }
  assert.is(Tensor.from(Int32Array.of(1, 2)).dtype, 'int32');
  const rows = Tensor.from([Uint8ClampedArray.of(1, 300), Float64Array.of(3, 4)]);
  assert.equal(await rows.toArray(), [
    [1, 255],
    [3, 4],
  ]);
  const exact = new CpuDevice({ floatType: 'float64' });
  assert.equal(await Tensor.from(exact, [[0.1], [0.2]]).toArray(), [[0.1], [0.2]]);
});

test('an axis of no length comes back as it is', async () => {
  assert.equal(await Tensor.from([], [2, 0]).toArray(), [[], []]);
  assert.equal(await Tensor.from([], [0, 2]).toArray(), []);
});

test('numbers that are none of a kind stay what they are', async () => {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, -0];
  assert.equal(await Tensor.from(values).toArray(), values);
});

test('a tensor takes arrays in arrays in place of its content', async () => {
  const x = Tensor.from([
    [1, 2],
    [3, 4],
  ]);
  x.write([
    [5, 6],
    [7, 8],
  ]);
  assert.equal([...(await x.read())], [5, 6, 7, 8]);
  x.write([1, 2, 3, 4]);
  assert.equal([...(await x.read())], [1, 2, 3, 4]);
});

const circle: unknown[] = [];
circle.push(circle);

const cpu = new CpuDevice();
// biome-ignore lint/suspicious/noExplicitAny: what a program without types may give
const from = Tensor.from as (...given: any[]) => Tensor;
const counts = Tensor.from(cpu, Int32Array.of(1, 2));

/** What is given, and what is said of it. */
const refused: readonly (readonly [unknown[], string])[] = [
  [
    [
      [
        [1, 2],
        [1, 2, 3],
      ],
    ],
    'tensor: row 1 has 3 values, row 0 has 2; expected rows of 2 numbers',
  ],
  [[[[1, 2], [3]]], 'tensor: row 1 has 1 value, row 0 has 2; expected rows of 2 numbers'],
  [[[[[1], [2]], [[3]]]], 'tensor: row 1 has 1 value, row 0 has 2; expected rows of 2 arrays'],
  [[[[[1, 2]], [[3]]]], 'tensor: [1][0] has 1 value, [0][0] has 2; expected rows of 2 numbers'],
  [[[[1, 2], [3, 4], 5]], 'tensor: row 2 is 5, row 0 has 2; expected rows of 2 numbers'],
  [[[[1, 2], undefined]], 'tensor: row 1 is undefined, row 0 has 2; expected rows of 2 numbers'],
  [[[1, [2]]], 'tensor: element 1 is an array, the first is a number; expected numbers, or rows alone'],
  [[[1, '2']], 'tensor: element 1 is "2"; expected a number'],
  [[['one']], 'tensor: element 0 is "one"; expected a number'],
  [[[1, null]], 'tensor: element 1 is null; expected a number'],
  [[[1, true]], 'tensor: element 1 is true; expected a number'],
  [[[1n]], 'tensor: element 0 is a bigint; expected a number'],
  [[[{}]], 'tensor: element 0 is an object; expected a number'],
  // biome-ignore lint/suspicious/noSparseArray: a hole is what is tried
  [[[1, , 3]], 'tensor: element 1 is undefined; expected a number'],
  [
    [
      [
        [1, 2],
        [3, Promise.resolve(4)],
      ],
    ],
    'tensor: [1][1] is a Promise; expected a number',
  ],
  [[[counts]], 'tensor: element 0 is a tensor; expected a number'],
  [[[[]]], 'tensor: row 0 is empty; expected numbers, or no data and a shape: Tensor.from([], [2, 0])'],
  [[[[1], []]], 'tensor: row 1 has 0 values, row 0 has 1; expected rows of 1 numbers'],
  [[circle], 'tensor: arrays nested deeper than 8; expected at most 8 axes'],
  [
    [BigInt64Array.of(1n)],
    'tensor: a BigInt64Array as data; expected a number, an array such as [[1, 2], [3, 4]] or a typed array',
  ],
  [['12'], 'tensor: "12" as data; expected a number, an array such as [[1, 2], [3, 4]] or a typed array'],
  [[cpu], 'tensor: undefined as data; expected a number, an array such as [[1, 2], [3, 4]] or a typed array'],
  [
    [{ length: 2 }],
    'tensor: an object as data; expected a number, an array such as [[1, 2], [3, 4]] or a typed array',
  ],
  [
    [counts],
    'tensor: a tensor as data; expected a number, an array such as [[1, 2], [3, 4]] or a typed array',
  ],
  [
    [Promise.resolve(cpu), [1]],
    'tensor: a Promise as device; expected an open one: Tensor.from(await openDevice(), data)',
  ],
  [['wasm', [1]], 'tensor: "wasm" as device; expected an open one: Tensor.from(await openDevice(), data)'],
  [
    [[1, 2], [2], 'int32'],
    'tensor: "int32" after the shape; int32 is made of an Int32Array, all else is float',
  ],
  [[[1, 2], 2], 'tensor: 2 as shape; expected an array such as [2, 3]'],
  [[[1, 2], cpu], 'tensor: a device as shape; expected an array such as [2, 3]'],
  [[cpu, [1, 2], [3]], 'tensor: 2 values for shape [3]; expected 3'],
  [[0, [2, 2]], 'tensor: 1 value for shape [2,2]; expected 4'],
  [[[1, 2], ['2']], 'tensor: shape ["2"]; expected at most 8 whole numbers ≥ 0'],
  [
    [
      [1, 2],
      [-1, 2],
    ],
    'tensor: shape [-1,2]; expected at most 8 whole numbers ≥ 0',
  ],
  [
    [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [3, 2],
    ],
    'tensor: nested arrays of shape [2,3] for shape [3,2]; expected the same, or none: F.reshape makes another',
  ],
];

for (const [given, message] of refused) {
  test(message, () => {
    const { live } = cpu.counters;
    assert.instance(
      assertThrows(() => from(...given), message),
      ShapeError,
    );
    assert.is(cpu.counters.live, live, 'nothing is left of it');
  });
}

test('an int32 tensor takes no number that it cannot hold', () => {
  for (const data of [[1, 2.5], Float32Array.of(1, 2.5)])
    assertThrows(() => counts.write(data), 'tensor: element 1 is 2.5; expected an int32');
  assertThrows(() => counts.write([1, 2 ** 31]), 'tensor: element 1 is 2147483648; expected an int32');
});

test('without a device tensors are on the default device', () => {
  const before = defaultDevice();
  assert.is(before.kind, 'cpu');
  assert.is(defaultDevice(), before, 'it is made once');
  assert.is(Tensor.from([1]).device, before);
  const other = new CpuDevice();
  try {
    setDefaultDevice(other);
    assert.is(scope(() => Tensor.from([[1]])).device, other);
    assert.is(Tensor.from(before, [1]).device, before);
  } finally {
    setDefaultDevice(before);
  }
});

for (const [given, what] of [
  ['wasm', 'a string'],
  [Promise.resolve(cpu), 'a Promise'],
  [null, 'null'],
] as const) {
  test(`${what} becomes no default device`, () => {
    const message = `setDefaultDevice: ${what}; expected an open device: setDefaultDevice(await openDevice())`;
    assert.instance(
      assertThrows(() => setDefaultDevice(given as never), message),
      InkgradError,
    );
  });
}

test.after(closeDevices);
test.run();
