// Batches of distorted images: the same bits on every device and any number of threads, what float64 makes of the
// description, and each kind of change by itself.

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { distort } from '../../engine/data/augment/distort.ts';
import type { AugmentAttrs, Distortion } from '../../engine/data/augment/draw.ts';
import { augmentLimits, cosine, drawDistortion, sine } from '../../engine/data/augment/draw.ts';
import { augmentBatch, gatherBatch } from '../../engine/data/batches.ts';
import { wordsOf } from '../../engine/data/gatherBatch.ts';
import type { Device } from '../../engine/device.ts';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import { Random } from '../../engine/random.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import type { Augmentation } from '../../pipeline/data/augment.ts';
import { augmentAttrs, augmentations, augmentState } from '../../pipeline/data/augment.ts';
import { AUGMENT_STREAM } from '../../pipeline/data/streams.ts';
import { closeDevices, devices } from '../support/devices.ts';
import { displacement, naiveDistort, naiveDraw } from '../support/naiveDistort.ts';

const others = await Promise.all([1, 3].map((threads) => openWasm({ threads, poison: true })));
const all = [...devices, ...others];

test.after(() => {
  closeDevices();
  for (const device of others) device.close();
});

const IMAGES = 5;
/** With images out of range on both sides. */
const ORDER = Int32Array.of(3, 1, 4, -1, 0, 2, IMAGES, 2, 0);

interface Given {
  readonly size: number;
  readonly words: Int32Array;
  readonly state: Int32Array;
  readonly cursor: number;
  readonly batch: number;
  readonly channels: number;
}

const randomGiven = (size: number, seed: number, channels = 1): Given => {
  const random = new Random(seed, 0xa6);
  return {
    ...{ size, channels },
    words: Int32Array.from({ length: IMAGES * wordsOf(size, channels) }, () => random.word() | 0),
    state: Int32Array.from({ length: 3 }, () => random.word() | 0),
    cursor: random.integer(40),
    batch: 11,
  };
};

/** Levels that tell every byte of every channel from every other, none of them 0. */
const levelsOf = (channels: number) =>
  Float32Array.from({ length: 256 * channels }, (_, level) => level + 0.5);

async function batchOn(device: Device, given: Given, amounts: AugmentAttrs | null): Promise<number[][]> {
  const { size, words, state, cursor, batch, channels } = given;
  const from = (data: Int32Array | Float32Array, shape: number[] = [data.length]) =>
    Tensor.from(device, data, shape);
  const made = scope(() => {
    const data = {
      images: from(words, [IMAGES, wordsOf(size, channels)]),
      labels: from(Int32Array.of(7, -2, 9, 4, 5)),
      order: from(ORDER),
      cursor: from(Int32Array.of(cursor, 0)),
      levels: from(levelsOf(channels)),
    };
    return amounts === null
      ? gatherBatch(data, { batch, size, channels })
      : augmentBatch(data, from(state), { batch, size, channels, ...amounts });
  });
  const read = await Promise.all(made.map((tensor) => tensor.read()));
  for (const tensor of made) tensor.dispose();
  return read.map((data) => [...data]);
}

const none: AugmentAttrs = { stream: AUGMENT_STREAM, ...augmentations.none, eraseSide: 0 };

/** Any amounts, or the largest of each. */
function randomAmounts(size: number, random: Random): AugmentAttrs {
  const limits = Object.entries(augmentLimits(size));
  const share = random.uniform(0, 1.5);
  const amounts = limits.map(([name, limit]) => [
    name,
    Math.floor(Math.min(1, share * random.uniform()) * limit),
  ]);
  return Object.fromEntries(amounts) as unknown as AugmentAttrs;
}

