// Every tiling of the contraction kernel makes every product and convolution: the samples of those ops and larger
// shapes that no tile divides, against the definitions in float64. WebGPU only: the CPU has no tilings.
//
// A software adapter takes a second to compile some of these shaders, and there are well over a hundred. So indices are
// not clamped in them, and most tilings run the cases that fall to two of theirs; INKGRAD_TILINGS=all clamps, and runs
// every case on every tiling (some minutes).

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { forward } from '../../engine/check/gradcheck.ts';
import type { Values } from '../../engine/check/samples.ts';
import { onDevice, relativeError, sampleValues } from '../../engine/check/samples.ts';
import type { Device } from '../../engine/device.ts';
import type { Work } from '../../engine/devices/launch.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { candidates } from '../../engine/devices/webgpu/kernels/candidates.ts';
import { poolsFours } from '../../engine/devices/webgpu/kernels/fours.ts';
import { gpuKernelOf, gpuKernels } from '../../engine/devices/webgpu/kernels/index.ts';
import type { Tiling, TilingName } from '../../engine/devices/webgpu/kernels/tilings.ts';
import { memoryOf, tileOf, tilings } from '../../engine/devices/webgpu/kernels/tilings.ts';
import type { Traits } from '../../engine/devices/webgpu/traits.ts';
import { plainTraits } from '../../engine/devices/webgpu/traits.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import * as F from '../../engine/functional.ts';
import { noGrad } from '../../engine/graph.ts';
import type { ListedOp, Sample } from '../../engine/op.ts';
import { ops } from '../../engine/ops/index.ts';
import { plain } from '../../engine/ops/window.ts';
import { scope } from '../../engine/scope.ts';
import { Tensor } from '../../engine/tensor.ts';
import { closeDevices, deviceOf, reference } from '../support/devices.ts';
import { openUnclampedGpu } from '../support/unclampedGpu.ts';

const runsAll = process.env.INKGRAD_TILINGS === 'all';
const gpu = runsAll ? (deviceOf('webgpu') as WebGpuDevice) : await openUnclampedGpu();

// ---- cases -----------------------------------------------------------------------------------------------

const AB = { transposeA: false, transposeB: false };
const conv = { ...plain, groups: 1 };
/** Uneven padding, and one stride or dilation that the other axis does not have. */
const strided = {
  ...conv,
  stride: [2, 1] as const,
  padding: [1, 2, 0, 1] as const,
  dilation: [1, 2] as const,
};
const inGroups = { ...conv, padding: [1, 1, 1, 1] as const, dilation: [2, 1] as const, groups: 3 };
/** Windows that move by one, or as far as their taps lie apart: those of a 2×2 block of pixels overlap. */
const same = { ...conv, padding: [1, 1, 1, 1] as const };
const apart = { ...conv, stride: [2, 2] as const, dilation: [2, 2] as const };
/** Filters are loaded along the sum, and so are windows. */
const along = { ...conv, stride: [1, 2] as const, padding: [1, 0, 1, 0] as const };
const image = [17, 19] as const;
const kernel = [3, 3] as const;

