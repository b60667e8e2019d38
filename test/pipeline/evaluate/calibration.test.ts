import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import * as F from '../../../engine/functional.ts';
import { noGrad } from '../../../engine/graph.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { calibrationError } from '../../../pipeline/evaluate/calibration.ts';
import { evaluate } from '../../../pipeline/evaluate/evaluate.ts';
import { logitsOf } from '../../../pipeline/evaluate/logits.ts';
import { recipeFor, rigOn, stripes } from '../../support/tinyRuns.ts';

const close = (actual: number, expected: number, within = 1e-12) =>
  assert.ok(Math.abs(actual - expected) < within, `${actual} is not ${expected}`);

test('a worked example: three bins of fifteen', () => {
  // (0.9333, 1]: mean 0.97 and 3 of 4 right; (0.6, 0.6667]: 0.65 and both right; (0.4667, 0.5333]: 0.5 and none of two.
  const certainties = [1, 0.98, 0.95, 0.95, 0.65, 0.65, 0.5, 0.5];
  const right = [true, true, true, false, true, true, false, false];
  close(calibrationError(certainties, right), (4 * 0.22 + 2 * 0.35 + 2 * 0.5) / 8);
});

test('what is sure and right is calibrated, what is sure and wrong is off by all', () => {
  close(calibrationError([1, 1], [true, true]), 0);
  close(calibrationError([1, 1], [false, false]), 1);
  close(calibrationError([], []), 0);
  close(calibrationError([0], [false]), 0);
});

test('evaluate tells the error of its probabilities at a temperature, and the loss without it', async () => {
  const data = stripes(300, 8, 4);
  const rig = rigOn(new CpuDevice(), data);
  const { model, device } = rig;
  const recipe = recipeFor(8);
  const plain = await evaluate(model, device, data, recipe);
  assert.is(plain.calibration, undefined);
  for (const temperature of [0.1, 1, 3]) {
    const { loss, calibration } = await evaluate(model, device, data, recipe, { temperature });
    assert.is(loss, plain.loss);
    const logits = await logitsOf(model, device, data, recipe);
    const scaled = noGrad(() =>
      F.softmax(F.affine(Tensor.from(device, logits, [300, 3]), 1 / temperature, 0)),
    );
    const probabilities = await scaled.read();
    const rows = Array.from({ length: 300 }, (_, i) => [...probabilities.subarray(3 * i, 3 * i + 3)]);
    const tops = rows.map((row) => Math.max(...row));
    const right = rows.map((row, i) => row.indexOf(tops[i]) === data.labels[i]);
    close(calibration!.error, calibrationError(tops, right), 1e-6);
    assert.is(calibration!.temperature, temperature);
  }
  rig.dispose();
});

test.run();
