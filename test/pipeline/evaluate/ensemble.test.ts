// Several models, and copies of images, answer together: the mean of their probabilities, scored as an evaluation is.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluateTogether } from '../../../pipeline/evaluate/ensemble.ts';
import { evaluate } from '../../../pipeline/evaluate/evaluate.ts';
import { meanOf, probabilitiesOf, scoresOf } from '../../../pipeline/evaluate/probabilities.ts';
import { closeDevices, deviceOf } from '../../support/devices.ts';
import { rigOn, stripes, trained } from '../../support/tinyRuns.ts';

test.after(closeDevices);

const SIZE = 8;
const device = deviceOf('wasm');
const [train, seen] = [stripes(200, SIZE, 1), stripes(90, SIZE, 2)];

const rigs = [1, 2, 3].map((seed) => rigOn(device, train, { seed, epochs: 1, batch: 16 }));
for (const rig of rigs) await trained(rig);
const members = rigs.map(({ model, recipe }) => ({ model, recipe, temperature: 1 }));
test.after(() => rigs.forEach((rig) => void rig.dispose()));

test('softmax, row by row, also of logits that no exponential holds', () => {
  const rows = probabilitiesOf([0, Math.log(3), 1000, 0, 2, 2], 2, 1);
  assert.ok(rows.every((value, i) => Math.abs(value - [0.25, 0.75, 1, 0, 0.5, 0.5][i]) < 1e-12));
  const halved = probabilitiesOf([0, 2 * Math.log(3)], 2, 2);
  assert.ok(Math.abs(halved[1] - 0.75) < 1e-12);
});

test('scores of probabilities, by hand', () => {
  const data = { ...seen, classes: ['a', 'b'], labels: Int32Array.of(0, 1, 1) };
  const { loss, accuracy, confusion } = scoresOf(Float64Array.of(0.5, 0.5, 0.2, 0.8, 1, 0), data);
  assert.is(accuracy, 2 / 3);
  assert.equal(confusion.matrix, [
    [1, 0],
    [1, 1],
  ]);
  assert.ok(Number.isFinite(loss) && loss > 100, 'what was thought impossible costs much, and is a number');
});

test('one model without copies is scored as evaluate does it', async () => {
  const [one] = members;
  const together = await evaluateTogether([one], device, seen);
  const { loss, accuracy, confusion } = await evaluate(one.model, device, seen, one.recipe);
  assert.ok(Math.abs(together.loss - loss) < 1e-5);
  assert.is(together.accuracy, accuracy);
  assert.equal(together.confusion.matrix, confusion.matrix);
});

test('three models together have the mean of what each says', async () => {
  const alone = await Promise.all(
    members.map(async (member) => {
      const { loss } = await evaluateTogether([member], device, seen);
      return loss;
    }),
  );
  const { loss } = await evaluateTogether(members, device, seen);
  // Jensen: the loss of a mean is at most the mean of the losses.
  assert.ok(loss < alone.reduce((sum, value) => sum + value, 0) / 3, `${loss} of ${alone}`);
  assert.equal([...meanOf([Float64Array.of(1, 0), Float64Array.of(0, 0.5)])], [0.5, 0.25]);
});

test('copies are other images, the same each time', async () => {
  const told: number[] = [];
  const onProgress = (done: number) => void told.push(done);
  const plain = await evaluateTogether(members, device, seen);
  const copied = await evaluateTogether(members, device, seen, { copies: 2, onProgress });
  const again = await evaluateTogether(members, device, seen, { copies: 2 });
  assert.is.not(copied.loss, plain.loss);
  assert.is(copied.loss, again.loss);
  assert.equal(told, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test.run();
