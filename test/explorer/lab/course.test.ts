// A training that is paused, stepped, taken back and changed on its way does what one does that nobody touches.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Device } from '../../../engine/device.ts';
import { CpuDevice } from '../../../engine/devices/cpu/device.ts';
import type { WebGpuDevice } from '../../../engine/devices/webgpu/device.ts';
import { Network } from '../../../explorer/lab/network.ts';
import { Course } from '../../../explorer/lab/train/course.ts';
import type { CourseEvent } from '../../../explorer/lab/train/events.ts';
import type { Workplace } from '../../../explorer/lab/train/path.ts';
import type { Changed } from '../../../explorer/lab/train/terms.ts';
import { augmentations } from '../../../pipeline/data/augment.ts';
import { limited, validationSplit } from '../../../pipeline/data/cuts.ts';
import { loadMnist } from '../../../pipeline/node/data/mnist.ts';
import { openDevice } from '../../../pipeline/node/devices/devices.ts';
import { recipes } from '../../../pipeline/preprocess/recipe.ts';
import { fit } from '../../../pipeline/train/fit.ts';
import { resolveSettings, type Settings } from '../../../pipeline/train/settings.ts';
import { closeDevices, deviceOf } from '../../support/devices.ts';
import { refuses } from '../../support/images.ts';

const model = {
  name: 'small',
  input: [1, 28, 28],
  layers: [
    { type: 'conv2d', outChannels: 4, kernelSize: 3, stride: 2 },
    { type: 'batchNorm2d' },
    { type: 'relu' },
    { type: 'maxPool2d', kernelSize: 2 },
    { type: 'flatten' },
    { type: 'dropout', p: 0.2 },
    { type: 'linear', outFeatures: 'classes' },
  ],
};
/** A software adapter takes a second to compile what this takes, and ten for the other. */
const plain = {
  name: 'plain',
  input: [1, 28, 28],
  layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }],
};
const all = limited(loadMnist().train, 240, 1);
const [train, validation] = validationSplit(all, { validation: 0.2, seed: 1 });
const settings = resolveSettings({ epochs: 8, batch: 16, lr: 0.01 });
const planOn = (device: Device, given: Partial<Settings>) => ({
  ...{
    name: 'small',
    model: device.kind === 'webgpu' ? plain : model,
    classes: train.classes,
    recipe: recipes.mnist,
    temperature: 1,
  },
  settings: { ...settings, ...given },
});

/** A course with all that it tells. */
class Tried implements Workplace {
  network: Network;
  readonly events: CourseEvent[] = [];
  course!: Course;

  constructor(
    device: Device,
    given: Partial<Settings> = {},
    readonly another?: () => Promise<Device>,
  ) {
    this.network = new Network(planOn(device, given), device);
  }

  static async begin(
    device: Device,
    given: Partial<Settings> = {},
    another?: () => Promise<Device>,
  ): Promise<Tried> {
    const tried = new Tried(device, given, another);
    const tell = (event: CourseEvent) => void tried.events.push(event);
    tried.course = await Course.begin(tried, { train, validation }, tell);
    return tried;
  }

  seat(plan: Network['plan']): Network {
    const before = this.network;
    this.network = new Network(plan, before.device);
    before.dispose();
    return this.network;
  }

  async replace(lost: Device): Promise<void> {
    if (this.network.device === lost) this.network = new Network(this.network.plan, await this.another!());
  }

  get losses(): number[] {
    return this.course.records.map(({ loss }) => loss);
  }

  told<Kind extends CourseEvent['kind']>(kind: Kind): Extract<CourseEvent, { kind: Kind }>[] {
    return this.events.filter((event) => event.kind === kind) as Extract<CourseEvent, { kind: Kind }>[];
  }
}

/** The losses of a training that nobody touches. */
async function untouched(device: Device, given: Partial<Settings> = {}): Promise<number[]> {
  const { rig, plan, ...network } = new Network(planOn(device, given), device);
  const losses: number[] = [];
  for await (const event of fit(rig, { train, validation }, plan.settings))
    if (event.kind === 'steps') losses.push(...event.records.map(({ loss }) => loss));
  rig.dispose();
  void network;
  return losses;
}

for (const kind of ['cpu', 'wasm', 'webgpu'] as const) {
  test(`on ${kind}: steps, pauses and ways back change no bit`, async () => {
    const given = { epochs: 3 };
    const expected = await untouched(deviceOf(kind), given);
    const { course, ...tried } = await Tried.begin(deviceOf(kind), given);
    await course.step();
    assert.is(course.steps, 1);
    await course.step(2);
    await course.back();
    assert.is(course.steps, 2);
    await course.step(15);
    await course.back(13);
    assert.equal(
      course.records.map(({ loss }) => loss),
      expected.slice(0, 13),
    );
    const played = course.play();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await course.pause();
    await played;
    const at = course.steps;
    await course.quiet(() => assert.is(course.steps, at, 'nothing goes on while it is quiet'));
    await course.play();
    assert.equal(
      course.records.map(({ loss }) => loss),
      expected,
    );
    await course.back(17);
    await course.epoch();
    assert.is(course.steps, 24);
    await course.play();
    assert.equal(
      course.records.map(({ loss }) => loss),
      expected,
    );
    tried.network.dispose();
  });
}

