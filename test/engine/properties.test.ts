// Laws that hold for any shape: random shapes and parameters by fast-check, on every device. The expected
// numbers come from plain loops over the definition, written here and in support/naive.ts, in float64.
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grad } from '../../engine/autograd.ts';
import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { apply } from '../../engine/graph.ts';
import { ops } from '../../engine/ops/index.ts';
import type { Pair } from '../../engine/ops/window.ts';
import { scope } from '../../engine/scope.ts';
import type { Shape } from '../../engine/shape.ts';
import { sizeOf, stridesOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { assertNear, randomValues } from '../support/compare.ts';
import { closeDevices, devices, reference } from '../support/devices.ts';
import { naiveConv2d, naivePool } from '../support/naive.ts';

/** With the same seed the same cases are tried; a failure prints the path to its own. */
const seed = Number(process.env.INKGRAD_PROPERTY_SEED ?? 20_261_122);
console.log(`properties: seed ${seed}; INKGRAD_PROPERTY_SEED=${seed} repeats this run`);

/** Fewer cases on webgpu: where the tests run, its adapter is a slow software one. */
const RUNS = { float64: 100, cpu: 200, wasm: 200, webgpu: 60 };

const everywhere = [
  { name: 'float64', device: reference as Device, runs: RUNS.float64 },
  ...devices.map((device) => ({ name: device.kind, device, runs: RUNS[device.kind] })),
];

type Check<T> = (device: Device, value: T) => Promise<void>;

/** Tries `check` on random cases, on each device. */
function holds<T>(name: string, cases: fc.Arbitrary<T>, check: Check<T>): void {
  for (const { name: on, device, runs } of everywhere) {
    test(`${name} on ${on}`, async () => {
      const { live } = device.counters;
      await fc.assert(
        fc.asyncProperty(cases, (value) => check(device, value)),
        { seed, numRuns: runs },
      );
      assert.is(device.counters.live, live, 'nothing is left on the device');
    });
  }
}

/** Runs `body` in a scope and reads what it returns. */
async function read(body: () => Tensor[]): Promise<ArrayLike<number>[]> {
  const results = scope(body);
  const values = await Promise.all(results.map((result) => result.read()));
  for (const result of results) result.dispose();
  return values;
}

/** Expects that two ways to compute the same thing agree. */
const equals =
  <T>(both: (device: Device, value: T) => [Tensor, Tensor], tolerance: number): Check<T> =>
  async (device, value) => {
    const shapes: Shape[] = [];
    const [left, right] = await read(() => {
      const pair = both(device, value);
      shapes.push(...pair.map(({ shape }) => [...shape]));
      return pair;
    });
    assert.equal(shapes[0], shapes[1]);
    assertNear(left, right, tolerance);
  };

const tensor = (device: Device, shape: Shape, which: number) =>
  Tensor.from(device, randomValues(shape, which), shape);

// ---- cases -----------------------------------------------------------------------------------------------

const whole = (min: number, max: number) => fc.integer({ min, max });
const pair = (min: number, max: number): fc.Arbitrary<Pair> => fc.tuple(whole(min, max), whole(min, max));
const values = whole(1, 1_000_000);
/** Axes around the tiles of 4 and the workgroups of 64, now and then empty. */
const axis = fc.oneof({ weight: 6, arbitrary: whole(1, 6) }, { weight: 1, arbitrary: fc.constant(17) });
const axisOrNone = fc.oneof({ weight: 12, arbitrary: axis }, { weight: 1, arbitrary: fc.constant(0) });
const shapes = (min: number, max: number) =>
  fc.array(axisOrNone, { minLength: min, maxLength: max, size: 'max' });
const shuffled = (rank: number) =>
  fc.shuffledSubarray([...Array(rank).keys()], { minLength: rank, maxLength: rank });

const windows = fc.record({
  kernel: pair(1, 3),
  stride: pair(1, 3),
  dilation: pair(1, 3),
  padding: fc.tuple(whole(0, 2), whole(0, 2), whole(0, 2), whole(0, 2)),
  spare: pair(0, 6),
});
type Window = typeof windows extends fc.Arbitrary<infer T> ? T : never;

/** An image on which the window fits, with `spare` rows and columns more. */
const imageFor = ({ kernel, dilation, padding, spare }: Window): Pair => {
  const side = (i: 0 | 1) =>
    Math.max(1, dilation[i] * (kernel[i] - 1) + 1 - padding[i] - padding[i + 2]) + spare[i];
  return [side(0), side(1)];
};

const convolutions = fc
  .record({
    window: windows,
    batch: whole(1, 2),
    groups: whole(1, 3),
    depth: whole(1, 3),
    perGroup: whole(1, 5),
    which: values,
  })
  .map(({ window, batch, groups, depth, perGroup, which }) => {
    const { kernel, stride, dilation, padding } = window;
    const x: Shape = [batch, groups * depth, ...imageFor(window)];
    const w: Shape = [groups * perGroup, depth, ...kernel];
    return { x, w, which, groups, stride, dilation, padding };
  });

/** Poolings, whose padding is at most half the window. */
const poolings = fc
  .record({ window: windows, batch: whole(1, 2), channels: whole(1, 3), which: values })
  .map(({ window, batch, channels, which }) => {
    const padding: [number, number, number, number] = [0, 0, 0, 0];
    for (const i of [0, 1, 2, 3]) {
      padding[i] = Math.min(window.padding[i], Math.floor(window.kernel[i % 2] / 2));
    }
    const { kernel, stride, dilation } = window;
    const x: Shape = [batch, channels, ...imageFor({ ...window, padding })];
    return { x, which, kernel, stride, dilation, padding };
  });

const products = fc
  .record({
    batch: fc.array(whole(1, 3), { maxLength: 2 }),
    /** Which batch axes the factors lack (0), or have as 1 (1), or have (2). */
    left: fc.array(whole(1, 2), { minLength: 2, maxLength: 2 }),
    right: fc.array(whole(1, 2), { minLength: 2, maxLength: 2 }),
    shorter: fc.constantFrom('left', 'right', 'none'),
    sizes: fc.tuple(axisOrNone, axisOrNone, axisOrNone),
    transposeA: fc.boolean(),
    transposeB: fc.boolean(),
    which: values,
  })
  .map(({ batch, left, right, shorter, sizes: [m, n, k], transposeA, transposeB, which }) => {
    const lead = (keeps: number[], short: boolean) =>
      batch.map((length, i) => (keeps[i] === 2 ? length : 1)).slice(short ? 1 : 0);
    const a: Shape = [...lead(left, shorter === 'left'), ...(transposeA ? [k, m] : [m, k])];
    const b: Shape = [...lead(right, shorter === 'right'), ...(transposeB ? [n, k] : [k, n])];
    return { a, b, transposeA, transposeB, which };
  });

/** A shape, and the same with some axes made 1 and some leading ones dropped. */
const broadcasts = shapes(0, 4).chain((shape) =>
  fc.record({
    full: fc.constant(shape),
    thin: fc
      .tuple(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), whole(0, shape.length))
      .map(([ones, drop]) => shape.map((length, i) => (ones[i] ? 1 : length)).slice(drop)),
    which: values,
  }),
);