/** Sizes past one tile of each tiling in some direction, none of which a tile divides. */
const larger = {
  matmul: [
    { inputs: ['65,129', '129,131'], attrs: AB },
    { inputs: ['129,65', '131,129'], attrs: { transposeA: true, transposeB: true } },
    { inputs: ['2,1,35,40', '3,40,29'], attrs: AB },
    { inputs: ['5,3,1026', '5,7,1026'], attrs: { ...AB, transposeB: true } },
    { inputs: ['3,1,21,2', '1,2,2,270'], attrs: AB },
    // Read in fours, of columns and of steps; with few columns, which are the rows of a GPU's tiles.
    { inputs: ['2,5,68', '2,68,76'], attrs: AB },
    { inputs: ['2,9,72', '2,70,72'], attrs: { ...AB, transposeB: true } },
    { inputs: ['70,600', '600,10'], attrs: AB },
    // A sum without steps, whose factors are empty.
    { inputs: ['5,0', '0,8'], attrs: AB },
  ],
  linear: [
    { inputs: ['70,300', '130,300', '130'], attrs: { relu: false } },
    { inputs: ['70,300', '130,300', '130'], attrs: { relu: true } },
    // Long enough to be split: bias and relu then wait for the whole sum.
    { inputs: ['5,1026', '7,1026', '7'], attrs: { relu: true } },
  ],
  conv2d: [
    { inputs: ['3,5,17,19', '7,5,3,3'], attrs: strided },
    { inputs: ['3,5,17,19', '7,5,3,3', '7'], attrs: strided },
    { inputs: ['3,6,17,19', '9,2,3,3'], attrs: inGroups },
    { inputs: ['3,5,16,18', '7,5,3,3'], attrs: same },
    { inputs: ['1,3,8,10', '41,3,3,3', '41'], attrs: same },
    { inputs: ['2,4,13,16', '6,2,2,7'], attrs: { ...conv, groups: 2 } },
    { inputs: ['1,3,12,16', '9,3,3,3'], attrs: apart },
    // Four images side by side, of which the last are fewer.
    { inputs: ['7,5,9,7', '7,5,3,3', '7'], attrs: strided },
    { inputs: ['4,6,6,5', '9,2,3,3'], attrs: inGroups },
  ],
  conv2dInputGrad: [
    { inputs: ['3,7,8,18', '7,5,3,3'], attrs: { ...strided, image } },
    { inputs: ['3,9,15,19', '9,2,3,3'], attrs: { ...inGroups, image } },
    { inputs: ['3,7,16,18', '7,18,3,3'], attrs: { ...same, image: [16, 18] } },
    { inputs: ['7,7,8,18', '7,5,3,3'], attrs: { ...strided, image } },
    { inputs: ['4,9,15,19', '9,2,3,3'], attrs: { ...inGroups, image } },
    // Phases of a stride: with two taps and one; without any; without pixels; cut alike, though not all are long.
    { inputs: ['3,7,8,6', '7,5,3,3'], attrs: { ...same, stride: [2, 2], image: [16, 12] } },
    { inputs: ['4,6,9,10', '6,2,1,1'], attrs: { ...conv, stride: [2, 2], groups: 3, image } },
    {
      inputs: ['4,7,6,4', '7,5,3,3'],
      attrs: { ...apart, padding: [1, 0, 0, 0], stride: [2, 3], image: [15, 14] },
    },
    {
      inputs: ['3,5,1,1', '5,4,2,2'],
      attrs: { ...conv, padding: [1, 1, 1, 1], stride: [5, 4], image: [3, 2] },
    },
    { inputs: ['3,230,4,3', '230,5,2,3'], attrs: { ...along, stride: [2, 2], image: [7, 7] } },
  ],
  conv2dWeightGrad: [
    { inputs: ['3,5,17,19', '3,7,8,18'], attrs: { ...strided, kernel } },
    { inputs: ['3,6,17,19', '3,9,15,19'], attrs: { ...inGroups, kernel } },
    { inputs: ['3,2,5,7', '3,19,4,6'], attrs: { ...conv, kernel: [2, 2] } },
    // Four images are four steps of the sum, in a frame that is padded, in groups, and in one for that alone.
    { inputs: ['8,5,17,19', '8,7,8,18'], attrs: { ...strided, kernel } },
    { inputs: ['4,6,17,19', '4,9,15,19'], attrs: { ...inGroups, kernel } },
    { inputs: ['12,1,6,7', '12,9,4,5'], attrs: { ...conv, kernel } },
    { inputs: ['0,2,6,7', '0,3,6,7'], attrs: { ...same, kernel } },
  ],
  convRelu: [
    { inputs: ['3,5,17,19', '7,5,3,3', '7'], attrs: { ...strided, pool: false } },
    { inputs: ['3,5,17,19', '7,5,3,3', '7'], attrs: { ...strided, pool: true } },
    { inputs: ['3,6,17,19', '9,2,3,3', '9'], attrs: { ...inGroups, pool: true } },
    { inputs: ['2,5,17,19', '7,5,3,3', '7'], attrs: { ...along, pool: true } },
    { inputs: ['3,5,17,19', '7,5,3,3', '7'], attrs: { ...same, pool: true } },
    { inputs: ['4,2,4,4', '7,2,3,3', '7'], attrs: { ...same, pool: true } },
    { inputs: ['1,3,9,10', '41,3,3,3', '41'], attrs: { ...same, pool: true } },
    { inputs: ['1,3,8,10', '41,3,3,3', '41'], attrs: { ...same, pool: false } },
    { inputs: ['7,5,17,19', '7,5,3,3', '7'], attrs: { ...strided, pool: true } },
    { inputs: ['4,6,17,19', '18,2,3,3', '18'], attrs: { ...inGroups, pool: true } },
  ],
} satisfies Record<string, Sample<object>[]>;

