// Tilings are measured once per adapter and kept in a file: nothing that this file holds, or cannot hold, disturbs a run.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebGpuDevice } from '../../../../engine/devices/webgpu/device.ts';
import type { TilingName } from '../../../../engine/devices/webgpu/kernels/tilings.ts';
import { tilings } from '../../../../engine/devices/webgpu/kernels/tilings.ts';
import { tune } from '../../../../engine/devices/webgpu/tuner.ts';
import type { ModelSpec } from '../../../../pipeline/model/model.ts';
import { openDevice } from '../../../../pipeline/node/devices/devices.ts';
import { keepTilings, recallTilings, tuningFile } from '../../../../pipeline/node/devices/tuning.ts';
import type { Listener } from '../../../../pipeline/node/runs/runBook.ts';
import type { RunInput } from '../../../../pipeline/node/runs/runTraining.ts';
import { planTraining, runTraining } from '../../../../pipeline/node/runs/runTraining.ts';
import { tempFolders } from '../../../support/tempFolders.ts';
import {
  bitsInRun,
  bitsOfSnapshot,
  recipeFor,
  rigOn,
  settings,
  stripes,
  trained,
} from '../../../support/tinyRuns.ts';

const folders = tempFolders();
const cacheBefore = process.env.XDG_CACHE_HOME;

/** A cache folder of its own for each test. */
function freshCache(): string {
  const { path } = folders.make();
  process.env.XDG_CACHE_HOME = path;
  return path;
}
freshCache();

const opened: WebGpuDevice[] = [];
async function open(): Promise<WebGpuDevice> {
  const device = (await openDevice('webgpu')) as WebGpuDevice;
  opened.push(device);
  return device;
}

/** Pipelines are compiled once for all tests that need no device of their own; each begins with nothing measured. */
const shared = await open();
function forgetful(device = shared): WebGpuDevice {
  device.traits.tuned.clear();
  return device;
}
/** Another one of the same adapter; the last test that takes it destroys it. */
const other = await open();

