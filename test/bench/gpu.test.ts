// `bench gpu` on whatever adapter is here, with tiny sizes: every part is there, or says why not.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fastest } from '../../bench/gpu/kernels.ts';
import { attempt } from '../../bench/gpu/part.ts';
import { markdown, summaryCells } from '../../bench/gpu/report.ts';
import type { GpuReport } from '../../bench/gpu/run.ts';
import { benchGpu } from '../../bench/gpu/run.ts';
import { partNames, tiny } from '../../bench/gpu/settings.ts';

const saved: GpuReport[] = [];
const said: string[] = [];
// A name that no checkout has a model for: PyTorch's worker refuses it, and the rest goes on.
const { report, hangs } = await benchGpu({
  anyAdapter: true,
  peakTflops: 2,
  settings: tiny,
  say: (text) => said.push(text),
  save: (unfinished) => saved.push(structuredClone(unfinished)),
});
const { adapter, products, convs, training, accuracy, profile } = report.parts;

test('every part is measured, and what it lacks has a reason', () => {
  assert.is(hangs, false);
  for (const name of partNames) {
    const { status, seconds, reasons } = report.parts[name];
    assert.is(status, 'done', `${name}: ${reasons}`);
    assert.ok(seconds > 0);
    assert.ok(said.some((text) => text.includes(`${name}: `)));
    const others = reasons.filter((reason) => !reason.startsWith('PyTorch'));
    assert.equal(others, [], name);
  }
});

test('the report is saved after every part', () => {
  for (const [i, name] of partNames.entries()) {
    const next = partNames[i + 1];
    const after = saved.find(({ parts }) => parts[name].status === 'done');
    assert.ok(after, name);
    if (next !== undefined) assert.is(after.parts[next].status, 'waiting');
  }
  assert.equal(JSON.parse(JSON.stringify(saved.at(-1)!.parts)), JSON.parse(JSON.stringify(report.parts)));
});

test('adapter: features, limits, ceilings and what the tuner takes on both devices', () => {
  const { features, limits, torch, choices, tuning, exactTimestamps } = adapter.data;
  assert.ok(features.includes('timestamp-query'));
  assert.type(exactTimestamps, 'boolean');
  assert.ok(limits.maxBufferSize > 0 && limits.maxComputeWorkgroupStorageSize > 0);
  assert.ok(report.ceiling!.tflops > 0 && report.ceiling!.gbs > 0);
  assert.ok(typeof torch === 'string' || torch!.version !== '');
  assert.equal([...new Set(choices.map(({ op }) => op))].sort(), [
    'conv2dWeightGrad',
    'convRelu',
    'linear',
    'matmul',
  ]);
  for (const { op, notes } of choices) assert.ok(notes.checked && notes.fast, op);
  assert.equal(
    tuning.map((one) => one.profile),
    ['checked', 'fast'],
  );
});

test('products and convolutions: a time for every tiling, for the choice of the tuner and with all checks', () => {
  assert.equal(
    products.data.products.map(({ name }) => name),
    ['64³'],
  );
  const kernels = ['forward', 'relu pool forward', 'input grad', 'weight grad'].map(
    (name) => `conv1 ${name}`,
  );
  assert.equal(
    convs.data.convs.map(({ name }) => name),
    kernels,
  );
  for (const times of [...products.data.products, ...convs.data.convs]) {
    const { name, tilings, checkedMs, flops } = times;
    assert.equal(
      tilings.map(({ tiling }) => tiling),
      tiny.tilings,
    );
    const best = fastest(tilings)!;
    for (const time of tilings) assert.ok('ms' in time && time.ms >= best.ms, name);
    assert.ok(Math.abs(best.tflops / (flops / best.ms / 1e9) - 1) < 1e-9);
    assert.ok(checkedMs! > 0);
  }
});