const rows = fc.record({ shape: shapes(1, 3).filter((s) => sizeOf(s) > 0), which: values }).chain((record) =>
  fc.record({
    shape: fc.constant(record.shape),
    which: fc.constant(record.which),
    axis: whole(-record.shape.length, record.shape.length - 1),
  }),
);

// ---- plain loops -----------------------------------------------------------------------------------------

/** Calls `one` with every index of a shape, in row-major order. */
function forEachIndex(shape: Shape, one: (index: number[], i: number) => void): void {
  const strides = stridesOf(shape);
  for (let i = 0; i < sizeOf(shape); i++) {
    one(
      shape.map((length, k) => Math.floor(i / strides[k]) % length),
      i,
    );
  }
}

/** Where an index of a broadcast result lies in a tensor of `shape`. */
function placeIn(shape: Shape, index: readonly number[]): number {
  const strides = stridesOf(shape);
  const own = index.slice(index.length - shape.length);
  return own.reduce((sum, at, k) => sum + (shape[k] === 1 ? 0 : at * strides[k]), 0);
}

const broadcast = (a: Shape, b: Shape): number[] => {
  const rank = Math.max(a.length, b.length);
  const length = (shape: Shape, k: number) => shape[k - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, k) => (length(a, k) === 1 ? length(b, k) : length(a, k)));
};

// ---- every device against the definition -----------------------------------------------------------------

