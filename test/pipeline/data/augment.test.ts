// What `--augment` says, what becomes of it for kernels, and training with it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { augmentLimits, LARGEST_SIZE } from '../../../engine/data/augment/draw.ts';
import type { Augmentation, AugmentationField } from '../../../pipeline/data/augment.ts';
import {
  augmentAttrs,
  augmentationFields,
  augmentations,
  changesNothing,
  distortImages,
  parseAugmentation,
} from '../../../pipeline/data/augment.ts';
import type { Fault } from '../../../pipeline/faults.ts';
import { closeDevices, devices } from '../../support/devices.ts';
import { refuses } from '../../support/images.ts';
import { bitsOfSnapshot, rigOn, stripes, trained } from '../../support/tinyRuns.ts';

test.after(closeDevices);

const { none, light, strong } = augmentations;
const fields = Object.keys(augmentationFields) as AugmentationField[];

test('a name, and fields of it changed', () => {
  assert.equal(parseAugmentation('none'), none);
  assert.equal(parseAugmentation('light'), light);
  assert.equal(parseAugmentation('strong:rotation=10,erase=0'), { ...strong, rotation: 10, erase: 0 });
  assert.equal(parseAugmentation('none:shift=1.5'), { ...none, shift: 1.5 });
  for (const field of fields) {
    const { most } = augmentationFields[field];
    assert.is(parseAugmentation(`light:${field}=${most}`)[field], most);
    assert.is(parseAugmentation(`light:${field}=0`)[field], 0);
  }
});

const refused: readonly (readonly [string, Fault, ...string[]])[] = [
  ['', 'invalid-setting', 'none, light, strong'],
  ['strnog', 'invalid-setting', 'strnog:', 'strong?'],
  ['toString', 'invalid-setting', 'toString:', 'none, light, strong'],
  ['rotation=3', 'invalid-setting', 'rotation=3:', 'none, light, strong'],
  ['light:', 'invalid-setting', 'light::', "''"],
  ['light:rotation', 'invalid-setting', 'light:rotation:', "'rotation'"],
  ['light:rotation=', 'invalid-setting', "'rotation='"],
  ['light:rotation=1=2', 'invalid-setting', "'rotation=1=2'"],
  ['light:rotation=1,,shear=0', 'invalid-setting', "''"],
  ['light:rotatoin=1', 'invalid-setting', 'field rotatoin', 'rotation, shear', 'rotation?'],
  ['light:rotation=ten', 'invalid-setting', 'rotation ten', '0 to 45'],
  ['light:rotation=-1', 'invalid-setting', 'rotation -1', '0 to 45'],
  ['light:elastic=3.01', 'invalid-setting', 'elastic 3.01', '0 to 3,'],
  ['light:erase=NaN', 'invalid-setting', 'erase NaN', '0 to 1,'],
];

for (const [text, code, ...names] of refused) {
  test(`refused: '${text}'`, async () => void (await refuses(() => parseAugmentation(text), code, ...names)));
}

test('the largest amounts fit the kernels at every size, and the others are whole numbers', () => {
  const largest = Object.fromEntries(fields.map((field) => [field, augmentationFields[field].most]));
  for (let size = 1; size <= LARGEST_SIZE; size++) {
    const limits = augmentLimits(size);
    for (const amounts of [largest as unknown as Augmentation, light, strong]) {
      for (const [name, value] of Object.entries(augmentAttrs(amounts, size))) {
        const limit = limits[name as keyof typeof limits];
        assert.ok(Number.isInteger(value) && value >= 0 && value <= limit, `${name} ${value} at ${size}`);
      }
    }
  }
});

test('what changes nothing is known', () => {
  assert.ok(changesNothing(none));
  assert.ok(changesNothing({ ...none, erase: 1, eraseSide: 0 }));
  for (const field of fields.filter((name) => name !== 'eraseSide')) {
    assert.not.ok(changesNothing({ ...none, [field]: 0.5 }), field);
  }
  const { images, size } = stripes(3, 9, 1);
  assert.equal(distortImages(images, size, { augmentation: none, seed: 1 }, 1, 0), images);
});

// ---- training --------------------------------------------------------------------------------------------

const data = stripes(75, 8, 6);
const longer = stripes(119, 8, 7);

test('training on augmented images has the same losses on every device, and others than without', async () => {
  const lossesOn = (augment: Augmentation) =>
    Promise.all(
      devices.map(async (device) => {
        const rig = rigOn(device, data, { augment });
        const losses = (await trained(rig)).map(({ loss }) => loss);
        rig.dispose();
        return losses;
      }),
    );
  const [first, ...others] = await lossesOn(strong);
  for (const losses of others) {
    first.slice(0, 3).forEach((loss, i) => {
      assert.ok(Math.abs(loss - losses[i]) < 1e-3 * loss, `step ${i + 1}: ${loss} and ${losses[i]}`);
    });
  }
  const [plain] = await lossesOn(none);
  plain.slice(0, 3).forEach((loss, i) => {
    assert.ok(Math.abs(loss - first[i]) > 1e-3 * loss, `step ${i + 1} is another`);
  });
});

for (const device of devices) {
  test(`an epoch that is entered at its tenth step goes on to the same bits on ${device.kind}`, async () => {
    const [whole, resumed] = [
      rigOn(device, longer, { augment: light }),
      rigOn(device, longer, { augment: light }),
    ];
    let done = 0;
    for await (const { records, settled } of whole.trainer.epoch(2, { settleEvery: 10 })) {
      done += records.length;
      if (settled && done === 10) resumed.restore(await whole.snapshot());
    }
    for await (const _ of resumed.trainer.epoch(2, { firstStep: 10 }));
    assert.is(resumed.optimizer.steps, 15);
    assert.equal(bitsOfSnapshot(await resumed.snapshot()), bitsOfSnapshot(await whole.snapshot()));
    whole.dispose();
    resumed.dispose();
  });
}

for (const device of devices.filter(({ kind }) => kind !== 'cpu')) {
  test(`a captured step augments in one launch, and makes nothing while it runs on ${device.kind}`, async () => {
    const rig = rigOn(device, data, { augment: strong });
    const step = await rig.trainer.step(8);
    const gathering = (ops: typeof step) =>
      ops.plan!.rows.map(({ op }) => op).filter((op) => op === 'gatherBatch' || op === 'augmentBatch');
    assert.equal(gathering(step), ['augmentBatch']);
    for (let i = 0; i < 3; i++) step.run();
    await device.finish();
    const settled = { ...device.counters };
    for (let i = 0; i < 10; i++) step.run();
    await device.finish();
    assert.is(device.counters.allocations, settled.allocations);
    assert.is(device.counters.live, settled.live);
    assert.is(device.counters.bindGroups, settled.bindGroups);
    if (device.kind === 'webgpu') assert.is(device.counters.submits - settled.submits, 10);
    rig.dispose();

    const plain = rigOn(device, data, { augment: none });
    assert.equal(gathering(await plain.trainer.step(8)), ['gatherBatch']);
    plain.dispose();
  });
}

test.run();
