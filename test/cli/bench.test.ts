// `inkgrad bench` as a user runs it. How fast anything is, is no part of it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assertRefused, filesIn, inkgrad, json, strokes, succeeds, tinyModel } from '../support/cli.ts';
import { inkgradHere, jsonHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const { path: cwd } = folders.make({ ...strokes('d/'), 'tiny.json': tinyModel });

const wrong: readonly (readonly [string, number, ...RegExp[]])[] = [
  ['bench', 2, /bench: give what to measure: kernels, train, whole, peers/],
  ['bench kernel', 2, /bench kernel: no such measurement; did you mean kernels\?/],
  ['bench xyzzy', 2, /bench xyzzy: no such measurement; use kernels, train, whole, peers/],
  ['bench kernels more', 2, /more: one argument too many/],
  ['bench kernels --batches 3', 2, /--batches: no such flag/],
  ['bench kernels --batch 64,0', 2, /--batch 64,0: expected a whole number ≥ 1, or several/],
  ['bench kernels --batch 64,', 2, /--batch 64,: expected/],
  ['bench kernels --device webgpo', 2, /--device webgpo: expected some of cpu, .*did you mean webgpu\?/],
  ['bench kernels --device auto', 2, /--device auto: expected some of cpu/],
  ['bench kernels --limit-ms 0', 2, /--limit-ms 0: expected a number > 0/],
  ['bench kernels --seconds soon', 2, /--seconds: expected a number > 0/],
  ['bench kernels --only xyzzy', 1, /--only xyzzy: no case with that in its name/],
  ['bench train --seeds 0', 2, /--seeds 0: expected a whole number ≥ 1/],
  ['bench train --every 0.5', 2, /--every 0\.5: expected a whole number ≥ 1/],
  ['bench train --model lenett', 1, /--model lenett: no such model or file; did you mean lenet\?/],
  ['bench train --data nowhere', 1, /nowhere: no such file or folder/],
  ['bench whole --seeds 0', 2, /--seeds 0: expected a whole number ≥ 1/],
  ['bench whole --limit 5,x', 2, /--limit 5,x: expected a whole number ≥ 1, or several/],
  ['bench whole --device gpu', 2, /--device gpu: expected some of auto, /],
  ['bench whole --config quik', 2, /--config quik: no such file; .* or quick/],
  ['bench peers --work sleep', 2, /--work sleep: expected some of train, infer/],
  ['bench peers --batch 64,0', 2, /--batch 64,0: expected a whole number ≥ 1, or several/],
  ['bench peers --threads 0', 2, /--threads 0: expected a whole number ≥ 1/],
  ['bench peers --device cpu,auto', 2, /--device auto: expected some of wasm, cpu, webgpu/],
  ['bench peers --peers onnxruntime', 2, /--peers onnxruntime: expected some of tfjs-cpu/],
  ['bench peers --model alexnet', 2, /--model alexnet: expected some of lenet, cnn/],
  ['bench peers --quick --browser', 2, /--quick and --browser: give one of them/],
  ['bench peers --only conv', 2, /--only: for --browser; networks are chosen by --model/],
  ['bench self', 2, /bench self: give two builds, as in inkgrad bench self \.\.\/before \./],
  ['bench self d', 2, /bench self: give two builds/],
  ['bench self d nowhere', 1, /bench self d: nothing is built there .*; run npm run build in it/],
  [
    'bench self nowhere d',
    1,
    /bench self nowhere: no such file or folder; of a git revision, make a checkout/,
  ],
  ['bench self d d --model alexnet', 2, /--model alexnet: expected some of lenet, cnn, vgg, resnet/],
  ['bench self d d --seconds 0', 2, /--seconds 0: expected a number > 0/],
  [
    'bench isa --gpu navi13',
    2,
    /--gpu navi13: expected some of navi31, navi21, vega10; did you mean navi31\?/,
  ],
  ['bench isa --only xyzzy', 1, /--only xyzzy: no kernel with that in its name; its words are matmul/],
  [
    'bench isa --mesa nowhere',
    1,
    /bench isa: missing in nowhere: Mesa's RADV, 25 or later: install .*--mesa/,
  ],
  ['bench pictures', 2, /bench pictures: give a model to read with as --run RUN/],
  ['bench pictures --run nowhere --count 0', 2, /--count 0: expected a whole number ≥ 1/],
  ['bench pictures --run nowhere --only xyzzy', 1, /--only xyzzy: no cell with that in its name; its groups/],
  ['bench pictures --run nowhere', 1, /nowhere: no such run/],
];

for (const [words, code, ...patterns] of wrong) {
  test(`wrong: ${words}`, async () => {
    assertRefused(await inkgradHere(words.split(' '), { cwd }), code, ...patterns);
  });
}

interface KernelJson {
  readonly inkgrad: string;
  readonly machine: Record<string, unknown>;
  readonly settings: { readonly limitMs: number; readonly seconds: number };
  readonly devices: { device: string; adapter: string; ceiling: { gflops: number; gbs: number } }[];
  readonly missing: unknown[];
  readonly rows: Record<string, unknown>[];
}

const numbers = ['flops', 'bytes', 'ms', 'launches', 'gflops', 'gbs', 'share', 'speedup'];

test('bench kernels --json --out: the schema, and the same in files', async () => {
  const args = [
    'bench',
    'kernels',
    '--only',
    'lenet 2 linear2 bias',
    '--batch',
    '2',
    '--device',
    'cpu,webgpu',
    // On a busy machine a first launch, which compiles the shader too, takes seconds: nothing is to be skipped here.
    '--limit-ms',
    '600000',
  ];
  const report = await json<KernelJson>([...args, '--out', 'k'], { cwd });
  assert.equal(filesIn(join(cwd, 'k')), ['kernels.json', 'kernels.md', 'kernels.svg']);
  assert.equal(JSON.parse(readFileSync(join(cwd, 'k/kernels.json'), 'utf8')), report);
  assert.equal(report.settings, { limitMs: 600_000, seconds: 600 });
  for (const key of ['cpu', 'threads', 'memoryBytes', 'node', 'platform', 'date'])
    assert.ok(key in report.machine);
  assert.equal(
    report.devices.map(({ device }) => device),
    ['cpu', 'webgpu'],
  );
  for (const { adapter, ceiling } of report.devices) {
    assert.type(adapter, 'string');
    assert.ok(ceiling.gflops > 0 && ceiling.gbs > 0);
  }
  assert.equal(report.missing, []);
  const cases = ['bias forward', 'bias add', 'bias grad'];
  assert.equal(
    report.rows.map((row) => `${row.case} ${row.device}`),
    cases.flatMap((name) => ['cpu', 'webgpu'].map((device) => `lenet 2 linear2 ${name} ${device}`)),
  );
  for (const row of report.rows) {
    for (const key of numbers) assert.ok((row[key] as number) > 0, `${row.case}: ${key} is ${row[key]}`);
    assert.ok(['compute', 'memory'].includes(row.bound as string));
    assert.ok((row.samples as number[]).length >= 3);
    if (row.device === 'cpu') assert.is(row.speedup, 1);
  }
  const markdown = readFileSync(join(cwd, 'k/kernels.md'), 'utf8');
  assert.match(markdown, /^# Kernels\n/);
  const bars = readFileSync(join(cwd, 'k/kernels.svg'), 'utf8').match(/<rect /g) ?? [];
  assert.is(bars.length, report.rows.length);
});

test('bench kernels prints a table, and every case that it skipped with the reason', async () => {
  const args = ['bench', 'kernels', '--only', 'matmul 4096', '--device', 'cpu', '--limit-ms', '1'];
  const { stdout, stderr } = await succeedsHere(args, { cwd });
  assert.match(stdout, /^device +adapter +GFLOP\/s +GB\/s\ncpu /);
  assert.match(stdout, /\nmatmul 4096 +cpu +skipped\n/);
  assert.match(stdout, /\nskipped matmul 4096 on cpu: about .* a launch expected; the limit is/);
  assert.match(stderr, /measuring 100 %/);
});

test('bench train --json --out: a curve for each seed, and the same in files', async () => {
  const args = ['bench', 'train', '--model', 'tiny.json', '--data', 'd', '--device', 'cpu', '--seeds', '2'];
  const more = ['--epochs', '2', '--batch', '8', '--every', '3', '--out', 't'];
  interface Run {
    readonly seed: number;
    readonly steps: number;
    readonly curve: { step: number; seconds: number; accuracy: number; loss: number }[];
    readonly reached: { target: number; seconds: number | null }[];
  }
  const report = await jsonHere<{ runs: Run[]; settings: object; data: object }>([...args, ...more], { cwd });
  assert.equal(report.settings, { epochs: 2, batch: 8, lr: 0.003, every: 3, seeds: [1, 2] });
  assert.equal(
    report.runs.map(({ seed }) => seed),
    [1, 2],
  );
  for (const { steps, curve, reached } of report.runs) {
    assert.is(steps, 8);
    assert.equal(
      curve.map(({ step }) => step),
      [3, 6, 8],
    );
    assert.equal(
      reached.map(({ target }) => target),
      [0.97, 0.98, 0.99],
    );
  }
  assert.equal(filesIn(join(cwd, 't')), ['train.json', 'train.md', 'train.svg']);
  assert.equal(JSON.parse(readFileSync(join(cwd, 't/train.json'), 'utf8')), report);
});

test('bench train prints a line for each seed, and the medians', async () => {
  const args = ['bench', 'train', '--model', 'tiny.json', '--data', 'd', '--device', 'cpu', '--seeds', '2'];
  const { stdout } = await succeeds([...args, '--epochs', '1'], { cwd });
  assert.match(stdout, /^device +seed +samples\/s +ms\/step +95th +to 97 % +to 98 % +to 99 % +at the end$/m);
  assert.match(stdout, /^cpu +2 /m);
  assert.match(stdout, /^cpu +typed arrays, one thread /m);
});

test('bench whole times a process of train, and tells of it in files too', async () => {
  const settings = { data: 'd', model: 'tiny.json', epochs: 1, batch: 8, validation: 0 };
  writeFileSync(join(cwd, 'whole.json'), JSON.stringify(settings));
  const args = [
    'bench',
    'whole',
    '--config',
    'whole.json',
    '--device',
    'cpu',
    '--seeds',
    '1',
    '--limit',
    '20',
  ];
  interface Whole {
    readonly runs: { seed: number; limit: number; seconds: number; accuracy: number; device: string }[];
  }
  const { runs } = await jsonHere<Whole>([...args, '--out', 'w'], { cwd });
  const [{ seed, limit, device, seconds, accuracy }] = runs;
  assert.equal([seed, limit, device], [1, 20, 'cpu']);
  // A process takes longer than this to start.
  assert.ok(seconds > 0.05 && accuracy >= 0 && accuracy <= 1);
  assert.equal(filesIn(join(cwd, 'w')), ['whole.json', 'whole.md', 'whole.svg']);
  const svg = readFileSync(join(cwd, 'w/whole.svg'), 'utf8');
  for (const words of ['20 images', 'cpu, seed 1', 'seconds from the start of the process'])
    assert.ok(svg.includes(words), words);
  assert.equal(
    filesIn(cwd).filter((name) => name.startsWith('runs')),
    [],
    'the runs are not kept',
  );
});

test('bench whole says in a line why a process failed', async () => {
  writeFileSync(join(cwd, 'nowhere.json'), JSON.stringify({ data: 'nowhere' }));
  const { code, stderr } = await inkgradHere(['bench', 'whole', '--config', 'nowhere.json', '--seeds', '1'], {
    cwd,
  });
  assert.is(code, 1);
  assert.match(stderr, /^inkgrad: bench whole: nowhere: no such file or folder/m);
});

test('a folder that cannot be made is one line of error', async () => {
  writeFileSync(join(cwd, 'file'), '');
  const args = ['bench', 'train', '--model', 'tiny.json', '--data', 'd', '--device', 'cpu', '--epochs', '1'];
  const { code, stderr, stdout } = await inkgrad([...args, '--out', 'file/x'], { cwd });
  assert.is(code, 1);
  assert.match(stderr, /\ninkgrad: file\/x: cannot be written/);
  assert.is(stdout, '');
});

test.run();
