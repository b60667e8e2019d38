// The loop itself: what it tells, that a state is all it needs to go on to the same bits, and what a caller can put into
// its steps.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../../engine/device.ts';
import * as F from '../../../engine/functional.ts';
import { noGrad } from '../../../engine/graph.ts';
import type { FitEvent, FitParts, RunState } from '../../../pipeline/train/fit.ts';
import { fit, STATE_EVERY, startOf } from '../../../pipeline/train/fit.ts';
import { Rig } from '../../../pipeline/train/rig.ts';
import { resolveSettings } from '../../../pipeline/train/settings.ts';
import { Trainer } from '../../../pipeline/train/trainer.ts';
import { closeDevices, deviceOf, devices } from '../../support/devices.ts';
import { refuses } from '../../support/images.ts';
import { bitsOfSnapshot, CLASSES, recipeFor, smallModel, stripes } from '../../support/tinyRuns.ts';

const SIZE = 8;
const BATCH = 4;
/** More steps an epoch than lie between two states, and a last batch that is not whole. */
const COUNT = BATCH * (STATE_EVERY + 10) + 3;
const PER_EPOCH = Math.ceil(COUNT / BATCH);

const train = stripes(COUNT, SIZE, 1);
const validation = stripes(60, SIZE, 2);
const parts: FitParts = { train, validation };
const settings = resolveSettings({ epochs: 2, batch: BATCH, lr: 0.003, seed: 9 });

const rigOn = (device: Device): Rig =>
  new Rig(device, { model: smallModel(SIZE), classes: CLASSES, recipe: recipeFor(SIZE), settings });

async function eventsOf(device: Device, from?: RunState, given: FitParts = parts) {
  const rig = rigOn(device);
  const events: FitEvent[] = [];
  for await (const event of fit(rig, given, settings, from)) events.push(event);
  const end = bitsOfSnapshot(await rig.snapshot());
  rig.dispose();
  return { events, end };
}

const lossesOf = (events: readonly FitEvent[]): [number, number][] =>
  events.flatMap((event) =>
    event.kind === 'steps' ? event.records.map(({ step, loss }): [number, number] => [step, loss]) : [],
  );

for (const device of devices.filter(({ kind }) => kind !== 'webgpu')) {
  const whole = await eventsOf(device);

  test(`it tells each step once, in order, states between and epochs after them on ${device.kind}`, () => {
    const { events } = whole;
    assert.equal(
      lossesOf(events).map(([step]) => step),
      Array.from({ length: 2 * PER_EPOCH }, (_, i) => i + 1),
    );
    const others = events.filter(({ kind }) => kind !== 'steps').map(({ kind }) => kind);
    assert.equal(others, ['state', 'epoch', 'state', 'epoch']);
    const [first, second] = events.filter((event) => event.kind === 'epoch');
    assert.is(first.isBest, true);
    assert.equal([first.epoch, first.state.epoch, first.state.step], [1, 2, 0]);
    assert.equal([second.epoch, second.state.epoch, second.state.optimizer.steps], [2, 3, 2 * PER_EPOCH]);
    const { loss, accuracy } = first.validation;
    assert.equal(first.state.best, { epoch: 1, loss, accuracy });
  });

  for (const kind of ['state', 'epoch'] as const) {
    for (const at of [0, 1]) {
      test(`from a copy of its ${kind} ${at + 1} it goes on to the same bits on ${device.kind}`, async () => {
        const event = whole.events.filter((each) => each.kind === kind)[at] as { state: RunState };
        const copy = structuredClone(event.state);
        const resumed = await eventsOf(device, copy);
        assert.equal(resumed.end, whole.end);
        const { steps } = copy.optimizer;
        assert.equal(
          lossesOf(resumed.events),
          lossesOf(whole.events).filter(([step]) => step > steps),
        );
        const epochs = (events: readonly FitEvent[]) =>
          events.flatMap((each) => (each.kind === 'epoch' && each.epoch >= copy.epoch ? [each.isBest] : []));
        assert.equal(epochs(resumed.events), epochs(whole.events), 'it knows what was best');
      });
    }
  }

  test(`break ends it, and frees all that it took on ${device.kind}`, async () => {
    const { live } = device.counters;
    const rig = rigOn(device);
    for await (const event of fit(rig, parts, settings)) if (event.kind === 'epoch') break;
    assert.is(rig.optimizer.steps, PER_EPOCH);
    rig.dispose();
    assert.is(device.counters.live, live);
  });

  test(`a signal ends it with a last state, from which it goes on on ${device.kind}`, async () => {
    const rig = rigOn(device);
    const control = new AbortController();
    let last: RunState | null = null;
    for await (const event of fit(rig, parts, settings, undefined, control.signal)) {
      if (event.kind === 'steps' && event.records.some(({ step }) => step >= 37)) control.abort();
      if (event.kind === 'stopped') last = event.state;
    }
    rig.dispose();
    assert.ok(last !== null && last.step >= 37 && last.step < 70, `stopped at step ${last?.step}`);
    assert.equal((await eventsOf(device, last)).end, whole.end);
  });
}

test('a state of another seed is refused', async () => {
  const rig = rigOn(deviceOf('cpu'));
  const state = { ...(await startOf(rig)), seed: 8 };
  await refuses(() => fit(rig, parts, settings, state).next(), 'invalid-setting', 'seed 8', 'seed 9');
  rig.dispose();
});

test('the loss is an argument of the step: twice the loss is told twice, and trains with twice the gradient', async () => {
  const device = deviceOf('wasm');
  const doubled = await eventsOf(device, undefined, {
    ...parts,
    loss: (logits, labels) => F.affine(F.crossEntropy(logits, labels, { reduction: 'none' }), 2, 0),
  });
  const { events } = await eventsOf(device);
  const [plain, twice] = [lossesOf(events)[0][1], lossesOf(doubled.events)[0][1]];
  assert.ok(Math.abs(twice - 2 * plain) < 1e-5 * twice, `${twice} for twice ${plain}`);
});

for (const device of devices.filter(({ kind }) => kind !== 'cpu')) {
  test(`what follows an update is captured with it: its launches are part of the step on ${device.kind}`, async () => {
    const rig = rigOn(device);
    const [weight] = rig.model.parameters().values();
    const launches = async (average?: () => void) => {
      const trainer = new Trainer(rig, train, settings, average ? { average } : {});
      const step = await trainer.capture();
      const { length } = step.plan!.rows;
      step.dispose();
      trainer.dispose();
      return length;
    };
    const plain = await launches();
    const averaged = await launches(() => noGrad(() => F.mul(weight, weight)).dispose());
    assert.is(averaged, plain + 1);
    rig.dispose();
  });
}

test.after(closeDevices);
test.run();