holds('conv2d is the sum of its definition', convolutions, async (device, { x, w, which, ...options }) => {
  const [image, filters, bias] = [x, w, [w[0]]].map((shape, i) => randomValues(shape, which + i));
  const [y] = await read(() => [
    F.conv2d(
      Tensor.from(device, image, x),
      Tensor.from(device, filters, w),
      Tensor.from(device, bias),
      options,
    ),
  ]);
  const input = { shape: x, data: image };
  const expected = naiveConv2d(input, { shape: w, data: filters }, bias, options, options.groups);
  assertNear(y, expected, 1e-5);
});

holds('matmul is the sum of its definition', products, async (device, { a, b, which, ...options }) => {
  const [left, right] = [randomValues(a, which), randomValues(b, which + 1)];
  const { transposeA, transposeB } = options;
  const [m, k] = transposeA ? a.slice(-2).reverse() : a.slice(-2);
  const n = b[b.length - (transposeB ? 2 : 1)];
  const batch = broadcast(a.slice(0, -2), b.slice(0, -2));
  const expected = new Float64Array(sizeOf([...batch, m, n]));
  forEachIndex([...batch, m, n], (index, i) => {
    const [row, column] = index.slice(-2);
    for (let step = 0; step < k; step++) {
      const inA = placeIn(a.slice(0, -2), index.slice(0, -2)) * m * k;
      const inB = placeIn(b.slice(0, -2), index.slice(0, -2)) * k * n;
      expected[i] +=
        left[inA + (transposeA ? step * m + row : row * k + step)] *
        right[inB + (transposeB ? column * k + step : step * n + column)];
    }
  });
  const [y] = await read(() => [
    F.matmul(Tensor.from(device, left, a), Tensor.from(device, right, b), options),
  ]);
  assertNear(y, expected, 1e-5);
});

holds(
  'pooling is the maximum and the mean of each window',
  poolings,
  async (device, { x, which, kernel, ...window }) => {
    const data = randomValues(x, which);
    const found = await read(() => {
      const image = Tensor.from(device, data, x);
      return [
        F.maxPool2d(image, kernel, window),
        F.avgPool2d(image, kernel, window),
        F.avgPool2d(image, kernel, { ...window, countPadding: false }),
      ];
    });
    const total = (list: number[]) => list.reduce((a, b) => a + b, 0);
    const means = [
      (inside: number[]) => Math.max(...inside),
      (inside: number[], size: number) => total(inside) / size,
      (inside: number[]) => (inside.length === 0 ? 0 : total(inside) / inside.length),
    ];
    for (const [i, mean] of means.entries()) {
      assertNear(found[i], naivePool({ shape: x, data }, kernel, window, mean), 1e-5, `pooling ${i}`);
    }
  },
);

const reductions = shapes(0, 4).chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc.shuffledSubarray([...shape.keys()]),
    fromTheBack: fc.boolean(),
    keepDims: fc.boolean(),
    which: values,
  }),
);

holds(
  'sum, max and argmax over random axes',
  reductions,
  async (device, { shape, axes, fromTheBack, keepDims, which }) => {
    const data = randomValues(shape, which);
    const named = fromTheBack ? axes.map((at) => at - shape.length) : axes;
    const kept = shape.map((length, i) => (axes.includes(i) ? 1 : length));
    const walked = shape.map((length, i) => (axes.includes(i) ? length : 1));
    const count = sizeOf(kept);
    const sums = new Float64Array(count);
    const maxima = new Float64Array(count).fill(-Infinity);
    const places = new Float64Array(count);
    forEachIndex(shape, (index, i) => {
      const at = placeIn(kept, index);
      sums[at] += data[i];
      if (data[i] > maxima[at]) [maxima[at], places[at]] = [data[i], placeIn(walked, index)];
    });
    const some = sizeOf(walked) > 0;
    const [sum, max, argmax] = await read(() => {
      const x = Tensor.from(device, data, shape);
      const options = { axes: named, keepDims };
      const y = F.sum(x, options);
      assert.equal(y.shape, keepDims ? kept : kept.filter((_, i) => !axes.includes(i)));
      return some ? [y, F.max(x, options), F.argmax(x, options)] : [y];
    });
    assertNear(sum, sums, 1e-5, 'sum');
    if (!some) return;
    assertNear(max, maxima, 0, 'max');
    assertNear(argmax, places, 0, 'argmax');
  },
);

const elementwise = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  gate: (a: number, b: number) => (b > 0 ? a : 0),
  equal: (a: number, b: number) => (a === b ? 1 : 0),
};
type Elementwise = keyof typeof elementwise;