for (const size of [1, 2, 5, 9, 14, 16, 28, 33]) {
  test(`${size}×${size}: the same bits on every device and for 1 to 3 threads`, async () => {
    const random = new Random(size, 1);
    const cases = [none, { ...none, ...augmentLimits(size) }];
    for (let i = 0; i < 4; i++) cases.push(randomAmounts(size, random));
    for (const [i, amounts] of cases.entries()) {
      const given = randomGiven(size, 10 * size + i);
      const [first, ...rest] = await Promise.all(all.map((device) => batchOn(device, given, amounts)));
      for (const [k, other] of rest.entries()) {
        assert.equal(other, first, `${all[k + 1].kind} ${all[k + 1].adapter}: ${JSON.stringify(amounts)}`);
      }
    }
  });

  test(`${size}×${size}: without any amount it is gatherBatch`, async () => {
    for (const device of devices) {
      const given = randomGiven(size, size);
      assert.equal(await batchOn(device, given, none), await batchOn(device, given, null), device.kind);
    }
  });
}

/** What each channel of some images would be as grey ones: words of its bytes, and where its numbers go. */
function channelOf(given: Given, k: number): Given {
  const plane = given.size ** 2;
  const bytes = new Uint8Array(given.words.buffer);
  const own = new Uint8Array(4 * IMAGES * wordsOf(given.size));
  for (let i = 0; i < IMAGES; i++) {
    const from = 4 * i * wordsOf(given.size, given.channels) + k * plane;
    own.set(bytes.subarray(from, from + plane), 4 * i * wordsOf(given.size));
  }
  return { ...given, words: new Int32Array(own.buffer), channels: 1 };
}

for (const [size, channels] of [
  [1, 3],
  [5, 3],
  [14, 2],
  [16, 3],
  [33, 3],
]) {
  test(`${channels}×${size}×${size}: each channel is gathered and distorted as a grey image is, on every device`, async () => {
    const given = randomGiven(size, 40 + size, channels);
    const everything = { ...none, ...augmentLimits(size) };
    for (const amounts of [null, everything, augmentAttrs(augmentations.strong, size)]) {
      const plane = size ** 2;
      const grays = [];
      for (let k = 0; k < channels; k++) grays.push(await batchOn(devices[0], channelOf(given, k), amounts));
      for (const device of all) {
        const [x, labels] = await batchOn(device, given, amounts);
        for (const [k, [gray, same]] of grays.entries()) {
          assert.equal(labels, same);
          // Zeros stand for what is no image.
          const expected = gray.map((level) => (level === 0 ? 0 : level + 256 * k));
          const own = x.filter((_, i) => Math.floor(i / plane) % channels === k);
          assert.equal(own, expected, `${device.kind} ${device.adapter}, channel ${k}`);
        }
      }
    }
  });
}

test('what is no image gives zeros, and an image its place decides, not the batch or the cursor', async () => {
  const amounts = augmentAttrs(augmentations.strong, 9);
  const given = { ...randomGiven(9, 3), batch: ORDER.length };
  for (const device of devices) {
    const [whole] = await batchOn(device, { ...given, cursor: 0 }, amounts);
    for (const [cursor, batch] of [
      [0, 2],
      [2, 5],
      [7, 2],
    ]) {
      const [part] = await batchOn(device, { ...given, cursor, batch }, amounts);
      assert.equal(part, whole.slice(81 * cursor, 81 * (cursor + batch)));
    }
    for (const place of [3, 6]) assert.ok(whole.slice(81 * place, 81 * place + 81).every((x) => x === 0));
    // Image 2 stands twice in the order, image 0 too: they differ.
    assert.not.equal(whole.slice(81 * 5, 81 * 6), whole.slice(81 * 7, 81 * 8));
    assert.not.equal(whole.slice(81 * 4, 81 * 5), whole.slice(81 * 8, 81 * 9));
  }
});

// ---- the float64 reference -------------------------------------------------------------------------------