type Name = keyof typeof larger;
const names = Object.keys(larger) as Name[];
const opOf = (name: Name) => ops[name] as ListedOp;

interface Case {
  readonly shows: string;
  readonly values: readonly Values[];
  readonly attrs: object;
  readonly expected: readonly TypedArray[];
}

const outputsOf = (device: Device, op: ListedOp, values: readonly Values[], attrs: object): Tensor[] =>
  noGrad(() =>
    scope(() =>
      forward(
        device,
        op,
        values.map((value) => onDevice(device, value)),
        attrs,
      ),
    ),
  );

async function readAll(tensors: readonly Tensor[]): Promise<TypedArray[]> {
  const read = await Promise.all(tensors.map((tensor) => tensor.read()));
  for (const tensor of tensors) tensor.dispose();
  return read;
}

const cases = new Map<Name, Case[]>();
for (const name of names) {
  const op = opOf(name);
  const samples: readonly Sample<object>[] = [...op.samples, ...larger[name]];
  const made = samples.map(async (sample, i): Promise<Case> => {
    const values = sampleValues(sample, 1000 + i);
    const { attrs } = sample;
    const expected = await readAll(outputsOf(reference, op, values, attrs));
    return { shows: `#${i} ${JSON.stringify(sample.inputs)}`, values, attrs, expected };
  });
  cases.set(name, await Promise.all(made));
}

// ---- running them ----------------------------------------------------------------------------------------

/** Sums of up to a thousand products; no kernel is further off than this, so that a wrong element is seen. */
const TOLERANCE = 1e-5;

/** Runs `body` while the device chooses its kernels by other traits. */
async function withTraits<T>(other: Partial<Traits>, body: () => Promise<T>): Promise<T> {
  const before = gpu.traits;
  gpu.traits = { ...before, ...other, tuned: new Map() };
  try {
    return await body();
  } finally {
    gpu.traits = before;
  }
}

/** The launches of a case under the traits that hold now, without running it. */
function launchesOf(name: Name, { values, attrs }: Pick<Case, 'values' | 'attrs'>) {
  const op = opOf(name);
  const inputs = values.map(({ shape }) => ({ shape, dtype: 'float32' as const }));
  const work = gpuKernelOf(op)(inputs, op.infer(inputs, attrs), attrs, gpu.traits);
  return 'launches' in work ? work.launches : work;
}

type Choice = readonly [Name, Sample<object>];
const product = (transposeA: boolean, transposeB: boolean): Choice => [
  'matmul',
  { inputs: [transposeA ? '5,3' : '3,5', transposeB ? '4,5' : '5,4'], attrs: { transposeA, transposeB } },
];
const pooled = (attrs: object): Choice => [
  'convRelu',
  { inputs: ['3,5,17,19', '7,5,3,3', '7'], attrs: { ...attrs, pool: true } },
];
/** Four images side by side. */
const fours: Choice = ['conv2d', { inputs: ['4,2,6,6', '3,2,3,3'], attrs: same }];
const pooledFours: Choice = [
  'convRelu',
  { inputs: ['7,5,17,19', '7,5,3,3', '7'], attrs: { ...strided, pool: true } },
];
/** The right factor in fours of columns, and of steps. */
const columnFours: Choice = ['matmul', { inputs: ['5,68', '68,76'], attrs: AB }];
const stepFours: Choice = ['linear', { inputs: ['70,300', '130,300', '130'], attrs: { relu: true } }];
const plainConv: Choice = ['conv2d', { inputs: ['1,2,6,6', '3,2,3,3'], attrs: same }];

