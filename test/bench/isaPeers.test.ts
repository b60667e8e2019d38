// Other engines in the table of machine code: what they are asked for, and which of their programs stands for a product.
// They are not installed for tests: then the words are tested that say so.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Outcomes } from '../../bench/isa/compile.ts';
import { compiledFrom } from '../../bench/isa/compiled.ts';
import type { Kernel } from '../../bench/isa/kernels.ts';
import { contractionsWith } from '../../bench/isa/kernels.ts';
import { peerKernels } from '../../bench/isa/peers.ts';
import type { Problem } from '../../bench/isa/problems.ts';
import { problemOf } from '../../bench/isa/problems.ts';
import * as report from '../../bench/isa/report.ts';
import { rowsOf } from '../../bench/isa/run.ts';

const problems = new Map(contractionsWith('').map((kase) => [kase.name, problemOf(kase)]));

test('every contraction is a problem for another engine too', () => {
  assert.equal(
    [...problems].filter(([, problem]) => problem === null).map(([name]) => name),
    [],
  );
});

/** Without what is done to its sums. */
const asked: readonly (readonly [string, object])[] = [
  ['matmul 1024³', { kind: 'product', m: 1024, n: 1024, k: 1024 }],
  ['cnn linear1 forward', { kind: 'linear forward', batch: 64, inputs: 9216, outputs: 128 }],
  ['cnn linear1 input grad', { kind: 'linear input grad', batch: 64, inputs: 9216, outputs: 128 }],
  ['cnn linear1 weight grad', { kind: 'linear weight grad', batch: 64, inputs: 9216, outputs: 128 }],
  ...['forward', 'input grad', 'weight grad'].map(
    (what) =>
      [
        `cnn conv2 ${what}`,
        {
          kind: `conv ${what}`,
          ...{ x: [64, 32, 26, 26], w: [64, 32, 3, 3], y: [64, 64, 24, 24], pad: 'valid' },
        },
      ] as const,
  ),
  [
    'vgg conv1 forward',
    { kind: 'conv forward', x: [64, 1, 28, 28], w: [24, 1, 3, 3], y: [64, 24, 28, 28], pad: 'same' },
  ],
];
for (const [name, expected] of asked) {
  test(`${name} is asked for by its shapes`, () => {
    const {
      name: _,
      bias,
      relu,
      ...shapes
    } = problems.get(name) as Problem & { bias?: unknown; relu?: unknown };
    assert.equal(shapes, expected);
    assert.equal([bias, relu], name.startsWith('matmul') ? [undefined, undefined] : [false, false]);
  });
}

test('what ends in bias and relu does so with others', () => {
  const endings = [
    'cnn conv2 relu pool forward',
    'cnn linear1 bias relu forward',
    'cnn linear2 bias forward',
  ].map((name) => {
    const { bias, relu } = problems.get(name) as Extract<Problem, { bias: boolean }>;
    return [bias, relu];
  });
  assert.equal(endings, [
    [true, true],
    [true, true],
    [true, false],
  ]);
});

const [halves, twice] = ['halves', 'twice'].map((name) =>
  compiledFrom(readFileSync(join('test/bench/isa', `${name}.navi31.txt`), 'utf8')),
);
const kernel = (engine: string, tiling: string, shader: string): Kernel => ({
  ...{ name: 'k', engine, tiling, chosen: true },
  ...{ shader, entry: 'main', bindings: null },
});

test('of several programs the one that multiplies stands for the product, beside inkgrad', () => {
  const kernels = [
    kernel('inkgrad', 'shared', 'halves'),
    ...['twice', 'halves', 'twice'].map((shader) => kernel('other 1.0', `Program ${shader}`, shader)),
  ];
  const outcomes: Outcomes = {
    driver: 'Mesa 25.0.7',
    of: ({ shader }) => (shader === 'halves' ? halves : twice),
  };
  const rows = rowsOf({ kernels, gpus: ['navi31', 'navi21'] }, outcomes);
  assert.equal(
    rows.map(({ gpu, tiling }) => `${gpu} ${tiling}`),
    ['navi31', 'navi21'].flatMap((gpu) => [`${gpu} shared`, `${gpu} Program halves`]),
  );
  const [all, beside] = report.tables({ driver: '', rows });
  assert.is(all.rows[1][1], 'other 1.0 Program halves');
  assert.equal(beside, {
    head: ['<kernel', '<gpu', 'inkgrad', 'other 1.0', 'lead'],
    rows: ['navi31', 'navi21'].map((gpu) => [
      'k',
      gpu,
      '0.10 / 0.10 / 0.10',
      '0.10 / 0.10 / 0.10',
      '0 / 0 / 0',
    ]),
  });
  assert.is(report.tables({ driver: '', rows: rows.slice(0, 1) }).length, 1);
});

if (existsSync('bench/peers/node_modules')) {
  test('every peer has a program with its source for each problem', async () => {
    const names = ['matmul 512³', ...problems.keys()].filter((name) => /512|^cnn/.test(name));
    const kernels = await peerKernels(contractionsWith('').filter(({ name }) => names.includes(name)));
    for (const name of names) {
      for (const engine of ['tfjs', 'jax-js']) {
        const own = kernels.filter((each) => each.name === name && each.engine.startsWith(engine));
        assert.ok(
          own.some(({ shader, entry }) => shader.includes(`fn ${entry}`)),
          `${engine} ${name}`,
        );
      }
    }
  });
} else {
  test('where the peers are not installed one line says how they are', async () => {
    const error = await peerKernels(contractionsWith('512')).catch((thrown: Error) => thrown);
    assert.match(
      (error as Error).message,
      /^bench isa --peers: the peers are not installed; run npm ci --prefix bench\/peers$/,
    );
  });
}

test.run();