/** A smooth image, so that a place that is a little off is a brightness that is a little off. */
const hills = (size: number): Uint8Array =>
  Uint8Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [((i % size) + 0.5) / size, (Math.floor(i / size) + 0.5) / size];
    const hill = (cx: number, cy: number, width: number) =>
      Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * width ** 2));
    return Math.round(Math.min(255, 250 * hill(0.35, 0.4, 0.12) + 200 * hill(0.65, 0.6, 0.1)));
  });

const kinds: Readonly<Record<string, Partial<Augmentation>>> = {
  nothing: {},
  rotation: { rotation: 45 },
  shear: { shear: 0.5 },
  scale: { scale: 0.5 },
  shift: { shift: 7 },
  elastic: { elastic: 3 },
  stroke: { stroke: 1 },
  erasing: { erase: 1, eraseSide: 0.5 },
  'all of them': augmentations.strong,
};

/** How far a byte may be from the unrounded number: at once, and as a root of the mean square, of which rounding has 0.29. */
const FURTHEST = 2.5;
const TYPICAL = 0.35;

for (const [name, amounts] of Object.entries(kinds)) {
  test(`${name}: what float64 makes of the description`, () => {
    let worst = 0;
    let squares = 0;
    let sum = 0;
    let count = 0;
    for (const size of [9, 28, 33, 100]) {
      const full = { ...augmentations.none, ...amounts };
      const attrs = augmentAttrs(full, size);
      const image = hills(size);
      for (let place = 0; place < (size > 50 ? 6 : 30); place++) {
        const state = augmentState(77, 4);
        const bytes = distort(image, size, drawDistortion(attrs, size, state, place));
        const expected = naiveDistort(image, size, naiveDraw(full, size, state, AUGMENT_STREAM, place));
        bytes.forEach((byte, i) => {
          const off = byte - expected[i];
          worst = Math.max(worst, Math.abs(off));
          squares += off ** 2;
          sum += off;
          count++;
        });
      }
    }
    assert.ok(worst <= FURTHEST, `off by ${worst}`);
    assert.ok(Math.sqrt(squares / count) < TYPICAL, `off by ${Math.sqrt(squares / count)} as a rule`);
    assert.ok(Math.abs(sum / count) < 0.1, `off by ${sum / count} on average`);
  });
}

test('sine and cosine to the fixed point', () => {
  for (let theta = -25_736; theta <= 25_736; theta++) {
    assert.ok(Math.abs(sine(theta) - 32_768 * Math.sin(theta / 32_768)) < 3, `sine of ${theta}`);
    assert.ok(Math.abs(cosine(theta) - 32_768 * Math.cos(theta / 32_768)) < 3, `cosine of ${theta}`);
  }
});

// ---- each kind by itself ---------------------------------------------------------------------------------

const SIZE = 28;
const DRAWS = 4000;

const draws = (amounts: Partial<Augmentation>, count = DRAWS): Distortion[] => {
  const attrs = augmentAttrs({ ...augmentations.none, ...amounts }, SIZE);
  return Array.from({ length: count }, (_, place) => drawDistortion(attrs, SIZE, augmentState(5, 1), place));
};

/** Uniform in (−most, most): the mean and the spread that this has, and nearly all of the range. */
function assertUniform(values: readonly number[], most: number, what: string): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  const deviation = most / Math.sqrt(3);
  // Four standard errors.
  assert.ok(Math.abs(mean) < (4 * deviation) / Math.sqrt(values.length), `${what}: mean ${mean}`);
  assert.ok(Math.abs(variance / deviation ** 2 - 1) < 0.06, `${what}: variance ${variance}`);
  const [least, largest] = [Math.min(...values), Math.max(...values)];
  assert.ok(largest <= most && largest > 0.99 * most, `${what}: largest ${largest} of ${most}`);
  assert.ok(least >= -most && least < -0.99 * most, `${what}: least ${least}`);
}

const CENTRE = (SIZE - 1) / 2;