/** What shaders a tiling gets. In workgroup memory each factor is loaded along the sum once, and across it once. */
const pairs: readonly (readonly Choice[])[] = [
  [product(true, false), pooled(along)],
  [product(true, true), pooled(strided)],
];
/** The phases of a stride, with two taps and with one. */
const phases: Choice = [
  'conv2dInputGrad',
  { inputs: ['3,7,8,6', '7,5,3,3'], attrs: { ...same, stride: [2, 2], image: [16, 12] } },
];
const more: Partial<Record<TilingName, readonly Choice[]>> = {
  subgroup16x8: [pooled(strided)],
  window8x4: [phases],
  window16x8: [pooled(same)],
  shared16x64: [columnFours, stepFours],
  shared8x512: [stepFours],
  shared16x256: [pooledFours, columnFours],
  shared32x256: [fours, pooledFours, stepFours],
  shared64x64: [stepFours],
  shared64x128: [plainConv, fours],
};
/** These compile fast: here everything is tried. */
const quick: readonly TilingName[] = ['register4x4', 'subgroup8x4'];

function chosenFor(name: TilingName): readonly Choice[] {
  const { shader } = tilings[name];
  const first = shader === 'contractShared' ? pairs[able.indexOf(name) % 2] : [plainConv];
  return [...first, ...(more[name] ?? [])];
}

const compiled = new Set<string>();
const isCompiled = (name: Name, each: Case): boolean =>
  runsAll ||
  launchesOf(name, each).every(
    ({ shader, note = '' }) => !(note.split(' ')[0] in tilings) || compiled.has(shader),
  );

async function check(name: Name): Promise<void> {
  const wrong: string[] = [];
  const able = cases.get(name)!.filter((each) => isCompiled(name, each));
  for (const { shows, values, attrs, expected } of able) {
    const actual = await readAll(outputsOf(gpu, opOf(name), values, attrs));
    for (const [k, data] of expected.entries()) {
      const error = relativeError(actual[k], data);
      const limit = data instanceof Int32Array ? 0 : TOLERANCE;
      if (!(error <= limit)) wrong.push(`${shows}, output ${k}: relative error ${error}`);
    }
  }
  assert.equal(wrong, []);
}

function runs(tiling: Tiling): boolean {
  // Those of matrix units multiply f16: see matrixUnits.test.ts.
  if (tiling.shader === 'contractMatrix') return false;
  if (tiling.shader !== 'contractShared') return !tiling.subgroup || gpu.traits.lanes > 0;
  const { maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup } = gpu.gpu.limits;
  return (
    memoryOf(tiling) <= maxComputeWorkgroupStorageSize &&
    tiling.high * tiling.wide <= maxComputeInvocationsPerWorkgroup
  );
}

const able = (Object.keys(tilings) as TilingName[]).filter((forced) => runs(tilings[forced]));
console.log(
  `tilings: ${able.length} of ${Object.keys(tilings).length} run on ${gpu.adapter}, ${gpu.traits.lanes} lanes`,
);

// All of them side by side: a step that is captured compiles what it launches.
const warm = await gpu.capture(() => {
  for (const forced of able) {
    gpu.traits = { ...gpu.traits, forced };
    const wanted = quick.includes(forced)
      ? names.flatMap((name) => cases.get(name)!.map((each) => [name, each] as const))
      : chosenFor(forced).map(([name, sample]) => {
          const values = sampleValues(sample, 1);
          return [name, { values, attrs: sample.attrs }] as const;
        });
    for (const [name, each] of wanted) {
      for (const { shader } of launchesOf(name, each)) compiled.add(shader);
      outputsOf(gpu, opOf(name), each.values, each.attrs);
    }
  }
  const { forced: _, ...others } = gpu.traits;
  gpu.traits = others;
  return [];
});
warm.dispose();

/** So many that every sum that can be split is. */
const MANY = 4096;