test('PyTorch has a time for every convolution, or the report says why not', () => {
  const { torch } = adapter.data;
  if (typeof torch === 'string') {
    assert.ok(convs.reasons.includes(`PyTorch: ${torch}`) && training.reasons.includes(`PyTorch: ${torch}`));
    return;
  }
  assert.equal(convs.reasons, []);
  for (const time of convs.data.torch) assert.ok('ms' in time && time.ms > 0);
  assert.equal(
    convs.data.torch.map(({ name }) => name),
    convs.data.convs.map(({ name }) => name),
  );
  assert.match(training.reasons.join(), /PyTorch, tiny, batch 4: .*tiny\.json/);
});

test('training: both devices, in turns', () => {
  assert.equal(
    training.data.rows.map(({ engine, samples }) => [engine, samples.length]),
    [
      ['checked', tiny.readings],
      ['fast', tiny.readings],
    ],
  );
  for (const { samplesPerSecond, ms, batch } of training.data.rows) {
    assert.ok(Math.abs((samplesPerSecond * ms) / batch - 1000) < 1e-6);
  }
});

test('accuracy: a run for every seed and recipe, with the time to the target where it got there', () => {
  const { runs, warmUps } = accuracy.data;
  assert.equal(
    runs.map(({ seed }) => seed),
    tiny.seeds,
  );
  assert.is(warmUps.length, 1);
  for (const run of runs) {
    assert.ok(run.accuracy >= 0 && run.accuracy <= 1 && run.allTrainSeconds > 0);
    if (run.accuracy >= tiny.target) assert.ok(run.trainSeconds !== null);
    if (run.trainSeconds === null) continue;
    assert.ok(run.trainSeconds <= run.allTrainSeconds && run.trainSeconds < run.wallSeconds!);
  }
});

test('profile: every launch of a step on both devices', () => {
  const { profiles } = profile.data;
  assert.equal(
    profiles.map((one) => one.profile),
    ['fast', 'checked'],
  );
  for (const { rows, stepMs, runs } of profiles) {
    assert.ok(stepMs > 0 && runs > 0);
    assert.ok(rows.some(({ op }) => op === 'adamStep') && rows.some(({ op }) => op === 'convRelu'));
    assert.ok(rows.every(({ milliseconds }) => milliseconds >= 0));
  }
});

test('the report has a section for every part, and tables with as many cells in each line', () => {
  const text = markdown(report);
  for (const title of ['Adapter', 'Products', 'Convolutions', 'Training steps', 'Time to', 'Profile']) {
    assert.match(text, new RegExp(`^## ${title}`, 'm'));
  }
  assert.not.match(text, /undefined|NaN|\[object/);
  const tables = text.split('\n\n').filter((block) => block.startsWith('|'));
  for (const table of tables) {
    const cells = table.split('\n').map((line) => line.split('|').length);
    assert.is(new Set(cells).size, 1, table);
  }
  assert.ok(summaryCells(report).every((line) => line.length === 4));
});

test('parts that are not asked for, or come too late, say so', async () => {
  const parts = ['profile'] as const;
  const late = await benchGpu({ anyAdapter: true, settings: { ...tiny, parts, seconds: 1e-9 } });
  assert.equal(late.report.parts.convs.status, 'skipped');
  assert.equal(late.report.parts.convs.reasons, ['not asked for']);
  assert.equal(late.report.parts.profile.reasons, ['the time for all parts was over']);
  assert.match(markdown(late.report), /\*\*skipped\*\*/);
});

test('a part that fails keeps what it had, says why, and is cleaned up', async () => {
  const data: number[] = [];
  const ended: string[] = [];
  const host = { close: () => ended.push('host') };
  const context = { host } as unknown as Parameters<typeof attempt>[2];
  const part = async ({ onEnd, lacks }: Parameters<Parameters<typeof attempt>[0]>[0]) => {
    onEnd(() => ended.push('child'));
    data.push(1);
    lacks('the second');
    throw new Error('broken\n  by someone');
  };
  const { seconds, ...rest } = await attempt(part, data, context, 10);
  assert.ok(seconds >= 0);
  assert.equal(rest, { status: 'failed', reasons: ['the second', 'broken by someone'], hangs: false });
  assert.equal([data, ended], [[1], ['child', 'host']]);
});

test.run();