holds(
  'elementwise functions broadcast, either side',
  fc.record({
    name: fc.constantFrom(...(Object.keys(elementwise) as Elementwise[])),
    shapes: broadcasts,
    other: fc.boolean(),
  }),
  async (device, { name, shapes: { full, thin, which }, other }) => {
    const [a, b] = other ? [thin, full] : [full, thin];
    const left = randomValues(a, which);
    // Divisors stay away from 0, where a small error of one would be a large one of the quotient.
    const right = randomValues(b, which + 1).map((value) => value + (value < 0 ? -0.25 : 0.25));
    const shape = broadcast(a, b);
    const expected = new Float64Array(sizeOf(shape));
    const rounded = device.floatType === 'float64' ? right : Float32Array.from(right);
    forEachIndex(shape, (index, i) => {
      expected[i] = elementwise[name](left[placeIn(a, index)], rounded[placeIn(b, index)]);
    });
    const [y] = await read(() => [
      apply(ops[name], [Tensor.from(device, left, a), Tensor.from(device, right, b)], {})[0],
    ]);
    assertNear(y, expected, 1e-6, name);
  },
);

// ---- products --------------------------------------------------------------------------------------------

holds(
  'conv2d is linear in the image and in the filters',
  convolutions,
  equals((device, { x, w, which, ...options }) => {
    const [x1, x2] = [tensor(device, x, which), tensor(device, x, which + 1)];
    const [w1, w2] = [tensor(device, w, which + 2), tensor(device, w, which + 3)];
    const conv = (image: Tensor, filters: Tensor) => F.conv2d(image, filters, null, options);
    const mixed = conv(F.add(x1, F.mul(x2, -2)), F.add(F.mul(w1, 3), w2));
    const parts = [
      F.mul(conv(x1, w1), 3),
      conv(x1, w2),
      F.mul(conv(x2, w1), -6),
      F.mul(conv(x2, w2), -2),
    ].reduce((a, b) => F.add(a, b));
    return [mixed, parts];
  }, 1e-5),
);

holds(
  'matmul is linear in both factors',
  products,
  equals((device, { a, b, which, ...options }) => {
    const [a1, a2] = [tensor(device, a, which), tensor(device, a, which + 1)];
    const [b1, b2] = [tensor(device, b, which + 2), tensor(device, b, which + 3)];
    const product = (left: Tensor, right: Tensor) => F.matmul(left, right, options);
    const mixed = product(F.add(a1, F.mul(a2, -2)), F.add(F.mul(b1, 3), b2));
    const parts = [
      F.mul(product(a1, b1), 3),
      product(a1, b2),
      F.mul(product(a2, b1), -6),
      F.mul(product(a2, b2), -2),
    ].reduce((one, other) => F.add(one, other));
    return [mixed, parts];
  }, 1e-5),
);

holds(
  'the convolution of a shifted image is the shifted convolution',
  fc.record({ convolution: convolutions, shift: pair(0, 3) }),
  equals((device, { convolution: { x, w, which, groups, dilation }, shift }) => {
    // Without padding and with stride 1: the region that every window fills.
    const [n, channels] = x;
    const sides = [0, 1].map((i) => x[2 + i] + shift[i] + dilation[i] * (w[2 + i] - 1));
    const large = tensor(device, [n, channels, ...sides], which);
    const filters = tensor(device, w, which + 1);
    const conv = (image: Tensor) => F.conv2d(image, filters, null, { dilation, groups });
    const start = [0, 0, ...shift];
    const rest = sides.map((side, i) => side - shift[i]);
    const shifted = conv(F.slice(large, start, [n, channels, ...rest]));
    return [shifted, F.slice(conv(large), start, shifted.shape)];
  }, 1e-5),
);