/** The work of a product, or of a convolution, without running it. */
function workOf(m: number, k: number, n: number, traits: Traits): Work {
  const specs = [
    [m, k],
    [k, n],
    [m, n],
  ].map((shape) => ({ shape, dtype: 'float32' as const }));
  return gpuKernels.matmul(specs.slice(0, 2), specs.slice(2), AB, traits) as Work;
}

for (const forced of able) {
  for (const name of names) {
    test(`${forced} makes ${name}`, () => withTraits({ forced }, () => check(name)));
    test(`${forced} makes ${name} when sums are split as far as they go`, () =>
      withTraits({ forced, groups: MANY }, () => check(name)));
  }
  test(`${forced} is what is launched when it is forced`, () =>
    withTraits({ forced }, async () => {
      const tilingsOf = (name: Name) =>
        cases.get(name)!.flatMap((each) =>
          launchesOf(name, each)
            .map(({ note = '' }) => note.split(' ')[0])
            .filter((word) => word in tilings),
        );
      assert.ok(tilingsOf('conv2d').includes(forced) && tilingsOf('convRelu').includes(forced));
      if (tilings[forced].shader === 'contractWindow') return;
      for (const name of names) assert.equal([...new Set(tilingsOf(name))], [forced], name);
    }));
}

const adapters: [string, Partial<Traits>][] = [
  ['a software adapter', { isSoftware: true }],
  ['a software adapter without subgroups', { isSoftware: true, lanes: 0 }],
  ['a hardware adapter', { isSoftware: false, groups: 256 }],
  [
    'a hardware adapter with very many cores, without subgroups',
    { isSoftware: false, groups: MANY, lanes: 0 },
  ],
];

for (const [adapter, traits] of adapters) {
  for (const name of names) {
    test(`what is chosen for ${adapter} makes ${name}`, () => withTraits(traits, () => check(name)));
  }
}

// ---- the choice ------------------------------------------------------------------------------------------

test('no tiling is a candidate where it cannot run, and each is a candidate somewhere', () => {
  const found = new Set<TilingName>();
  const [everyRows, everyColumns] = [
    [1, 4, 5, 8, 9, 16, 17, 32, 33, 64, 65, 1000],
    [1, 64, 65, 10_000],
  ];
  const units = { halfFactors: true, matrices: { rows: 8, columns: 8, depth: 8 } };
  for (const lanes of [0, 8]) {
    for (const isSoftware of [true, false]) {
      for (const windows of [true, false]) {
        for (const rows of everyRows) {
          for (const columns of everyColumns) {
            const traits = { ...plainTraits, lanes, isSoftware, ...(lanes > 0 && units) };
            const all = candidates(rows, columns, windows, traits);
            assert.ok(all.length > 0);
            assert.is(new Set(all).size, all.length, `${all} has one twice`);
            for (const name of all) {
              const tiling: Tiling = tilings[name];
              if ('subgroup' in tiling) assert.ok(!tiling.subgroup || lanes > 0, name);
              if (tiling.shader === 'contractWindow') assert.ok(windows, name);
              found.add(name);
            }
          }
        }
      }
    }
  }
  assert.equal(
    (Object.keys(tilings) as TilingName[]).filter((name) => !found.has(name)),
    [],
  );
});

test('pixels that are pooled in fours have a tiling that pools them, however few they are', () =>
  withTraits({ isSoftware: false, groups: 256 }, async () => {
    for (const filters of [3, 12, 20, 32]) {
      for (const side of [2, 3, 4, 6]) {
        const attrs = { ...same, pool: true };
        const inputs = [`4,2,${side},${side}`, `${filters},2,3,3`, `${filters}`];
        const launches = launchesOf('convRelu', { values: sampleValues({ inputs, attrs }, 1), attrs });
        const names = launches.map(({ note = '' }) => note).filter((note) => note in tilings) as TilingName[];
        assert.is(names.length, 1, `${filters} filters, ${side}²`);
        assert.ok(poolsFours(names[0]), names[0]);
      }
    }
  }));