test.before.each(() => {
  freshCache();
});
test.after(() => {
  if (cacheBefore === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = cacheBefore;
  folders.remove();
  for (const device of opened) device.close();
});

const SIZE = 8;
const data = stripes(60, SIZE, 2);
const canMeasure = shared.gpu.features.has('timestamp-query');

/** A model whose contractions are few. */
const model: ModelSpec = {
  name: 'two-layers',
  input: [1, SIZE, SIZE],
  layers: [
    { type: 'conv2d', outChannels: 4, kernelSize: 3, padding: 'same' },
    { type: 'relu' },
    { type: 'maxPool2d', kernelSize: 2 },
    { type: 'batchNorm2d' },
    { type: 'flatten' },
    { type: 'dropout', p: 0.1 },
    { type: 'linear', outFeatures: 'classes' },
  ],
};

type Choices = ReadonlyMap<string, readonly TilingName[]>;

/** The contractions of a step that leave a choice, as the kernels name them. */
async function choicesOf(device: WebGpuDevice, rig: ReturnType<typeof rigOn>): Promise<Choices> {
  const all = new Map<string, readonly TilingName[]>();
  const { traits } = device;
  device.traits = { ...traits, onContraction: (key, names) => void all.set(key, names) };
  (await rig.trainer.capture()).dispose();
  device.traits = traits;
  return new Map([...all].filter(([, names]) => names.length > 1));
}

/** Choices that are not the first ones, for a step of so many images, without a measurement. */
async function secondChoices(device: WebGpuDevice, batch: number): Promise<Map<string, TilingName>> {
  const rig = rigOn(device, data, { model, batch });
  const choices = await choicesOf(device, rig);
  rig.dispose();
  return new Map([...choices].map(([key, names]) => [key, names[1]]));
}

const sorted = (map: ReadonlyMap<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** What a cache file may hold, whatever is in it. */
function writeCache(content: string): void {
  mkdirSync(dirname(tuningFile()), { recursive: true });
  writeFileSync(tuningFile(), content);
}
const readCache = () =>
  JSON.parse(readFileSync(tuningFile(), 'utf8')) as Record<string, Record<string, string>>;

/** The name that a device's choices have in the file. */
function cacheName(device: WebGpuDevice): string {
  device.traits.tuned.set('probe', 'register4x4');
  keepTilings(device);
  device.traits.tuned.clear();
  const names = Object.keys(readCache());
  assert.is(names.length, 1);
  return names[0];
}

// ---- the tuner -------------------------------------------------------------------------------------------

test('tune measures each contraction that leaves a choice, once', async () => {
  const device = forgetful();
  const rig = rigOn(device, data, { model });
  const choices = await choicesOf(device, rig);
  assert.ok(choices.size > 3);
  const { traits } = device;
  const { live, liveBytes } = device.counters;
  let started = 0;
  const measured = await tune(
    device,
    () => rig.trainer.capture(),
    () => started++,
  );
  assert.is(device.traits, traits, 'the traits are those of before');
  assert.is(device.counters.live, live);
  assert.is(device.counters.liveBytes, liveBytes);
  if (canMeasure) {
    assert.is(measured, choices.size);
    assert.is(started, 1);
    assert.equal([...device.traits.tuned.keys()].sort(), [...choices.keys()].sort());
    for (const [key, name] of device.traits.tuned)
      assert.ok(choices.get(key)?.includes(name), `${key}: ${name}`);
    // What was chosen is what is launched.
    const step = await rig.trainer.capture();
    for (const { key, note } of step.plan!.rows) {
      const name = key === undefined ? undefined : device.traits.tuned.get(key);
      if (name !== undefined && note !== 'sum of the splits') assert.is(note.split(' ')[0], name);
    }
    step.dispose();
    const once = sorted(device.traits.tuned);
    let captures = 0;
    const capture = () => {
      captures++;
      return rig.trainer.capture();
    };
    assert.is(await tune(device, capture, () => started++), 0);
    assert.is(captures, 1);
    assert.is(started, 1, 'nothing to measure');
    assert.equal(sorted(device.traits.tuned), once);
  } else {
    assert.equal([measured, started, device.traits.tuned.size], [0, 0, 0]);
  }
  rig.dispose();
});

test('what is known already stays, and only the rest is measured', async () => {
  const device = forgetful();
  const rig = rigOn(device, data, { model });
  const choices = await choicesOf(device, rig);
  const [[key, names]] = choices;
  device.traits.tuned.set(key, names[1]);
  const measured = await tune(device, () => rig.trainer.capture());
  assert.is(measured, canMeasure ? choices.size - 1 : 0);
  assert.is(device.traits.tuned.get(key), names[1]);
  rig.dispose();
});

test('a step that cannot be captured leaves the device as it was', async () => {
  const device = forgetful();
  const { traits } = device;
  const failing = () => Promise.reject(new Error('no step'));
  const said = await tune(device, failing).catch((error: Error) => error.message);
  assert.is(said, 'no step');
  assert.is(device.traits, traits);
  assert.is(traits.tuned.size, 0);
  assert.is(traits.onContraction, undefined);
});

test('after measuring and going back, training is to the bit what it would have been', async () => {
  const device = forgetful();
  const results = [];
  for (const measures of [false, true]) {
    const rig = rigOn(device, data, { model });
    if (measures) {
      const fresh = await rig.snapshot();
      await tune(device, () => rig.trainer.capture());
      rig.restore(fresh);
      assert.equal(bitsOfSnapshot(await rig.snapshot()), bitsOfSnapshot(fresh));
      // The same tilings as without.
      device.traits.tuned.clear();
    }
    const records = await trained(rig);
    // Not the moments: what lies between the parameters is nobody's.
    const { weights } = await rig.snapshot();
    results.push({
      records,
      after: [...weights].map(([name, { data: values }]) => `${name} ${values.join()}`),
    });
    rig.dispose();
  }
  assert.equal(results[1], results[0]);
});

// ---- the file --------------------------------------------------------------------------------------------

test('the file lies where XDG_CACHE_HOME says', () => {
  const path = freshCache();
  assert.match(tuningFile(), /inkgrad[/\\]tilings-\d+\.json$/);
  assert.ok(tuningFile().startsWith(path));
  for (const none of ['', undefined]) {
    if (none === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = none;
    assert.ok(tuningFile().startsWith(homedir()));
    if (process.platform === 'linux') {
      assert.is(dirname(tuningFile()), join(homedir(), '.cache/inkgrad'));
    }
  }
});

test('choices that were kept are recalled by another device, and nothing is measured there', async () => {
  const device = forgetful();
  const second = await secondChoices(device, 8);
  for (const [key, name] of second) device.traits.tuned.set(key, name);
  keepTilings(device);
  assert.equal(readdirSync(dirname(tuningFile())).length, 1, 'nothing unfinished is left');
  recallTilings(forgetful(other));
  assert.equal(sorted(other.traits.tuned), sorted(second));
  const rig = rigOn(other, data, { model });
  assert.is(await tune(other, () => rig.trainer.capture()), 0);
  assert.equal(sorted(other.traits.tuned), sorted(second));
  rig.dispose();
});

test('what is kept again is the same file, and choices of other adapters stay in it', () => {
  const device = forgetful();
  const name = cacheName(device);
  writeCache(JSON.stringify({ 'another adapter': { key: 'register8x4' }, [name]: { a: 'register4x4' } }));
  recallTilings(device);
  assert.equal(sorted(device.traits.tuned), [['a', 'register4x4']]);
  device.traits.tuned.set('b', 'register8x4');
  keepTilings(device);
  const once = readFileSync(tuningFile(), 'utf8');
  assert.equal(readCache(), {
    'another adapter': { key: 'register8x4' },
    [name]: { a: 'register4x4', b: 'register8x4' },
  });
  keepTilings(device);
  assert.is(readFileSync(tuningFile(), 'utf8'), once);
});

test('half precision has measurements of its own', () => {
  const device = forgetful();
  const { traits } = device;
  traits.tuned.set('a', 'register4x4');
  keepTilings(device);
  traits.tuned.clear();
  device.traits = { ...traits, halfFactors: true };
  recallTilings(device);
  assert.is(device.traits.tuned.size, 0);
  traits.tuned.set('a', 'register8x4');
  keepTilings(device);
  traits.tuned.clear();
  device.traits = traits;
  recallTilings(device);
  assert.equal(sorted(device.traits.tuned), [['a', 'register4x4']]);
  assert.is(Object.keys(readCache()).length, 2);
});

const broken: Readonly<Record<string, string>> = {
  'an empty file': '',
  'half a file': '{"some adapter": {"8x4',
  'no JSON': 'hello\0\xff',
  'JSON null': 'null',
  'a number': '7',
  'a list': '[]',
  text: '"tilings"',
  'lists of lists': '[[["a"]]]',
};

for (const [what, content] of Object.entries(broken)) {
  test(`a cache file that is broken is as good as none: ${what}`, () => {
    const device = forgetful();
    writeCache(content);
    recallTilings(device);
    assert.is(device.traits.tuned.size, 0);
    device.traits.tuned.set('a', 'register4x4');
    keepTilings(device);
    device.traits.tuned.clear();
    recallTilings(device);
    assert.equal(sorted(device.traits.tuned), [['a', 'register4x4']], 'it is made anew');
  });
}

test('of the own part of the file only names of tilings are taken', () => {
  const device = forgetful();
  const name = cacheName(device);
  const own = {
    good: 'shared64x64',
    unknown: 'shared1x1',
    inherited: 'toString',
    proto: '__proto__',
    number: 4,
    nothing: null,
    list: ['nothing'],
    object: { register4x4: true },
  };
  writeCache(JSON.stringify({ 'another adapter': { other: 'register4x4' }, [name]: own }));
  recallTilings(device);
  assert.equal(sorted(device.traits.tuned), [['good', 'shared64x64']]);
  for (const strange of [null, 4, 'register4x4', ['register4x4'], []]) {
    device.traits.tuned.clear();
    writeCache(JSON.stringify({ [name]: strange }));
    recallTilings(device);
    for (const [, found] of device.traits.tuned) assert.ok(Object.hasOwn(tilings, found));
  }
});

test('a tiling that is none of the candidates is not launched', async () => {
  const device = forgetful();
  const rig = rigOn(device, data, { model });
  const choices = await choicesOf(device, rig);
  const foreign = (names: readonly TilingName[]) =>
    (Object.keys(tilings) as TilingName[]).find((name) => !names.includes(name))!;
  for (const [key, names] of choices) device.traits.tuned.set(key, foreign(names));
  const step = await rig.trainer.capture();
  for (const { key, note } of step.plan!.rows) {
    const names = key === undefined ? undefined : choices.get(key);
    if (names === undefined || note === 'sum of the splits') continue;
    assert.is(note.split(' ')[0], names[0]);
  }
  step.dispose();
  rig.dispose();
});

test('a folder that cannot be written, or read, is no error', () => {
  const device = forgetful();
  const path = freshCache();
  device.traits.tuned.set('a', 'register4x4');
  const file = join(path, 'file');
  writeFileSync(file, 'not a folder');
  process.env.XDG_CACHE_HOME = file;
  keepTilings(device);
  recallTilings(device);
  assert.is(readFileSync(file, 'utf8'), 'not a folder');
  // The file's own name is taken by a folder.
  process.env.XDG_CACHE_HOME = path;
  mkdirSync(tuningFile(), { recursive: true });
  keepTilings(device);
  recallTilings(device);
  assert.equal(readdirSync(dirname(tuningFile())).length, 1, 'nothing unfinished is left');
  const shut = freshCache();
  chmodSync(shut, 0o500);
  keepTilings(device);
  recallTilings(device);
  chmodSync(shut, 0o700);
  assert.equal(sorted(device.traits.tuned), [['a', 'register4x4']]);
});

// ---- a run -----------------------------------------------------------------------------------------------

const BATCH = 2;
/** Images from which on a run is worth measuring for. */
const LONG = 670;
const testData = stripes(30, SIZE, 9);
const loaded = (count: number) => ({
  source: 'stripes',
  train: stripes(count, SIZE, 8),
  test: testData,
  recipe: recipeFor(SIZE),
});

interface Outcome {
  readonly out: string;
  /** The weights before the first step. */
  readonly first: ReturnType<typeof bitsInRun>;
  readonly last: ReturnType<typeof bitsInRun>;
  readonly metrics: string;
  readonly config: string;
  readonly tunes: number;
}

/** Trains on nine tenths of so many images. */
async function run(
  device: WebGpuDevice,
  images: number,
  more: Partial<RunInput> = {},
  listener: Listener = {},
) {
  const out = join(folders.make().path, 'run');
  let first: Outcome['first'] | null = null;
  let tunes = 0;
  const input = {
    device,
    model,
    data: loaded(images),
    out,
    about: {},
    settings: { ...settings, batch: BATCH },
    ...more,
  };
  await runTraining(input, {
    ...listener,
    onTune: () => tunes++,
    onSteps: (records, total) => {
      first ??= bitsInRun(out);
      listener.onSteps?.(records, total);
    },
  });
  assert.is(first!.step, 0);
  const text = (name: string) => readFileSync(join(out, name), 'utf8');
  const outcome: Outcome = {
    out,
    first: first!,
    last: bitsInRun(out),
    metrics: text('metrics.jsonl'),
    config: text('config.json'),
    tunes,
  };
  return outcome;
}

test('a run of few steps measures nothing: its files are those of a run without tuning', async () => {
  const device = forgetful();
  const tuned = await run(device, 40, { tune: true });
  assert.is(device.traits.tuned.size, 0);
  assert.not.ok(existsSync(tuningFile()));
  const plain = await run(device, 40, { tune: false });
  const left = await run(device, 40);
  for (const { out: _, ...outcome } of [plain, left]) {
    const { out: __, ...expected } = tuned;
    assert.equal(outcome, expected);
  }
  assert.is(tuned.tunes, 0);
});

test('a run of few steps takes what is known', async () => {
  const device = forgetful();
  const second = await secondChoices(device, BATCH);
  for (const [key, name] of second) device.traits.tuned.set(key, name);
  keepTilings(device);
  for (const tuned of [false, true]) {
    device.traits.tuned.clear();
    assert.is((await run(device, 40, { tune: tuned })).tunes, 0);
    assert.equal(sorted(device.traits.tuned), tuned ? sorted(second) : []);
  }
});

test('a longer run measures first, starts from the same weights, and leaves its choices to the next', async () => {
  const device = forgetful();
  const plain = await run(device, LONG, { tune: false });
  assert.not.ok(existsSync(tuningFile()));
  assert.is(plain.tunes, 0);
  const tuned = await run(device, LONG, { tune: true });
  assert.is(tuned.tunes, canMeasure ? 1 : 0);
  assert.is(existsSync(tuningFile()), canMeasure);
  assert.ok((tuned.last.step as number) >= 300);
  assert.equal(tuned.first, plain.first, 'the weights before the first step');
  assert.is(tuned.config, plain.config);
  const choices = sorted(device.traits.tuned);
  device.traits.tuned.clear();
  const again = await run(device, LONG, { tune: true });
  assert.is(again.tunes, 0);
  assert.equal(sorted(device.traits.tuned), choices);
  const { out: _, tunes: __, ...results } = again;
  const { out: ___, tunes: ____, ...expected } = tuned;
  assert.equal(results, expected, 'measured or recalled, it is the same run');
});

test('the same choices give the same bits on two devices', async () => {
  const device = forgetful();
  const second = await secondChoices(device, BATCH);
  for (const [key, name] of second) device.traits.tuned.set(key, name);
  keepTilings(device);
  const results = [];
  for (const each of [forgetful(), forgetful(other)]) {
    const { out: _, ...outcome } = await run(each, 100, { tune: true });
    assert.equal(sorted(each.traits.tuned), sorted(second));
    results.push(outcome);
  }
  assert.equal(results[1], results[0]);
});

test('a device that takes over from a lost one has the same tilings', async () => {
  const second = await secondChoices(forgetful(), BATCH);
  for (const [key, name] of second) shared.traits.tuned.set(key, name);
  keepTilings(shared);
  let device = forgetful(other);
  let losses = 0;
  const listener: Listener = {
    onSteps: (records) => {
      if (device === other && records[records.length - 1].step >= 40) device.gpu.destroy();
    },
    onLoss: () => losses++,
  };
  const reopen = async () => {
    device = await open();
    return device;
  };
  const { last } = await run(other, 200, { tune: true, reopen }, listener);
  assert.is(losses, 1);
  assert.equal(sorted(device.traits.tuned), sorted(second));
  const undisturbed = await run(forgetful(), 200, { tune: true });
  assert.equal(last, undisturbed.last);
});

const precisions = shared.gpu.features.has('shader-f16') ? (['f32', 'f16'] as const) : (['f32'] as const);
for (const precision of precisions) {
  test(`a plan in ${precision} is made with the tilings that were kept for ${precision}`, async () => {
    const device = forgetful();
    const second = await secondChoices(device, 8);
    device.usePrecision(precision);
    for (const [key, name] of second) device.traits.tuned.set(key, name);
    keepTilings(device);
    forgetful(device).usePrecision('f32');
    const { rows } = await planTraining(device, model, loaded(60), { ...settings, batch: 8, precision });
    device.usePrecision('f32');
    const keyed = rows.filter(
      ({ key, note }) => key !== undefined && second.has(key) && note !== 'sum of the splits',
    );
    assert.ok(keyed.length > 0);
    for (const { key, note } of keyed) assert.is(note.split(' ')[0], second.get(key!));
  });
}

test.run();
