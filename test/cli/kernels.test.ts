// What `train` shows and lets choose of its kernels: plans, profiles, precision, device profiles and tuning.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan, PlanRow } from '../../engine/devices/plan.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { openDevice } from '../../pipeline/node/devices/devices.ts';
import {
  assertRefused,
  filesIn,
  idx,
  json,
  readJsonLines,
  refused,
  succeeds,
  tinyModel,
} from '../support/cli.ts';
import { inkgradHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const SIZE = 28;
const TRAIN = 400;

/** IDX files as MNIST's: images that need no preparing, and a few to test on. */
const part = (name: string, count: number) => ({
  [`digits/${name}-images-idx3-ubyte`]: idx(
    [count, SIZE, SIZE],
    // Each class has rows of its own.
    Uint8Array.from({ length: count * SIZE * SIZE }, (_, i) => {
      const [image, row] = [Math.floor(i / (SIZE * SIZE)), Math.floor(i / SIZE) % SIZE];
      return row % 10 === image % 10 ? 255 : (i * 7919) % 100;
    }),
  ),
  [`digits/${name}-labels-idx1-ubyte`]: idx(
    [count],
    Uint8Array.from({ length: count }, (_, i) => i % 10),
  ),
});

const { path: cwd } = folders.make({
  ...part('train', TRAIN),
  ...part('t10k', 30),
  'tiny.json': tinyModel,
});
const at = (...path: string[]) => join(cwd, ...path);
/** Measurements of these tests are no others' business; drivers use this folder, too. */
const cache = folders.make().path;
const env = { XDG_CACHE_HOME: cache };

// The same adapter as that of the commands.
const { VK_ICD_FILENAMES: driver } = process.env;
const device = (await openDevice('webgpu')) as WebGpuDevice;
// Opening SwiftShader names its driver to this process, which has its loader too; commands load both for themselves.
if (driver === undefined) delete process.env.VK_ICD_FILENAMES;
const hasTimes = device.gpu.features.has('timestamp-query');
const hasHalves = device.gpu.features.has('shader-f16');
device.close();

const short = [
  '--data',
  'digits',
  '--model',
  'tiny.json',
  '--limit',
  '200',
  '--epochs',
  '1',
  '--batch',
  '50',
];
const onGpu = [...short, '--device', 'webgpu'];
const train = (...args: string[]) => ['train', ...args];

interface Config {
  readonly asked: Record<string, unknown>;
  readonly settings: Record<string, unknown>;
}
const configOf = (out: string) => JSON.parse(readFileSync(at(out, 'config.json'), 'utf8')) as Config;
const lossesOf = (out: string) =>
  readJsonLines(at(out, 'metrics.jsonl'))
    .filter((line) => 'step' in line)
    .map(({ loss }) => loss as number);

const units: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };

/** `12.3 M` → 12,300,000. */
function long(text: string): number {
  const [, number, unit = ''] = /^([\d.]+)(?: ([kMGT]))?$/.exec(text.trim()) ?? [];
  assert.ok(number !== undefined, `a number: ${text}`);
  return Number(number) * units[unit];
}

/** A table as it is printed: columns lie two blanks or more apart. */
function readTable(text: string): { head: string[]; rows: string[][] } {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^op +shapes/.test(line));
  assert.ok(start >= 0, `a table in:\n${text}`);
  const end = lines.findIndex((line, i) => i > start && line === '');
  const [head, ...rows] = lines.slice(start, end).map((line) => line.split(/ {2,}/));
  return { head, rows };
}

// ---- --plan ----------------------------------------------------------------------------------------------

test('--plan prints each launch and totals, and leaves nothing behind', async () => {
  // No run directory is made, so that one which is taken is no error.
  mkdirSync(at('taken'));
  writeFileSync(at('taken', 'file'), 'mine');
  const before = filesIn(cwd);
  const { stdout, stderr } = await succeeds(train(...onGpu, '--plan', '--out', 'taken'), { cwd, env });
  assert.equal(filesIn(cwd), before);
  assert.not.match(stdout, /NaN|Infinity|undefined/);
  assert.match(stderr, /^model {3}tiny/m);
  assert.match(stderr, /\ndevice {2}webgpu/);
  const { head, rows } = readTable(stdout);
  assert.equal(head, ['op', 'shapes', 'grid', 'FLOPs', 'bytes']);
  const total = rows.at(-1)!;
  const body = rows.slice(0, -1);
  assert.is(total[0], 'total');
  assert.is(total[1], `${body.length} launches`);
  const sum = (column: number) => body.reduce((all, row) => all + long(row.at(column)!), 0);
  for (const column of [-2, -1]) {
    const [told, added] = [long(total.at(column)!), sum(column)];
    assert.ok(Math.abs(told / added - 1) < 0.02, `${told} for ${added}`);
  }
  const named = body.map(([op]) => op);
  assert.is(named[0], 'gatherBatch');
  assert.is(named.filter((op) => op === 'adamStep').length, 1);
  assert.match(stdout, /\n\nmemory of the step: \d+ buffers, [\d,]+ bytes; [\d,]+ if nothing were shared\n$/);
});

