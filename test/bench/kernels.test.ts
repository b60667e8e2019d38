// The table of cases, and what a report says of them. Nothing here depends on how fast anything is.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Case } from '../../bench/kernels/case.ts';
import { allCases, benchModels, casesWith } from '../../bench/kernels/cases.ts';
import { places } from '../../bench/kernels/fill.ts';
import { Contender, measure } from '../../bench/kernels/measure.ts';
import { benchKernels, isMeasured, rowsOf } from '../../bench/kernels/run.ts';
import type { Storage } from '../../engine/device.ts';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import { scope } from '../../engine/scope.ts';
import { sizeOf } from '../../engine/shape.ts';
import { Tensor } from '../../engine/tensor.ts';
import { builtInModels, place } from '../../pipeline/model/model.ts';

const cpu = new CpuDevice({ poison: true });
const ceiling = { flops: 1e10, bytes: 1e10 };
const named = (name: string): Case => {
  const found = allCases([1, 64]).find((one) => one.name === name);
  assert.ok(found, name);
  return found;
};

const near = (value: number, expected: number) =>
  assert.ok(Math.abs(value / expected - 1) < 1e-12, `${value}; expected ${expected}`);

/** Products by hand: rows, columns and the length of the sums. */
const products: Readonly<Record<string, readonly [number, number, number]>> = {
  'matmul 1024': [1024, 1024, 1024],
  'lenet 64 conv1 forward': [8, 64 * 28 * 28, 25],
  'lenet 64 conv1 relu pool forward': [8, 64 * 28 * 28, 25],
  'lenet 64 conv2 input grad': [16, 64 * 14 * 14, 8 * 25],
  'lenet 64 conv2 weight grad': [16, 64 * 14 * 14, 8 * 25],
  'lenet 64 linear1 forward': [64, 128, 16 * 7 * 7],
  'lenet 64 linear1 bias relu forward': [64, 128, 16 * 7 * 7],
  'cnn 64 conv1 relu forward': [32, 64 * 26 * 26, 9],
  'cnn 64 conv2 forward': [64, 64 * 24 * 24, 32 * 9],
  'cnn 64 linear1 input grad': [64, 64 * 12 * 12, 128],
  'cnn 64 linear2 weight grad': [10, 128, 64],
};

for (const [name, [m, n, k]] of Object.entries(products)) {
  test(`${name} has 2·m·n·k operations`, () => assert.is(named(name).flops, 2 * m * n * k));
}

test('compulsory bytes are those of all inputs and outputs, four each', () => {
  assert.is(named('matmul 256').bytes, 4 * 3 * 256 * 256);
  assert.is(named('lenet 64 relu1 grad').bytes, 4 * 3 * 64 * 8 * 28 * 28);
  const pooled = 64 * 8 * 14 * 14;
  assert.is(
    named('lenet 64 pool1 forward').bytes,
    4 * (4 * pooled + 2 * pooled),
    'the image, maxima, places',
  );
  assert.is(named('lenet 64 conv1 forward').bytes, 4 * (64 * 28 * 28 + 8 * 25 + 8 + 64 * 8 * 28 * 28));
});

test('names are unique, and every case counts operations and bytes', () => {
  const cases = allCases([64, 512]);
  assert.is(new Set(cases.map(({ name }) => name)).size, cases.length);
  for (const { name, flops, bytes } of cases) assert.ok(flops > 0 && bytes > 0, name);
});

test('the forward cases of a model have the operations that its summary tells, but for biases', () => {
  for (const model of benchModels) {
    const weighted = place(builtInModels[model], 10).filter(({ spec: { type } }) =>
      ['conv2d', 'linear'].includes(type),
    );
    const expected = weighted.reduce((sum, { flops, output }) => sum + flops - sizeOf(output), 0);
    const cases = allCases([1]).filter(({ name }) =>
      new RegExp(`^${model} 1 (conv|linear)\\d forward`).test(name),
    );
    assert.is(
      cases.reduce((sum, { flops }) => sum + flops, 0),
      expected,
    );
  }
});

test('--only picks by a part of the name, in any case, and says so when nothing fits', () => {
  assert.ok(casesWith('CONV2', [64]).every(({ name }) => name.includes('conv2')));
  assert.is(casesWith('', [64]).length, allCases([64]).length);
  assert.throws(() => casesWith('conv9', [64]), /--only conv9: no case with that in its name; .*softmax/);
});

test('places are those of elements in their own window', () => {
  const at = places([6, 9], [3, 4], [2, 2])(2 * 3 * 4);
  at.forEach((index, i) => {
    const [row, column] = [Math.floor(index / 9), index % 9];
    assert.is(Math.floor(row / 2), Math.floor(i / 4) % 3);
    assert.is(Math.floor(column / 2), i % 4);
  });
});