test('what is changed on the way counts from there, again after a way back, and not before', async () => {
  const changes: Changed[] = [
    { settings: { lr: 0.001 } },
    { settings: { optimizer: 'sgd', lr: 0.05 } },
    { settings: { batch: 8, augment: augmentations.light } },
    { dropout: 0.5 },
    { settings: { weightDecay: 0.01, clip: 1, mixup: 0.2 } },
  ];
  const device = new CpuDevice();
  const alone = await untouched(device, { epochs: 4 });
  const { course } = await Tried.begin(device, { epochs: 4 });
  for (const change of changes) {
    await course.step(5);
    await course.change(change);
  }
  await course.play();
  const losses = course.records.map(({ loss }) => loss);
  assert.equal(losses.slice(0, 5), alone.slice(0, 5));
  assert.ok(losses[5] === alone[5], 'a rate does not change the loss of its own step');
  for (const at of [7, 12, 17, 22]) assert.ok(losses[at] !== alone[at], `step ${at + 1}`);
  // Back beyond all but the last change, then on: it comes of itself.
  await course.back(21);
  assert.equal(
    course.records.map(({ loss }) => loss),
    losses.slice(0, 21),
  );
  await course.step(2);
  assert.equal(
    course.records.map(({ loss }) => loss),
    losses.slice(0, 23),
  );
  // Changes of later steps never were.
  await course.back(3);
  await course.play();
  assert.equal(
    course.records.map(({ loss }) => loss),
    alone,
  );
  device.close();
});

test('a setting changed while it plays', async () => {
  const device = new CpuDevice();
  const tried = await Tried.begin(device);
  const played = tried.course.play();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await tried.course.change({ settings: { lr: 0.0001, schedule: 'constant' } });
  await played;
  const rates = tried.course.records.map(({ rate }) => rate);
  assert.is(rates.at(-1), 0.0001);
  assert.ok(rates.some((rate) => rate !== 0.0001));
  assert.is(tried.told('epoch').length, 8);
  device.close();
});

test('what counts from the start alone, or cannot be, is refused', async () => {
  const device = new CpuDevice();
  const { course } = await Tried.begin(device);
  await refuses(() => course.change({ settings: { seed: 5 } }), 'invalid-setting', 'seed', 'start anew');
  await refuses(() => course.change({ settings: { lr: -1 } }), 'invalid-setting', 'lr', '> 0');
  await refuses(() => course.change({ dropout: 1 }), 'invalid-model', 'p');
  await course.step();
  assert.is(course.steps, 1, 'it goes on');
  device.close();
});

test('a loss that is not finite ends it calmly, at the last good state', async () => {
  const device = new CpuDevice();
  const tried = await Tried.begin(device, { optimizer: 'sgd', lr: 1e30, schedule: 'constant' });
  await tried.course.play();
  const [{ words }] = tried.told('over');
  assert.match(words, /loss became .* at step .*back at step/);
  await tried.course.change({ settings: { lr: 0.01 } });
  await tried.course.step(3);
  assert.ok(tried.losses.every(Number.isFinite));
  device.close();
});

test('what goes wrong is said in words, with what to try', async () => {
  const device = new CpuDevice();
  const tried = await Tried.begin(device, { epochs: 1, optimizer: 'sgd', lr: 20, schedule: 'constant' });
  await tried.course.play();
  assert.ok(tried.told('warning').some(({ words }) => /explode.*try a lower `lr`/.test(words)));
  device.close();
});

test('a lost device: it goes on on another one, to the same bits', async () => {
  const open = async () => (await openDevice('webgpu')) as WebGpuDevice;
  const device = await open();
  const expected = await untouched(deviceOf('webgpu'), { epochs: 2 });
  const opened: Device[] = [];
  const tried = await Tried.begin(device, { epochs: 2 }, async () => {
    opened.push(await open());
    return opened[0];
  });
  await tried.course.step(7);
  device.gpu.destroy();
  await tried.course.play();
  assert.is(opened.length, 1);
  assert.equal(tried.losses, expected);
  for (const each of [device, ...opened]) each.close();
});

test('two thousand steps take no more memory than a hundred', async () => {
  const device = await openDevice('wasm');
  const given = { epochs: 1000, batch: 8, schedule: 'constant' as const, lr: 0.001 };
  const tried = await Tried.begin(device, given);
  await tried.course.step(100);
  const { live, liveBytes, allocations } = device.counters;
  for (let done = 100; done < 2000; done += 475) await tried.course.step(475);
  assert.is(tried.course.steps, 2000);
  const after = device.counters;
  assert.equal([after.live, after.liveBytes], [live, liveBytes]);
  assert.ok(after.allocations - allocations < 20, `${after.allocations - allocations} allocations`);
  device.close();
});

test.after(closeDevices);
test.run();