test('--plan --json: lenet with batches of 64 has the operations of its layers, forward and twice backward', async () => {
  const before = filesIn(cwd);
  const { rows, ...memory } = await json<Plan>(
    train('--data', 'digits', '--model', 'lenet', '--batch', '64', '--device', 'webgpu', '--plan'),
    { cwd, env },
  );
  assert.equal(filesIn(cwd), before);
  assert.equal(Object.keys(memory).sort(), ['buffers', 'bytes', 'bytesUnshared']);
  assert.ok(memory.buffers > 0 && memory.bytes > 0 && memory.bytes < memory.bytesUnshared);
  for (const { op, shapes, note, grid, flops, bytes } of rows) {
    assert.match(op, /^[a-z]\w+$/i);
    assert.match(shapes, /^((\[[\d,]*\] )+|.?)→( \[[\d,]*\])+$/);
    assert.type(note, 'string');
    assert.ok(grid.length === 3 && grid.every((groups) => Number.isInteger(groups) && groups > 0));
    assert.ok(Number.isFinite(flops) && flops >= 0 && Number.isInteger(bytes) && bytes > 0);
  }
  assert.ok(rows[0].shapes.endsWith('→ [64,1,28,28] [64]'), 'a batch of 64');

  // Multiplications of one image: filters × taps × pixels, or rows × columns.
  const layers = [8 * 25 * 28 * 28, 16 * 8 * 25 * 14 * 14, 128 * 16 * 7 * 7, 10 * 128];
  const products = layers.reduce((sum, multiplications) => sum + multiplications, 0);
  // A multiplication and an addition each; for the outputs, the weights and the inputs, but the images have no gradient.
  const expected = 64 * (6 * products - 2 * layers[0]);
  const sum = (kept: readonly PlanRow[]) => kept.reduce((all, { flops }) => all + flops, 0);
  const ratio = sum(rows) / expected;
  assert.ok(Math.abs(ratio - 1) < 0.1, `${sum(rows)} operations for ${expected}`);
  const contractions = sum(rows.filter(({ key, note }) => key !== undefined && note !== 'sum of the splits'));
  assert.is(contractions, expected, 'and those of its products exactly');
  // All parameters and both moments at least are read and written.
  assert.ok(rows.find(({ op }) => op === 'adamStep')!.bytes >= 4 * 105_194 * 4);
});

// ---- --profile -------------------------------------------------------------------------------------------

/** A profile is taken of the fifth. */
const tenSteps = train(
  ...short.slice(0, 4),
  '--batch',
  '38',
  '--epochs',
  '1',
  '--device',
  'webgpu',
  '--no-tune',
);

test('--profile trains as without, on a fast device as on a checked one, and shows the launches of one step by time', async () => {
  const args = [...tenSteps, '--device-profile', 'fast', '--profile', '--json', '--out', 'fast'];
  const { stdout, stderr } = await succeeds(args, { cwd, env });
  assert.is((JSON.parse(stdout) as { steps: number }).steps, 10);
  await succeeds([...tenSteps, '--out', 'plain'], { cwd, env });
  assert.equal(
    ['fast', 'plain'].map((out) => configOf(out).asked.deviceProfile),
    ['fast', 'checked'],
  );
  assert.is(lossesOf('fast').length, 10);
  assert.equal(lossesOf('fast'), lossesOf('plain'));
  assert.not.match(stderr, /NaN|Infinity|undefined/);
  const { head, rows } = readTable(stderr);
  const total = rows.at(-1)!;
  const body = rows.slice(0, -1);
  assert.is(total[1], `${body.length} launches`);
  assert.match(stderr, /\nmemory of the step: /);
  if (!hasTimes) {
    assert.match(stderr, /this device has no timestamps: launches without times/);
    assert.equal(head.slice(-2), ['FLOPs', 'bytes']);
    return;
  }
  assert.match(stderr, /one step, by time/);
  assert.equal(head.slice(-4), ['ms', 'share', 'GFLOP/s', 'GB/s']);
  const times = body.map((row) => Number(row.at(-4)));
  assert.ok(times.every((time) => time >= 0 && time < 60_000));
  assert.equal(
    times,
    [...times].sort((a, b) => b - a),
    'the longest first',
  );
  const whole = times.reduce((sum, time) => sum + time, 0);
  assert.ok(Math.abs(Number(total.at(-4)) - whole) < 0.001 * (times.length + 1));
  assert.is(total.at(-3), '100.0 %');
});

