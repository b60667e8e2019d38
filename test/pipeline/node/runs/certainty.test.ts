// A lenet trained for some seconds: its certainties are calibrated, it refuses what is no digit, and digits hardly ever.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../../engine/random.ts';
import { restoreGate } from '../../../../pipeline/certainty/gate.ts';
import { refusals } from '../../../../pipeline/certainty/refusals.ts';
import { restoreModel } from '../../../../pipeline/checkpoint/checkpoint.ts';
import type { Path } from '../../../../pipeline/draw/strokes.ts';
import { drawn, fitted } from '../../../../pipeline/draw/strokes.ts';
import { evaluate } from '../../../../pipeline/evaluate/evaluate.ts';
import { builtInModels } from '../../../../pipeline/model/model.ts';
import { loadData } from '../../../../pipeline/node/data/load.ts';
import { openDevice } from '../../../../pipeline/node/devices/devices.ts';
import { readCheckpoint } from '../../../../pipeline/node/runs/checkpointFile.ts';
import { runTraining } from '../../../../pipeline/node/runs/runTraining.ts';
import { Predictor } from '../../../../pipeline/predict/predict.ts';
import { resolveSettings } from '../../../../pipeline/train/settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'inkgrad-certainty-'));
test.after(() => rmSync(folder, { recursive: true }));

const device = await openDevice('wasm', { threads: 2 });
test.after(() => device.close());
const data = await loadData('mnist', { seed: 1, limit: 8000 });
const out = join(folder, 'run');
const settings = resolveSettings({ epochs: 2 });
const shares: number[] = [];
await runTraining(
  { device, model: builtInModels.lenet, data, settings, out, about: {} },
  { onCertainty: (share) => void shares.push(share) },
);
const checkpoint = readCheckpoint(out);
const SIDE = 28;

/** The share of images that the run refuses. */
async function refused(images: readonly Uint8Array[]): Promise<number> {
  const readings = await new Predictor(device, checkpoint).predictAll(images);
  return readings.filter((reading) => reading.refused).length / readings.length;
}

const many = (make: (random: Random) => Uint8Array): Uint8Array[] => {
  const random = new Random(8);
  return Array.from({ length: 100 }, () => make(random));
};

/** A figure with another pen, turned a little, each time. */
const doodle =
  (paths: readonly Path[]) =>
  (random: Random): Uint8Array => {
    const [angle, radius] = [random.uniform(-0.2, 0.2), random.uniform(0.7, 1.5)];
    const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
    const moved = paths.map((path) =>
      path.map((_, i) =>
        i % 2 === 0 ? cos * path[i] - sin * path[i + 1] : sin * path[i - 1] + cos * path[i],
      ),
    );
    const fit = { size: SIDE, extent: 20, radius };
    return Uint8Array.from(drawn(fitted(moved, fit), fit), (value) => Math.round(255 * value));
  };

const along = (points: number, at: (t: number) => readonly number[]): Path =>
  Array.from({ length: points }, (_, i) => at((2 * Math.PI * i) / (points - 1))).flat();

test('how much of the fitting is done is told from 0 to 1, never back', () => {
  assert.equal([shares[0], shares[shares.length - 1]], [0, 1]);
  assert.ok(shares.length > 3);
  assert.equal(
    shares,
    [...shares].sort((a, b) => a - b),
  );
});

test('both checkpoints have a gate', () => {
  for (const name of ['best', 'last'])
    assert.ok(readCheckpoint(join(out, `checkpoints/${name}.safetensors`)).certainty.gate, name);
});

test('test digits are refused rarely, and certainties are off by less than 2 %', async () => {
  const model = restoreModel(checkpoint, device);
  const { temperature } = checkpoint.certainty;
  const { accuracy, calibration } = await evaluate(model, device, data.test, data.recipe, { temperature });
  assert.ok(accuracy > 0.93, `accuracy ${accuracy}`);
  assert.ok(calibration!.error < 0.02, `calibration error ${calibration!.error}`);
  const gate = restoreGate(checkpoint, model, device)!;
  const all = await refusals(gate, device, data.test, data.recipe);
  const share = all.filter(Boolean).length / all.length;
  assert.ok(share > 0 && share < 0.025, `${share} of digits are refused`);
  const few = Array.from({ length: 200 }, (_, i) =>
    data.test.images.subarray(i * SIDE ** 2, (i + 1) * SIDE ** 2),
  );
  assert.is(await refused(few), all.slice(0, 200).filter(Boolean).length / 200);
});

test('noise, grey and doodles are mostly refused', async () => {
  const kinds = {
    noise: many((random) => Uint8Array.from({ length: SIDE ** 2 }, () => random.integer(256))),
    grey: many((random) => new Uint8Array(SIDE ** 2).fill(random.integer(256))),
    flower: many(doodle([along(60, (t) => [Math.cos(t) * Math.cos(3 * t), Math.sin(t) * Math.cos(3 * t)])])),
    grid: many(
      doodle(
        [-1, -0.3, 0.3, 1].flatMap((at) => [
          [at, -1, at, 1],
          [-1, at, 1, at],
        ]),
      ),
    ),
    coil: many(doodle([along(80, (t) => [t + 1.2 * Math.cos(5 * t), Math.sin(5 * t)])])),
  };
  for (const [kind, images] of Object.entries(kinds)) {
    const share = await refused(images);
    assert.ok(share > 0.8, `${share} of ${kind} are refused`);
  }
});

test.run();