test('rotation turns by a uniform angle about the centre, and no more', () => {
  const turns = draws({ rotation: 20 });
  for (const { matrix, origin } of turns) {
    const [xx, xy, yx, yy] = matrix.map((value) => value / 32_768);
    assert.ok(Math.abs(xx - yy) < 1e-4 && Math.abs(xy + yx) < 1e-4 && Math.abs(xx * yy - xy * yx - 1) < 2e-4);
    assert.equal([...origin], [CENTRE * 65_536, CENTRE * 65_536]);
  }
  const angles = turns.map(({ matrix: [xx, xy] }) => (Math.atan2(xy, xx) * 180) / Math.PI);
  assertUniform(angles, 20.01, 'degrees');
});

test('shear moves columns along their row', () => {
  const slants = draws({ shear: 0.3 }).map(({ matrix: [xx, xy, yx, yy] }) => {
    assert.equal([xx, yx, yy], [32_768, 0, 32_768]);
    return xy / 32_768;
  });
  assertUniform(slants, 0.3001, 'slant');
});

test('scale makes each axis larger as often as smaller, for itself', () => {
  const scales = draws({ scale: 0.25 }).map(({ matrix: [xx, xy, yx, yy] }) => {
    assert.equal([xy, yx], [0, 0]);
    return [32_768 / xx, 32_768 / yy];
  });
  for (const axis of [0, 1]) {
    const factors = scales.map((scale) => scale[axis]);
    assertUniform(
      factors.map((factor) => (factor >= 1 ? factor - 1 : 1 - 1 / factor)),
      0.2501,
      'growth',
    );
    assert.ok(Math.min(...factors) >= 0.799 && Math.max(...factors) <= 1.2502);
  }
  const product = scales.reduce((sum, [sx, sy]) => sum + Math.log(sx) * Math.log(sy), 0) / DRAWS;
  assert.ok(Math.abs(product) < 0.001, 'the axes know nothing of each other');
});

test('shift moves by a uniform number of pixels along each axis', () => {
  const moved = draws({ shift: 3 });
  for (const axis of [0, 1]) {
    const shifts = moved.map(({ matrix, origin }) => {
      assert.equal([...matrix], [32_768, 0, 0, 32_768]);
      return CENTRE - origin[axis] / 65_536;
    });
    assertUniform(shifts, 3.001, 'pixels');
  }
});

test('the elastic field has the standard deviation that was asked for, along both axes, and is smooth', () => {
  const state = augmentState(5, 1);
  const amounts = { ...augmentations.none, elastic: 1.5 };
  let [squares, mixed, bends, count] = [0, 0, 0, 0];
  for (let place = 0; place < 300; place++) {
    const drawn = naiveDraw(amounts, SIZE, state, AUGMENT_STREAM, place);
    const { points } = drawDistortion(augmentAttrs(amounts, SIZE), SIZE, state, place);
    drawn.points.flat().forEach((value, i) => {
      assert.ok(Math.abs(points[i] / 256 - value) < 0.01, 'a point is where the reference has it');
    });
    for (const [x, y] of [
      [3, 20],
      [9, 9],
      [14, 2],
      [25, 26],
    ]) {
      const [dx, dy] = displacement(drawn, SIZE, x, y);
      const [nextX] = displacement(drawn, SIZE, x + 1, y);
      squares += dx ** 2 + dy ** 2;
      mixed += dx * dy;
      bends = Math.max(bends, Math.abs(nextX - dx));
      count++;
    }
  }
  const deviation = Math.sqrt(squares / (2 * count));
  assert.ok(Math.abs(deviation - 1.5) < 0.1, `deviation ${deviation}`);
  assert.ok(Math.abs(mixed / count) < 0.2, 'the axes know nothing of each other');
  assert.ok(bends < 1, 'neighbours are never swapped');
});