test('every case of a batch of one runs, and writes all of its outputs', async () => {
  for (const { name, inputs, outputs, run } of allCases([1]).filter(({ flops }) => flops < 1e8)) {
    const [given, made] = scope(() => [
      inputs.map(({ shape, fill }) => Tensor.from(cpu, fill(sizeOf(shape)), shape)),
      outputs.map(({ shape, dtype }) => Tensor.empty(cpu, shape, dtype)),
    ]);
    run(cpu, given, made);
    for (const tensor of made) assert.not((await tensor.read()).some(Number.isNaN), name);
    for (const tensor of [...given, ...made]) tensor.dispose();
  }
});

test('the numbers of a row agree with each other', () => {
  const kase = named('matmul 256');
  const results = [
    { device: 'cpu', ms: 40, samples: [40], launches: 2 },
    { device: 'webgpu', ms: 10, samples: [10], launches: 8 },
  ] as const;
  const [first, second] = rowsOf(kase, results, [ceiling, { flops: 1e11, bytes: 1e9 }]);
  assert.ok(isMeasured(first) && isMeasured(second));
  assert.is(first.case, 'matmul 256');
  assert.is(first.shapes, '256×256 · 256×256 → 256×256');
  near(first.gflops, (2 * 256 ** 3) / 0.04 / 1e9);
  near(first.gbs, (4 * 3 * 256 ** 2) / 0.04 / 1e9);
  assert.is(first.bound, 'compute');
  near(first.share, first.gflops / 10);
  assert.is(second.bound, 'memory');
  near(second.share, second.gbs / 1);
  assert.equal([first.speedup, second.speedup], [1, 4]);
});

test('without a number of the CPU there is no speed-up', () => {
  const results = [
    { device: 'cpu', skipped: 'too slow' },
    { device: 'webgpu', ms: 10, samples: [10], launches: 8 },
  ] as const;
  const [first, second] = rowsOf(named('matmul 256'), results, [ceiling, ceiling]);
  assert.not(isMeasured(first));
  assert.ok(isMeasured(second) && second.speedup === null);
});

test('a case is measured, and its memory given back', async () => {
  const [result] = await measure(named('lenet 1 softmax'), [new Contender(cpu, ceiling)], 2000);
  assert.ok('ms' in result && result.ms > 0 && result.samples.length >= 3 && result.launches >= 1);
  assert.is(cpu.counters.live, 0);
});

test('what would take too long is skipped without a launch, and the reason says how long', async () => {
  const before = cpu.counters.launches;
  const slow = new Contender(cpu, { flops: 1e6, bytes: 1e6 });
  const [result] = await measure(named('matmul 4096'), [slow], 2000);
  assert.ok('skipped' in result);
  assert.match(result.skipped, /^about 137439 s a launch expected; the limit is 2\.0 s$/);
  assert.is(cpu.counters.launches, before);
});

test('what the smaller cases of a kernel took tells of the larger ones', () => {
  const contender = new Contender(cpu, ceiling);
  const [small, large] = [named('matmul 256'), named('matmul 512')];
  assert.is(contender.expected(large), (2 * 512 ** 3) / 1e7);
  contender.learn(small, 4 * contender.expected(small));
  assert.is(Math.round(contender.expected(large)), Math.round((4 * 2 * 512 ** 3) / 1e7));
});

test('a case whose first launch takes too long is skipped after it', async () => {
  const [result] = await measure(
    named('lenet 64 conv2 forward'),
    [new Contender(cpu, { flops: 1e15, bytes: 1e15 })],
    0.001,
  );
  assert.ok('skipped' in result);
  assert.match(result.skipped, /^the first launch took .* s; the limit is /);
  assert.is(cpu.counters.live, 0);
});

test('a device without room for a case skips it, and others do not', async () => {
  class Small extends CpuDevice {
    override allocate(dtype: 'float32', length: number): Storage {
      if (length > 5) throw new InkgradError('no room');
      return super.allocate(dtype, length);
    }
  }
  const contenders = [new Small(), cpu].map((device) => new Contender(device, ceiling));
  const [none, some] = await measure(named('lenet 1 softmax'), contenders, 2000);
  assert.equal(none, { device: 'cpu', skipped: 'no room' });
  assert.ok('ms' in some);
});

test('a report has a row for each case and device, also for those that were not reached', async () => {
  const cases = casesWith('lenet 1 ', [1]).slice(-3);
  const seen: number[] = [];
  const onProgress = (done: number) => seen.push(done);
  const report = await benchKernels({
    ...{ cases, devices: [cpu], missing: [], limitMs: 2000, seconds: 1e-9, onProgress },
  });
  assert.equal(
    report.rows.map((row) => [row.case, row.device]),
    cases.map(({ name }) => [name, 'cpu']),
  );
  for (const row of report.rows) {
    assert.ok(!isMeasured(row));
    assert.match(row.skipped, /--seconds/);
  }
  assert.equal(seen, [0, 1, 2, 3]);
  const [{ device, adapter, ceiling: found }] = report.devices;
  assert.equal([device, adapter], ['cpu', cpu.adapter]);
  assert.ok(found.gflops > 0 && found.gbs > 0);
});

test.run();