holds(
  '<conv(x,w), g> = <x, conv2dInputGrad(g,w)> = <w, conv2dWeightGrad(x,g)>',
  convolutions,
  async (device, { x, w, which, ...options }) => {
    const plane = (shape: Shape): Pair => [shape[2], shape[3]];
    const [image, filters, y, g, dx, dw] = await read(() => {
      const [input, weight] = [tensor(device, x, which), tensor(device, w, which + 1)];
      const out = F.conv2d(input, weight, null, options);
      const back = tensor(device, out.shape, which + 2);
      const toImage = F.conv2dInputGrad(back, weight, { ...options, image: plane(x) });
      const toFilters = F.conv2dWeightGrad(input, back, { ...options, kernel: plane(w) });
      return [input, weight, out, back, toImage, toFilters];
    });
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
      assert.is(a.length, b.length);
      return Array.from(a).reduce((sum, value, i) => sum + value * b[i], 0);
    };
    const size = Math.sqrt(dot(y, y) * dot(g, g));
    const inner = dot(y, g);
    for (const [name, other] of Object.entries({ image: dot(image, dx), filters: dot(filters, dw) })) {
      assert.ok(Math.abs(other - inner) <= 1e-5 * size, `${name}: ${other}, expected ${inner}`);
    }
  },
);

// ---- shapes ----------------------------------------------------------------------------------------------

const cuts = shapes(1, 4).chain((shape) =>
  fc.record({ shape: fc.constant(shape), axis: whole(0, shape.length - 1), which: values }).chain((record) =>
    fc.record({
      ...{ shape: fc.constant(shape), axis: fc.constant(record.axis), which: fc.constant(record.which) },
      at: fc
        .array(whole(0, shape[record.axis]), { maxLength: 3 })
        .map((inner) => [0, ...inner.sort((a, b) => a - b), shape[record.axis]]),
    }),
  ),
);

holds(
  'slices put together again are the whole',
  cuts,
  equals((device, { shape, axis: along, at, which }) => {
    const x = tensor(device, shape, which);
    const parts = at.slice(1).map((end, i) => {
      const start = shape.map((_, k) => (k === along ? at[i] : 0));
      const size = shape.map((length, k) => (k === along ? end - at[i] : length));
      return F.slice(x, start, size);
    });
    return [F.concat(parts, along), x];
  }, 0),
);

const orders = shapes(0, 5).chain((shape) =>
  fc.record({ shape: fc.constant(shape), axes: shuffled(shape.length), which: values }),
);

holds(
  'permute and back is the identity',
  orders,
  equals((device, { shape, axes, which }) => {
    const x = tensor(device, shape, which);
    const back = axes.map((_, k) => axes.indexOf(k));
    return [F.permute(F.permute(x, axes), back), x];
  }, 0),
);

holds('permute puts each element where its axes say', orders, async (device, { shape, axes, which }) => {
  const data = randomValues(shape, which);
  const turned = axes.map((at) => shape[at]);
  const expected = new Float64Array(data.length);
  forEachIndex(turned, (index, i) => {
    const source: number[] = [];
    axes.forEach((at, k) => {
      source[at] = index[k];
    });
    expected[i] = data[placeIn(shape, source)];
  });
  const [y] = await read(() => [F.permute(Tensor.from(device, data, shape), axes)]);
  assertNear(y, expected, 0);
});

const margins = shapes(0, 4).chain((shape) => {
  const sides = fc.array(whole(0, 3), { minLength: shape.length, maxLength: shape.length });
  return fc.record({ shape: fc.constant(shape), low: sides, high: sides, which: values });
});

holds(
  'what was padded is sliced out again',
  margins,
  equals((device, { shape, low, high, which }) => {
    const x = tensor(device, shape, which);
    return [F.slice(F.pad(x, low, high, 7), low, shape), x];
  }, 0),
);

holds(
  'padding adds its value as often as it adds elements',
  margins,
  async (device, { shape, low, high, which }) => {
    const [before, after] = await read(() => {
      const x = tensor(device, shape, which);
      return [x, F.pad(x, low, high, 7)];
    });
    const added = Array.from(after).filter((value) => value === 7).length;
    assert.is(added, after.length - before.length);
  },
);

// ---- softmax ---------------------------------------------------------------------------------------------

holds('rows of softmax sum to 1', rows, async (device, { shape, axis: along, which }) => {
  const [sums, lowest] = await read(() => {
    const y = F.softmax(F.mul(tensor(device, shape, which), 9), along);
    return [F.sum(y, { axes: [along] }), F.neg(F.max(F.neg(y)))];
  });
  assertNear(sums, new Float64Array(sums.length).fill(1), 1e-5);
  assert.ok(lowest[0] > 0, `a probability of ${lowest[0]}`);
});