test('strokes become thicker, with more ink, or thinner, with less, by as much as was drawn', () => {
  const image = hills(SIZE);
  const ink = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0);
  const changes = draws({ stroke: 0.6 });
  assertUniform(
    changes.map(({ stroke }) => stroke / 256),
    0.603,
    'stroke',
  );
  const sorted = changes.slice(0, 40).sort((a, b) => a.stroke - b.stroke);
  const inks = sorted.map((change) => ink(distort(image, SIZE, change)));
  inks.slice(1).forEach((more, i) => {
    assert.ok(more > inks[i] || sorted[i + 1].stroke === sorted[i].stroke);
  });
  sorted.forEach(({ stroke }, i) => {
    if (stroke !== 0) assert.is(Math.sign(inks[i] - ink(image)), Math.sign(stroke));
  });
});

test('a full stroke is a dilation or an erosion by a plus, worked by hand', () => {
  const amounts = { ...none, stroke: 256 };
  const still = drawDistortion(amounts, 5, augmentState(1, 1), 0);
  const cross = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 9, 9, 9, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0);
  const thick = Uint8Array.of(0, 0, 9, 0, 0, 0, 9, 9, 9, 0, 9, 9, 9, 9, 9, 0, 9, 9, 9, 0, 0, 0, 9, 0, 0);
  const thin = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  assert.equal(distort(cross, 5, { ...still, stroke: 256 }), thick);
  assert.equal(distort(cross, 5, { ...still, stroke: -256 }), thin);
  // What lies outside is black: a white image loses its border.
  const frame = distort(new Uint8Array(9).fill(200), 3, {
    ...drawDistortion(none, 3, [1, 0, 1], 0),
    stroke: -128,
  });
  assert.equal(frame, Uint8Array.of(100, 100, 100, 100, 200, 100, 100, 100, 100));
});

test('erasing takes a rectangle inside of the image as often as was asked for', () => {
  const boxes = draws({ erase: 0.3, eraseSide: 0.25 }).map(({ erased }) => erased);
  const taken = boxes.filter(([left, top, right, bottom]) => right > left && bottom > top);
  assert.ok(Math.abs(taken.length / DRAWS - 0.3) < 0.03, `${taken.length} of ${DRAWS}`);
  for (const [left, top, right, bottom] of taken) {
    assert.ok(left >= 0 && top >= 0 && right <= SIZE && bottom <= SIZE);
  }
  const widths = new Set(taken.map(([left, , right]) => right - left));
  const heights = new Set(taken.map(([, top, , bottom]) => bottom - top));
  assert.equal([...widths].sort(), [1, 2, 3, 4, 5, 6, 7]);
  assert.equal([...heights].sort(), [1, 2, 3, 4, 5, 6, 7]);
  assert.ok(taken.some(([left]) => left === 0) && taken.some(([, , right]) => right === SIZE));
  assert.ok(taken.some(([, top]) => top === 0) && taken.some(([, , , bottom]) => bottom === SIZE));
  const image = new Uint8Array(SIZE * SIZE).fill(255);
  for (const change of draws({ erase: 1, eraseSide: 0.5 }, 50)) {
    const [left, top, right, bottom] = change.erased;
    const black = distort(image, SIZE, change).filter((byte) => byte === 0).length;
    assert.is(black, (right - left) * (bottom - top));
    assert.ok(black > 0);
  }
});

test('seeds, epochs, places and streams each draw anew, and the same again', () => {
  const attrs = augmentAttrs(augmentations.strong, SIZE);
  const drawn = (seed: number, epoch: number, place: number, stream = AUGMENT_STREAM) =>
    JSON.stringify(drawDistortion({ ...attrs, stream }, SIZE, augmentState(seed, epoch), place));
  const different = [
    drawn(1, 1, 0),
    drawn(2, 1, 0),
    drawn(2 ** 32 + 1, 1, 0),
    drawn(1, 2, 0),
    drawn(1, 1, 1),
    drawn(1, 1, 0, 3),
  ];
  assert.is(new Set(different).size, different.length);
  assert.is(drawn(1, 1, 0), different[0]);
});

test.run();
