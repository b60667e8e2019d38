// The trained networks that the page comes with: small files, and they read what they say they read.
import { statSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openWasm } from '../../engine/devices/wasm/open.ts';
import { presets } from '../../explorer/presets/presets.ts';
import { restoreModel } from '../../pipeline/checkpoint/checkpoint.ts';
import { count, type Dataset, subset } from '../../pipeline/data/dataset.ts';
import { withDrawn } from '../../pipeline/data/drawn/withDrawn.ts';
import { evaluate } from '../../pipeline/evaluate/evaluate.ts';
import { place } from '../../pipeline/model/model.ts';
import { loadMnist } from '../../pipeline/node/data/mnist.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';

const device = await openWasm({ threads: 1 });
test.after(() => device.close());

const { test: digits } = loadMnist();

/** Digits in other hands, drawn by a seed that none of them was trained with. */
function drawnDigits(many: number): Dataset {
  const all = withDrawn(digits, { drawn: many / count(digits), seed: 99 });
  return subset(
    all,
    Int32Array.from({ length: many }, (_, i) => count(digits) + i),
  );
}

const drawn = drawnDigits(1000);

for (const { name, model, trained } of presets) {
  if (trained === undefined) continue;
  const path = `explorer/presets/trained/${trained.file}.safetensors`;
  const checkpoint = readCheckpoint(path);

  test(`${name}: a small file of weights, with what says how far it can be trusted, and nothing to train on with`, () => {
    // The gate has layers of its own in the place of the last ones.
    const parameters = place(model, 10).reduce((sum, layer) => sum + layer.parameters, 0);
    assert.ok(statSync(path).size <= 8 * parameters + 30_000);
    assert.equal(checkpoint.model, model);
    assert.equal(checkpoint.classes, digits.classes);
    assert.ok(checkpoint.certainty.gate !== undefined);
    assert.is(checkpoint.progress, undefined);
  });

  test(`${name}: reads MNIST's test images as well as it says, and digits in other hands`, async () => {
    const network = restoreModel(checkpoint, device);
    const read = async (data: Dataset) => (await evaluate(network, device, data, checkpoint.recipe)).accuracy;
    // Other machines add numbers up in other ways: three images may fall on the other side.
    const accuracy = await read(digits);
    assert.ok(Math.abs(accuracy - trained.accuracy) <= 0.0003, `${accuracy}`);
    const inOtherHands = await read(drawn);
    assert.ok(inOtherHands > 0.97, `${inOtherHands}`);
  });
}

test('what the page opens with comes trained, and so does what reads most', () => {
  const accuracies = presets.slice(0, 2).map(({ trained }) => trained!.accuracy);
  assert.ok(accuracies[0] > 0.985 && accuracies[1] > 0.994, `${accuracies}`);
});

test.run();