holds(
  'softmax and logSoftmax: a constant added changes one as little as the other',
  rows,
  async (device, { shape, axis: along, which }) => {
    const [y, moved, logs, logsMoved] = await read(() => {
      // Steps of 1/64 and a shift of 32: float32 adds them without rounding.
      const grid = randomValues(shape, which).map((value) => Math.round(value * 64) / 64);
      const x = Tensor.from(device, grid, shape);
      const shifted = F.add(x, 32);
      return [
        F.softmax(x, along),
        F.softmax(shifted, along),
        F.logSoftmax(x, along),
        F.logSoftmax(shifted, along),
      ];
    });
    assertNear(moved, y, 1e-6);
    // ln Σ is added to a maximum of up to 33, of which float32 keeps 2e-6.
    const apart = Array.from(logs, (value, i) => Math.abs(value - logsMoved[i]));
    assert.ok(Math.max(...apart) <= 1e-5, `${Math.max(...apart)}`);
  },
);

holds(
  'logSoftmax is the logarithm of softmax',
  rows,
  equals((device, { shape, axis: along, which }) => {
    const x = F.mul(tensor(device, shape, which), 5);
    // Taken back through exp, so that a row of one element, whose logarithm is 0, has a size to compare with.
    return [F.exp(F.logSoftmax(x, along)), F.softmax(x, along)];
  }, 1e-5),
);

// ---- gradients -------------------------------------------------------------------------------------------

const smooth = ['add', 'sub', 'mul', 'div'] as const;

holds(
  'the gradient of a broadcast input is the sum over the repeated axes',
  fc.record({ name: fc.constantFrom(...smooth), shapes: broadcasts, other: fc.boolean() }),
  async (device, { name, shapes: { full, thin, which }, other }) => {
    const data = randomValues(thin, which).map((value) => Math.fround(value + (value < 0 ? -0.5 : 0.5)));
    const [narrow, wide] = await read(() => {
      const x = Tensor.from(device, data, thin).trained();
      const repeated = F.broadcastTo(x.detach(), full).detach().trained();
      const y = F.add(tensor(device, full, which + 1), 2);
      const weights = tensor(device, full, which + 2);
      const gradient = (leaf: Tensor) => {
        const [out] = apply(ops[name], other ? [y, leaf] : [leaf, y], {});
        return grad(F.sum(F.mul(out, weights)), [leaf])[0];
      };
      return [gradient(x), gradient(repeated)];
    });
    const expected = new Float64Array(sizeOf(thin));
    const parts = new Float64Array(sizeOf(thin));
    forEachIndex(full, (index, i) => {
      expected[placeIn(thin, index)] += wide[i];
      parts[placeIn(thin, index)] += Math.abs(wide[i]);
    });
    assert.is(narrow.length, expected.length);
    // Measured by the sum of sizes: terms of both signs may leave almost nothing.
    expected.forEach((sum, i) => {
      assert.ok(Math.abs(narrow[i] - sum) <= 1e-5 * parts[i], `${i}: ${narrow[i]}, expected ${sum}`);
    });
  },
);

holds(
  'a rising function of a maximum is the maximum of the function, at the same place',
  poolings,
  async (device, { x, which, kernel, ...window }) => {
    const [y, place, mapped, mappedPlace] = await read(() => {
      const image = tensor(device, x, which);
      const pool = (input: Tensor) => apply(ops.maxPool2d, [input], { ...window, kernel });
      // An exact one, so that nothing is rounded into a tie: 4x + 0 is a shift of the exponent.
      const [values, places] = pool(image);
      return [F.mul(values, 4), places, ...pool(F.mul(image, 4))];
    });
    assertNear(mapped, y, 0);
    assertNear(mappedPlace, place, 0, 'places');
  },
);

/** A differentiable function of tensors of these shapes, which are positive where it needs that. */
interface Smooth {
  readonly name: string;
  readonly shapes: readonly Shape[];
  readonly positive?: boolean;
  f(inputs: Tensor[]): Tensor;
}

const maps = {
  exp: F.exp,
  sigmoid: F.sigmoid,
  tanh: F.tanh,
  silu: F.silu,
  gelu: F.gelu,
  geluSlope: F.geluSlope,
  softmax: F.softmax,
  logSoftmax: F.logSoftmax,
  square: (x: Tensor) => F.power(x, 2),
  affine: (x: Tensor) => F.affine(x, -2, 3),
  sum: (x: Tensor) => F.sum(x, { axes: [0] }),
};
const positiveMaps = { log: F.log, sqrt: F.sqrt, inverse: (x: Tensor) => F.power(x, -1) };

