// What an answer rests on, what a unit looks for, and the step launch by launch: on the tiny network that comes trained.
import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openWasm } from '../../../engine/devices/wasm/open.ts';
import { CpuDevice } from '../../../engine/index.ts';
import { dream } from '../../../explorer/lab/hood/dream.ts';
import { occlusion } from '../../../explorer/lab/hood/occlusion.ts';
import { timeline } from '../../../explorer/lab/hood/timeline.ts';
import { look } from '../../../explorer/lab/look.ts';
import { Network, planOf } from '../../../explorer/lab/network.ts';
import { gatherImages } from '../../../pipeline/data/batches.ts';
import { loadMnist } from '../../../pipeline/node/data/mnist.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';

const file = 'explorer/presets/trained/tiny.safetensors';
const device = await openWasm({ threads: 1 });
const network = new Network(planOf(readFileSync(file), 'tiny', resolveSettings({})), device);
const { recipe } = network.plan;
const { test: digits } = loadMnist();
const [image] = [gatherImages(digits, Int32Array.of(0), recipe)];
const label = digits.labels[0];
const whole = (byte: number) =>
  gatherImages({ ...digits, images: new Uint8Array(784).fill(byte) }, Int32Array.of(0), recipe);
const [black, white] = [whole(0), whole(255)];

test('occlusion is what the network says of a picture that is covered', async () => {
  const { falls, width, height, patch, stride } = await occlusion(network, image, black, label);
  assert.is(falls.length, width * height);
  const before = (await look(network, image)).probabilities[label];
  for (const at of [0, 40, 97, 120, falls.length - 1]) {
    const covered = image.slice();
    const [top, left] = [Math.floor(at / width), at % width].map((n) => n * stride - patch / 2);
    covered.forEach((_, i) => {
      const [row, column] = [Math.floor(i / 28), i % 28];
      const isUnder = row >= top && row < top + patch && column >= left && column < left + patch;
      if (isUnder) covered[i] = black[i];
    });
    const after = (await look(network, covered)).probabilities[label];
    assert.ok(
      Math.abs(falls[at] - (before - after)) < 1e-5,
      `${at}: ${falls[at]}, expected ${before - after}`,
    );
  }
  // A corner has no ink, and the strokes have.
  assert.ok(Math.abs(falls[0]) < 1e-6);
  assert.ok(Math.max(...falls) > 0.05);
});

test('a picture that a unit answers to: the answer grows, and no pixel is darker than black or brighter than white', async () => {
  const last = network.plan.model.layers.length - 1;
  for (const [layer, unit] of [
    [0, 1],
    [3, 5],
    [last, 3],
  ]) {
    const { image: found, answers } = await dream(network, [black, white], layer, unit);
    assert.ok(
      answers[answers.length - 1] > answers[0] + 1,
      `layer ${layer}: ${answers[0]} to ${answers.at(-1)}`,
    );
    assert.ok(found.every((value, i) => value >= black[i] && value <= white[i]));
  }
  const { image: three } = await dream(network, [black, white], last, 3);
  const { probabilities } = await look(network, three);
  assert.is(probabilities.indexOf(Math.max(...probabilities)), 3);
});

test('the step is recorded and timed, and the network stays as it is', async () => {
  const before = await network.checkpoint();
  const seen = await timeline(network);
  assert.ok(seen!.plan.rows.some(({ op }) => op === 'adamStep'));
  assert.is(seen!.timed?.length, seen!.plan.rows.length);
  assert.ok(seen!.ceiling.flops > 0 && seen!.ceiling.bytes > 0);
  assert.equal(await network.checkpoint(), before);
  const cpu = new Network(planOf(readFileSync(file), 'tiny', resolveSettings({})), new CpuDevice());
  assert.is(await timeline(cpu), null, 'cpu notes no launches');
});

test.after(() => {
  network.dispose();
  device.close();
});
test.run();