for (const [flag, how] of [
  ['--plan', refused],
  ['--profile', refusedHere],
] as const) {
  test(`${flag} on cpu is refused, and nothing is left`, async () => {
    await how(
      train(...short, '--device', 'cpu', flag),
      1,
      [new RegExp(`${flag}: the device cpu runs without launches; use --device wasm or webgpu`)],
      { cwd, env },
    );
  });
}

// ---- --precision -----------------------------------------------------------------------------------------

test('--precision f16 on cpu is refused, and no run directory is left', async () => {
  await refusedHere(
    train(...short, '--device', 'cpu', '--precision', 'f16', '--out', 'half'),
    1,
    [/--precision f16: the device cpu computes in float32; use --device webgpu/],
    { cwd },
  );
  assert.not.ok(existsSync(at('half')));
});

test('--precision f16 on webgpu trains where the adapter has it, else says so', async () => {
  const args = train(...onGpu, '--precision', 'f16', '--no-tune', '--out', 'half-gpu');
  if (hasHalves) {
    await succeeds(args, { cwd, env });
    assert.is(configOf('half-gpu').settings.precision, 'f16');
    assert.ok(lossesOf('half-gpu').every(Number.isFinite));
    const { stdout } = await succeeds(train(...onGpu, '--precision', 'f16', '--plan'), { cwd, env });
    assert.match(stdout, /\nscaleStep /, 'the loss is scaled');
  } else {
    await refused(args, 1, [/--precision f16: .* has no shader-f16; use f32/], { cwd, env });
  }
});

// ---- --tune ----------------------------------------------------------------------------------------------

test('tilings are measured for a long run, and not with --no-tune', async () => {
  // Of 330 images one in twenty is kept aside, and the others come one by one.
  const args = train(
    '--data',
    'digits',
    '--model',
    'tiny.json',
    '--device',
    'webgpu',
    '--epochs',
    '1',
    '--batch',
    '1',
  );
  const run = async (out: string, ...more: string[]) => {
    const { stderr } = await succeeds([...args, '--limit', '330', ...more, '--out', out], { cwd, env });
    const measured = /\nmeasuring kernel variants for this adapter, once\n/.test(stderr);
    return { measured, kept: filesIn(join(cache, 'inkgrad')).length };
  };
  assert.equal(await run('untuned', '--no-tune'), { measured: false, kept: 0 });
  assert.equal(await run('tuned'), { measured: hasTimes, kept: hasTimes ? 1 : 0 });
  assert.equal(configOf('tuned').settings, configOf('untuned').settings);
  assert.is(lossesOf('tuned').length, 312);
});

// ---- usage -----------------------------------------------------------------------------------------------

const wrong: readonly (readonly [string, RegExp])[] = [
  ['--precision f8', /--precision f8: expected f32, f16/],
  ['--precision', /--precision: its value is missing/],
  ['--device-profile quick', /--device-profile quick: expected checked, fast/],
  ['--device-profile', /--device-profile: its value is missing/],
  ['--plam', /--plam: no such flag; did you mean --plan\?/],
  ['--profil', /--profil: no such flag; did you mean --profile\?/],
  ['--no-tunes', /tunes/],
];

for (const [words, pattern] of wrong) {
  test(`wrong: train ${words}`, async () => {
    const before = filesIn(cwd);
    const args = train(...short, '--device', 'cpu', '--out', 'wrong', ...words.split(' '));
    assertRefused(await inkgradHere(args, { cwd }), 2, pattern);
    assert.equal(filesIn(cwd), before);
  });
}

test('train --help mentions them all', async () => {
  const { stdout } = await succeedsHere(train('--help'));
  for (const flag of ['--plan', '--profile', '--precision', '--device-profile', '--no-tune']) {
    assert.ok(stdout.includes(flag), flag);
  }
  for (const choice of ['"f32", "f16"', '"checked", "fast"']) assert.ok(stdout.includes(choice), choice);
  assert.match(stdout, /inkgrad train --device webgpu --plan/);
  assert.equal(
    stdout.split('\n').filter((line) => line.length > 100),
    [],
  );
});

test.run();