const named = <T>(functions: Readonly<Record<string, T>>) => fc.constantFrom(...Object.entries(functions));

/** Each kind of function whose gradient is written by hand, on random shapes and parameters. */
const functions: fc.Arbitrary<Smooth> = fc.oneof(
  fc
    .tuple(named(maps), rows)
    .map(([[name, map], { shape }]): Smooth => ({ name, shapes: [shape], f: ([x]) => map(x) })),
  fc.tuple(named(positiveMaps), rows).map(
    ([[name, map], { shape }]): Smooth => ({
      ...{ name, shapes: [shape], positive: true },
      f: ([x]) => map(x),
    }),
  ),
  fc.tuple(fc.constantFrom(...smooth, 'pow' as const), broadcasts, fc.boolean()).map(
    ([name, { full, thin }, other]): Smooth => ({
      ...{ name, shapes: other ? [thin, full] : [full, thin], positive: true },
      f: ([a, b]) => apply(ops[name], [a, b], {})[0],
    }),
  ),
  convolutions.map(
    ({ x, w, which: _, ...options }): Smooth => ({
      ...{ name: 'conv2d', shapes: [x, w, [w[0]]] },
      f: ([image, filters, bias]) => F.conv2d(image, filters, bias, options),
    }),
  ),
  products.map(
    ({ a, b, transposeA, transposeB }): Smooth => ({
      ...{ name: 'matmul', shapes: [a, b] },
      f: ([left, right]) => F.matmul(left, right, { transposeA, transposeB }),
    }),
  ),
  fc.tuple(poolings, fc.boolean()).map(
    ([{ x, kernel, which: _, ...options }, countPadding]): Smooth => ({
      ...{ name: 'avgPool2d', shapes: [x] },
      f: ([image]) => F.avgPool2d(image, kernel, { ...options, countPadding }),
    }),
  ),
  margins.map(
    ({ shape, low, high }): Smooth => ({
      ...{ name: 'pad', shapes: [shape] },
      f: ([x]) => F.pad(x, low, high, 2),
    }),
  ),
  orders.map(
    ({ shape, axes }): Smooth => ({
      ...{ name: 'permute', shapes: [shape] },
      f: ([x]) => F.permute(x, axes),
    }),
  ),
  cuts.map(
    ({ shape, axis: along, at }): Smooth => ({
      ...{ name: 'slice and concat', shapes: [shape, shape] },
      f: ([x, y]) => {
        const start = shape.map((_, k) => (k === along ? at[1] : 0));
        return F.concat(
          [
            x,
            F.slice(
              y,
              start,
              shape.map((n, k) => n - start[k]),
            ),
          ],
          along,
        );
      },
    }),
  ),
);

test('a gradient is the slope along any direction, in float64', () =>
  fc.assert(
    fc.asyncProperty(functions, values, async ({ name, shapes: given, positive = false, f }, which) => {
      const shift = positive ? 1.5 : 0;
      const points = given.map((shape, i) => randomValues(shape, which + i).map((value) => value + shift));
      const directions = given.map((shape, i) => randomValues(shape, which + 10 + i));
      const loss = (inputs: Tensor[]) => {
        const y = f(inputs);
        return F.sum(F.mul(y, tensor(reference, y.shape, which + 20)));
      };
      const at = async (step: number) => {
        const [value] = await read(() => [
          loss(
            points.map((point, i) => {
              const moved = point.map((x, k) => x + step * directions[i][k]);
              return Tensor.from(reference, moved, given[i]);
            }),
          ),
        ]);
        return value[0];
      };
      const gradients = await read(() => {
        const leaves = points.map((point, i) => Tensor.from(reference, point, given[i]).trained());
        return grad(loss(leaves), leaves);
      });
      // Differences of fourth order, as in the generated tests.
      const h = 1e-3;
      const slope =
        (8 * ((await at(h)) - (await at(-h))) - ((await at(2 * h)) - (await at(-2 * h)))) / (12 * h);
      let found = 0;
      let size = 1e-6;
      gradients.forEach((gradient, i) => {
        for (let k = 0; k < gradient.length; k++) {
          found += gradient[k] * directions[i][k];
          size += Math.abs(gradient[k] * directions[i][k]);
        }
      });
      assert.ok(Math.abs(found - slope) <= 1e-6 * size, `${name}: ${found}, expected ${slope}`);
    }),
    { seed, numRuns: 600 },
  ));

test.after(closeDevices);
test.run();
