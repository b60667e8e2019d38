// Random numbers: published vectors for the generator, bounds that a broken one would miss, and the mask that
// dropout draws from it on every device.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../engine/device.ts';
import * as F from '../../engine/functional.ts';
import { philox, Random, seedWords, toUnit } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { closeDevices, devices } from '../support/devices.ts';

const hex = (words: Iterable<number>) =>
  Array.from(words, (word) => word.toString(16).padStart(8, '0')).join(' ');
const words = (random: Random, count: number) => Array.from({ length: count }, () => random.word());

// ---- the generator ---------------------------------------------------------------------------------------

/** Philox4x32-10 lines of `kat_vectors` in the Random123 distribution: counter, key, result. */
const vectors: [number[], number[], string][] = [
  [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  [Array(4).fill(0xffffffff), Array(2).fill(0xffffffff), '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    'd16cfe09 94fdcceb 5001e420 24126ea1',
  ],
];

vectors.forEach(([counter, key, expected]) => {
  test(`philox gives the published numbers for counter ${hex(counter)}`, () => {
    assert.is(hex(philox(counter, key)), expected);
  });
});

test('philox takes int32 words as it takes uint32 words', () => {
  const signed = vectors[2].slice(0, 2).map((list) => Int32Array.from(list as number[], (word) => word | 0));
  assert.is(hex(philox(signed[0], signed[1])), vectors[2][2]);
});

test('philox leaves its arguments as they are', () => {
  const [counter, key] = [Uint32Array.of(1, 2, 3, 4), Uint32Array.of(5, 6)];
  philox(counter, key);
  assert.equal([...counter, ...key], [1, 2, 3, 4, 5, 6]);
});

// ---- sequences -------------------------------------------------------------------------------------------

test('a sequence is what philox gives for counters 0, 1, … with the seed as the key', () => {
  const seed = 3 * 2 ** 32 + 7;
  const expected = [0, 1, 2].flatMap((n) => [...philox([n, 11, 13, 0], [7, 3])]);
  assert.equal(words(new Random(seed, 11, 13), 12), expected);
});

test('the same seed and stream give the same numbers', () => {
  assert.equal(words(new Random(42, 3, 5), 100), words(new Random(42, 3, 5), 100));
});

test('seeds, streams and substreams each give numbers of their own', () => {
  const all = [
    new Random(42),
    new Random(43),
    new Random(42 + 2 ** 32),
    new Random(42, 1),
    new Random(42, 0, 1),
    new Random(42, 1, 1),
  ].flatMap((random) => words(random, 200));
  // Among 1,200 random words a single repetition has a chance of 1 in 6,000.
  assert.is(new Set(all).size, all.length);
});

// ---- distributions ---------------------------------------------------------------------------------------

const COUNT = 100_000;

/** Σ (observed − expected)²/expected over equally likely cells. */
function chiSquare(observed: readonly number[]): number {
  const expected = observed.reduce((sum, n) => sum + n, 0) / observed.length;
  return observed.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

/** Five standard deviations above what chi-square is on average: a sound generator never gets there. */
const limitFor = (cells: number) => cells - 1 + 5 * Math.sqrt(2 * (cells - 1));

/** Σ xᵏ / n. */
const moment = (list: readonly number[], k: number) => list.reduce((sum, x) => sum + x ** k, 0) / list.length;

function near(value: number, expected: number, deviation: number, what: string) {
  assert.ok(
    Math.abs(value - expected) < 5 * deviation,
    `${what} is ${value}, expected ${expected} ± ${deviation}`,
  );
}

test('uniform stays in [low, high) and fills it', () => {
  const random = new Random(1);
  const list = Array.from({ length: COUNT }, () => random.uniform(-3, 5));
  assert.ok(list.every((x) => x >= -3 && x < 5));
  assert.ok(Math.min(...list.slice(0, 20_000)) < -2.99);
  assert.ok(Math.max(...list.slice(0, 20_000)) > 4.99);
});

test('toUnit is exact in float32 and below 1', () => {
  assert.is(toUnit(0xffffffff), 1 - 2 ** -24);
  assert.is(toUnit(0), 0);
  const random = new Random(2);
  for (const word of words(random, 1000)) assert.is(Math.fround(toUnit(word)), toUnit(word));
});

test('uniform has the mean, variance and evenness of its distribution', () => {
  const random = new Random(3);
  const list = Array.from({ length: COUNT }, () => random.uniform());
  near(moment(list, 1), 1 / 2, Math.sqrt(1 / 12 / COUNT), 'mean');
  near(moment(list, 2), 1 / 3, Math.sqrt((1 / 5 - 1 / 9) / COUNT), 'second moment');
  const cells = new Array<number>(256).fill(0);
  for (const x of list) cells[Math.floor(x * 256)]++;
  assert.ok(chiSquare(cells) < limitFor(256), `chi-square ${chiSquare(cells)}`);
});

test('uniform numbers do not foretell the next one', () => {
  const random = new Random(4);
  const list = Array.from({ length: COUNT }, () => random.uniform(-1, 1));
  for (const lag of [1, 2, 3, 4, 5]) {
    const products = list.slice(lag).map((x, i) => x * list[i]);
    near(moment(products, 1), 0, 1 / 3 / Math.sqrt(products.length), `correlation at lag ${lag}`);
  }
});

test('neighbouring streams are not correlated', () => {
  const [a, b] = [new Random(5, 0), new Random(5, 1)];
  const products = Array.from({ length: COUNT }, () => a.uniform(-1, 1) * b.uniform(-1, 1));
  near(moment(products, 1), 0, 1 / 3 / Math.sqrt(COUNT), 'correlation');
});

test('normal has the moments and the tails of its distribution', () => {
  const random = new Random(6);
  const list = Array.from({ length: COUNT }, () => random.normal());
  assert.ok(list.every(Number.isFinite));
  near(moment(list, 1), 0, 1 / Math.sqrt(COUNT), 'mean');
  near(moment(list, 2), 1, Math.sqrt(2 / COUNT), 'variance');
  near(moment(list, 3), 0, Math.sqrt(15 / COUNT), 'third moment');
  near(moment(list, 4), 3, Math.sqrt(96 / COUNT), 'fourth moment');
  const share = (limit: number) => list.filter((x) => Math.abs(x) > limit).length / COUNT;
  near(share(1), 0.31731, Math.sqrt((0.31731 * 0.68269) / COUNT), 'share beyond 1');
  near(share(3), 0.0027, Math.sqrt(0.0027 / COUNT), 'share beyond 3');
});

test('integer gives each of 0 … n−1 equally often', () => {
  const random = new Random(7);
  const cells = new Array<number>(7).fill(0);
  for (let i = 0; i < COUNT; i++) cells[random.integer(7)]++;
  assert.is(cells.length, 7);
  assert.ok(chiSquare(cells) < limitFor(7), `chi-square ${chiSquare(cells)}`);
});

test('integer reaches both halves of [0, n) for the largest n that it allows, 2³² − 1', () => {
  const random = new Random(8);
  const list = Array.from({ length: 100 }, () => random.integer(2 ** 32 - 1));
  assert.ok(list.some((n) => n < 2 ** 31));
  assert.ok(list.some((n) => n >= 2 ** 31));
});

test('a permutation holds each of 0 … n−1 once', () => {
  for (const n of [0, 1, 2, 67, 1000]) {
    const order = new Random(9).permutation(n);
    assert.equal(
      [...order].sort((a, b) => a - b),
      [...Array(n).keys()],
    );
  }
  assert.is.not(new Random(9).permutation(100).join(), new Random(10).permutation(100).join());
});

test('each order of four things is as likely as every other', () => {
  const random = new Random(11);
  const seen = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = random.permutation(4).join('');
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  assert.is(seen.size, 24);
  assert.ok(chiSquare([...seen.values()]) < limitFor(24));
});

// ---- dropout ---------------------------------------------------------------------------------------------

const SEED = 5 * 2 ** 32 + 0xfedcba98;
/** Enough that a threshold off by a thousandth shows, and no multiple of the four numbers of a block. */
const SHAPE = [3, 5003];
const P = 0.3;

/** Dropout of ones at a step, from a stream. */
async function dropped(device: Device, step: number, stream: number): Promise<number[]> {
  const out = scope(() => {
    const state = Tensor.from(device, Int32Array.from([...seedWords(SEED), step]));
    return F.dropout(F.ones(device, SHAPE), state, { p: P, stream });
  });
  const values = await out.read();
  out.dispose();
  return [...values];
}

for (const device of devices) {
  test(`dropout on ${device.kind} zeroes exactly where philox says`, async () => {
    for (const [step, stream] of [
      [0, 0],
      [9, 5],
      [70_000, 3],
    ]) {
      const values = await dropped(device, step, stream);
      const expected = values.map((_, i) => {
        const block = philox([Math.floor(i / 4), stream, step, 0], seedWords(SEED));
        return toUnit(block[i % 4]) < P ? 0 : Math.fround(1 / (1 - P));
      });
      // Joined, since a report of thousands of lines helps nobody.
      assert.ok(values.join() === expected.join(), `step ${step}, stream ${stream}`);
    }
  });

  test(`dropout on ${device.kind} draws another mask for each step and each stream`, async () => {
    const base = await dropped(device, 1, 1);
    for (const other of [await dropped(device, 2, 1), await dropped(device, 1, 2)]) {
      // Two independent masks differ in 2·0.3·0.7 = 42 % of the places.
      const differ = base.filter((value, i) => value !== other[i]).length;
      assert.ok(Math.abs(differ / base.length - 0.42) < 0.05, `${differ} of ${base.length} places differ`);
    }
  });
}

test('dropout is the same on every device', async () => {
  const [cpu, webgpu] = await Promise.all(devices.map((device) => dropped(device, 4, 2)));
  assert.ok(webgpu.join() === cpu.join());
});

test.after(closeDevices);
test.run();
