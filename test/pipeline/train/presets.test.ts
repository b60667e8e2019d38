// Settings that come along can be had, and what they say of Adam reaches it.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import { Adam, AdamW } from '../../../engine/optim/index.ts';
import { Tensor } from '../../../engine/tensor.ts';
import { place } from '../../../pipeline/model/model.ts';
import { specOf } from '../../../pipeline/model/specOf.ts';
import { makeOptimizer } from '../../../pipeline/train/optimizers.ts';
import { presets } from '../../../pipeline/train/presets.ts';
import { checkSetting, resolveSettings, type SettingName } from '../../../pipeline/train/settings.ts';

for (const [name, { model, ...settings }] of Object.entries(presets)) {
  test(`${name} has a model that comes along and settings that can be`, () => {
    assert.ok(place(specOf(model), 10).length > 0);
    for (const [setting, value] of Object.entries(settings)) checkSetting(setting as SettingName, value);
    const resolved = resolveSettings(settings);
    for (const [setting, value] of Object.entries(settings))
      assert.is(resolved[setting as SettingName], value, setting);
  });
}

const device = new CpuDevice();
const kinds = { adam: Adam, adamw: AdamW };

/** A weight after three steps along the same gradients. */
async function after(make: (weight: Tensor) => Adam): Promise<number> {
  const weight = Tensor.from(device, [1], [1]).trained();
  const optimizer = make(weight);
  for (const slope of [3, -1, 0.5]) {
    weight.grad = Tensor.from(device, [slope], [1]);
    optimizer.step();
    optimizer.zeroGrad();
  }
  return (await weight.read())[0];
}

for (const [name, Kind] of Object.entries(kinds)) {
  test(`${name} takes beta1 and beta2 of the settings`, async () => {
    const settings = resolveSettings({ optimizer: name as 'adam', lr: 0.1, beta1: 0.5, beta2: 0.8 });
    const { weightDecay } = settings;
    const own = await after((weight) => makeOptimizer([weight], settings) as Adam);
    assert.is(own, await after((weight) => new Kind([weight], { lr: 0.1, betas: [0.5, 0.8], weightDecay })));
    assert.is.not(own, await after((weight) => new Kind([weight], { lr: 0.1, weightDecay })));
  });
}

for (const name of ['beta1', 'beta2'] as const) {
  test(`${name} is at least 0 and less than 1`, () => {
    checkSetting(name, 0);
    for (const value of [1, -0.1, Number.NaN, '0.9'])
      assert.throws(() => checkSetting(name, value), /expected a number from 0 to less than 1/);
  });
}

test.run();
