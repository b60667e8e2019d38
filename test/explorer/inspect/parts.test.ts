// What the inspector lays out and names, for every op that a step runs: forwards, backwards and in the update.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { Random } from '../../../engine/index.ts';
import { explain } from '../../../explorer/explain/explain.ts';
import { chain, ranOf } from '../../../explorer/explain/receptive.ts';
import { frameOf } from '../../../explorer/page/inspect/frames.ts';
import { originOf } from '../../../explorer/page/inspect/origin.ts';
import { inWords } from '../../../explorer/page/inspect/words.ts';
import { exact, short } from '../../../explorer/page/parts/numbers.ts';
import { sheetBox, sheetShape } from '../../../explorer/page/parts/sheetShape.ts';
import { cornerOf, numberUnder, outline, tilingOf } from '../../../explorer/page/parts/tiling.ts';
import { record } from '../../../explorer/tape/record.ts';
import type { Tape } from '../../../explorer/tape/tape.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { Rig } from '../../../pipeline/train/rig.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';

const random = new Random(3);
const layers = [
  { type: 'conv2d', outChannels: 4, kernelSize: 3, stride: 2, padding: 1 },
  { type: 'batchNorm2d' },
  { type: 'relu' },
  { type: 'maxPool2d', kernelSize: 2 },
  {
    type: 'residual',
    layers: [{ type: 'conv2d', outChannels: 4, kernelSize: 3, padding: 'same', groups: 2 }],
  },
  { type: 'avgPool2d', kernelSize: 2, padding: 1 },
  { type: 'flatten' },
  { type: 'linear', outFeatures: 'classes' },
];

async function taped(): Promise<Tape> {
  const device = new CpuDevice();
  const rig = new Rig(device, {
    model: { name: 'small', input: [1, 12, 12], layers },
    classes: ['a', 'b', 'c'],
    recipe: recipes.mnist,
    settings: resolveSettings({ seed: 3 }),
  });
  const image = Float32Array.from({ length: 144 }, () => random.uniform(-1, 1));
  const tape = await record(rig, image, [1, 12, 12], 1);
  rig.dispose();
  device.close();
  return tape;
}

const tape = await taped();

/** A first, a last and some middle numbers of each output of each launch. */
function* numbers() {
  for (const launch of tape.launches) {
    for (const [output, use] of launch.outputs.entries()) {
      const { length } = tape.values[use.value].data;
      const some = [0, length - 1, Math.floor(length / 2), Math.floor(length / 3)];
      for (const index of new Set(some)) yield { launch, output, use, index };
    }
  }
}

test('the channels of a window and what lies nowhere add up to the number', () => {
  let laid = 0;
  for (const { launch, output, index } of numbers()) {
    const ran = ranOf(tape, launch);
    const explanation = explain(ran, output, index);
    const frame = frameOf(ran, explanation.terms);
    if (frame === null) continue;
    laid++;
    const terms = frame.groups.flatMap(({ cells }) => cells).filter((cell) => cell !== null);
    assert.is(terms.length + frame.rest.length, explanation.terms.length, launch.op);
    for (const { cells } of frame.groups) assert.is(cells.length, frame.rows * frame.columns, launch.op);
    if (explanation.how !== 'sum') continue;
    const sum = [...frame.groups.map((group) => group.sum), ...frame.rest.map(({ value }) => value)];
    const total = sum.reduce((a, b) => a + b, 0);
    assert.ok(
      Math.abs(total - explanation.result) < 1e-9,
      `${launch.op}: ${total}, expected ${explanation.result}`,
    );
  }
  assert.ok(laid > 30, `${laid} numbers have a frame`);
});

test('each number has words for its place, and each that goes into it a way on or a reason for none', () => {
  for (const { launch, output, use, index } of numbers()) {
    assert.match(inWords(tape, use, index, launch), /\d|the one number/, launch.op);
    const ran = ranOf(tape, launch);
    for (const { parts } of explain(ran, output, index).terms) {
      for (const { input, index: at, value } of parts) {
        const from = launch.inputs[input];
        const { at: to, said } = originOf(tape, from, at);
        assert.ok(to !== null || said !== undefined, `${launch.op}, input ${input}`);
        if (to === null || said !== undefined) continue;
        const made = tape.launches[to.launch].outputs[to.output];
        assert.is(tape.values[made.value].data[to.index], value, `${launch.op}, input ${input}`);
      }
    }
  }
});

test('places are called what they are', () => {
  const [conv] = tape.launches;
  assert.is(inWords(tape, conv.outputs[0], 36 * 2 + 6 * 3 + 4, conv), 'filter 2, row 3, column 4');
  const update = tape.launches.find(({ op }) => op === 'adamStep')!;
  assert.is(inWords(tape, update.outputs[0], 9 + 5, update), '0.weight, filter 1, row 1, column 2');
  assert.is(inWords(tape, tape.logits, 2), 'class 2');
  const [{ parameters }] = tape.layers;
  assert.equal(originOf(tape, parameters[0].weight, 14).said, 'a weight, 0.weight');
  assert.equal(originOf(tape, tape.layers[0].input, 3), { at: null, said: 'the picture' });
});

test('what a number depends on is a box in each sheet', () => {
  for (const { use, index } of numbers()) {
    for (const { use: from, low, high } of chain(tape, use, index)) {
      const shape = sheetShape(from.shape);
      const box = sheetBox(from.shape, { low, high });
      assert.is(box.low.length, shape.length);
      shape.forEach((length, axis) => {
        assert.ok(box.low[axis] >= 0 && box.low[axis] <= box.high[axis] && box.high[axis] < length);
      });
      assert.match(outline(tilingOf(shape, 300), box.low, box.high), /^(M\d+ \d+H\d+V\d+H\d+Z)+$/);
    }
  }
});

test('the number under each pixel of a sheet is the one that is painted there', () => {
  for (const shape of [[8, 28, 28], [1, 28, 28], [64, 3, 3], [128], [784], [10], [16, 1, 1], [1, 10, 128]]) {
    for (const room of [60, 328, 700]) {
      const tiling = tilingOf(shape, room);
      assert.ok(tiling.size[0] <= Math.max(room, shape.at(-1)!), `${shape} in ${room}`);
      for (let index = 0; index < tiling.numbers; index++) {
        const [x, y] = cornerOf(tiling, index);
        const [right, bottom] = [x + tiling.unit, y + tiling.unit];
        assert.ok(right <= tiling.size[0] && bottom <= tiling.size[1], `${shape} in ${room}: ${index}`);
        for (const [px, py] of [
          [x, y],
          [right - 1, bottom - 1],
        ])
          assert.is(numberUnder(tiling, px, py), index);
      }
    }
  }
});

test('a number is written with as many digits as there is room for', () => {
  assert.equal([0, 12.34, -1.254, 0.01766, -3e-5, 123.4, 4321].map(short), [
    '0',
    '12.3',
    '−1.25',
    '0.018',
    '−3e−5',
    '123',
    '4e3',
  ]);
  assert.equal([0.1, -3.3156166, 5.87002e-7, Infinity].map(exact), ['0.1', '−3.315617', '5.870020e−7', '∞']);
});

test.run();