test('the right factor is read in fours where four of its columns, or four steps, lie side by side', () => {
  const shaderOf = (name: Name, sample: Sample<object>) => {
    const launches = launchesOf(name, { values: sampleValues(sample, 1), attrs: sample.attrs });
    return launches.find(({ note = '' }) => note.split(' ')[0] in tilings)!.shader;
  };
  const read = (...[name, sample]: Choice) => {
    const shader = shaderOf(name, sample);
    const isFour = shader.includes('RightElement = vec4<f32>');
    return isFour ? (shader.includes('bTile: array<Factor') ? 'steps' : 'columns') : 'one';
  };
  const weightGrad = (x: string, g: string): Choice => [
    'conv2dWeightGrad',
    { inputs: [x, g], attrs: { ...same, kernel } },
  ];
  return withTraits({ forced: 'shared16x64' }, async () => {
    assert.is(read(...columnFours), 'columns');
    assert.is(read(...stepFours), 'steps');
    // Three columns past a four, or a step.
    assert.is(read('matmul', { inputs: ['5,68', '68,75'], attrs: AB }), 'one');
    assert.is(read('matmul', { inputs: ['5,69', '70,69'], attrs: { ...AB, transposeB: true } }), 'one');
    assert.is(read(...weightGrad('8,2,6,6', '8,3,6,6')), 'steps');
    assert.is(read(...weightGrad('7,2,6,6', '7,3,6,6')), 'one');
  });
});

test('a name says the rows and columns of its tile', () => {
  for (const [name, tiling] of Object.entries<Tiling>(tilings)) {
    const [rows, columns] = name.match(/\d+/g)!.map(Number);
    const tile = 'quads' in tiling ? { rows: tiling.rows, columns: 4 * tiling.quads } : tileOf(tiling, 0);
    assert.equal([tile.rows, tile.columns], [rows, columns], name);
  }
});

test('a tiling that was measured to be the fastest is taken, unless the adapter cannot run it', () => {
  const keys: string[] = [];
  const traits: Traits = { ...plainTraits, onContraction: (key) => keys.push(key) };
  const nameFor = (tuned: TilingName) => {
    const { launches } = workOf(65, 129, 131, { ...traits, tuned: new Map([[keys[0], tuned]]) });
    return launches[0].note?.split(' ')[0];
  };
  workOf(65, 129, 131, traits);
  const [first, second] = candidates(65, 131, false, traits);
  assert.is(nameFor(second), second);
  assert.is(nameFor('subgroup16x4'), first);
});

test('a long sum with few outputs is split, and one with many is not', () => {
  const notes = (m: number, k: number, n: number) =>
    workOf(m, k, n, { ...plainTraits, groups: 64 }).launches.map(({ note = '' }) => note);
  assert.equal(notes(4, 4096, 4), ['register4x4 in 32 splits', 'sum of the splits']);
  assert.equal(notes(4, 256, 4), ['register4x4']);
  assert.equal(notes(300, 4096, 300), ['register4x4']);
});

test('a product too long for one launch on a software adapter is cut into several, and is right', async () => {
  const [m, k, n] = [1040, 1000, 1000];
  await withTraits({ isSoftware: true }, async () => {
    assert.is(workOf(m, k, n, gpu.traits).launches.length, 2);
    const column = Array.from({ length: m }, (_, i) => (i % 13) - 6);
    const row = Array.from({ length: n }, (_, j) => (j % 11) - 5);
    const y = scope(() =>
      F.matmul(
        F.broadcastTo(Tensor.from(gpu, column, [m, 1]), [m, k]),
        F.broadcastTo(Tensor.from(gpu, row, [1, n]), [k, n]),
      ),
    );
    const values = await y.read();
    y.dispose();
    // Whole numbers below 2²⁴: exact.
    const wrong = values.findIndex((value, at) => value !== k * column[Math.floor(at / n)] * row[at % n]);
    assert.is(wrong, -1);
  });
});

test('afterwards the device chooses as before, and nothing is left on it', () => {
  assert.is(gpu.traits.forced, undefined);
  assert.is(gpu.counters.live, 0);
});

test.after(() => {
  gpu.close();
  closeDevices();
});
test.run();
