// No work is lost: runs that start together, disks that fill, processes that are killed, files that are damaged.
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Disturbance, watchDisk } from '../../bench/faults/watchedDisk.ts';
import { Random } from '../../engine/random.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { readMetrics } from '../../pipeline/node/runs/metrics.ts';
import {
  assertRefused,
  type CliResult,
  filesIn,
  idx,
  inkgrad,
  lineCount,
  strokes,
  succeeds,
  tinyModel,
} from '../support/cli.ts';
import { inkgradHere, jsonHere, refusedHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

/** Two classes of 28×28 pixels, with no picture files: a run writes examples of them. */
const pixels = Uint8Array.from({ length: 40 * 784 }, (_, i) => {
  const [n, y, x] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28];
  return (n % 2 === 0 ? x : y) === 14 ? 255 : 0;
});
const files = {
  'tiny.json': tinyModel,
  'idx/train-images-idx3-ubyte': idx([40, 28, 28], pixels),
  'idx/train-labels-idx1-ubyte': idx(
    [40],
    Uint8Array.from({ length: 40 }, (_, n) => n % 2),
  ),
  ...strokes('d/', 4),
};
const train = (data: string, ...args: string[]) => [
  ...['train', '--data', data, '--model', 'tiny.json', '--device', 'cpu', '--epochs', '3'],
  ...args,
];

test('three runs at once take different folders, and of two with one --out the second is refused', async () => {
  const cwd = folders.make(files).path;
  const three = await Promise.all([1, 2, 3].map((seed) => inkgrad(train('d', '--seed', `${seed}`), { cwd })));
  for (const { code, stderr } of three) assert.is(code, 0, stderr);
  assert.equal(readdirSync(join(cwd, 'runs')).sort(), ['tiny-1', 'tiny-2', 'tiny-3']);
  const said = three.map(({ stdout }) => /run in (\S+)/.exec(stdout)?.[1]).sort();
  assert.equal(said, ['runs/tiny-1', 'runs/tiny-2', 'runs/tiny-3']);

  const two = await Promise.all([1, 2].map(() => inkgrad(train('d', '--out', 'run'), { cwd })));
  const refused = two.filter(({ code }) => code !== 0);
  assert.is(refused.length, 1);
  // Before any data is loaded: this line stands alone.
  assert.is(refused[0].stderr.trim().split('\n').length, 1, refused[0].stderr);
  assertRefused(refused[0], 1, /--out run: (another run|is not empty)/);
});

test('a run within its own data set is refused before anything is made', async () => {
  const cwd = folders.make(files).path;
  symlinkSync(join(cwd, 'd'), join(cwd, 'link'));
  for (const [data, out] of [
    ['d', 'd/run'],
    ['d', 'd/bar/deep/run'],
    ['link', 'd/run'],
    ['d', 'link/run'],
    ['d', 'd'],
  ]) {
    await refusedHere(train(data, '--out', out), 2, [/lies in the data set/, /give a folder elsewhere/], {
      cwd,
    });
  }
  const inside = join(cwd, 'd');
  writeFileSync(join(inside, 'tiny.json'), tinyModel);
  await refusedHere(train('.'), 2, [/^inkgrad: runs: lies in the data set \./, /--out/], { cwd: inside });
  // IDX files are found whatever stands beside them.
  await jsonHere(train('idx', '--out', 'idx/run'), { cwd });
  await jsonHere(['evaluate', 'idx/run', '--device', 'cpu'], { cwd });
});

test('a folder that can never be made, and data that is none, leave nothing', async () => {
  const cwd = folders.make(files).path;
  if (existsSync('/proc/self')) {
    for (const out of ['/proc/x', '/proc/x/run']) {
      await refusedHere(train('d', '--out', out), 1, [/--out \/proc\/x/, /cannot be made/], { cwd });
    }
    await refusedHere(['data', 'inspect', 'd', '--out', '/proc/x'], 1, [/cannot be made/], { cwd });
  }
  writeFileSync(join(cwd, 'd/bar/broken.png'), 'no picture');
  for (const out of [[], ['--out', 'deep/run']]) {
    await refusedHere(train('d', ...out), 1, [/broken\.png/], { cwd });
    await refusedHere(train('gone', ...out), 1, [/gone/], { cwd });
  }
});

/** A run on a disk that is disturbed. */
async function onDisk(
  disturb: Disturbance,
  ...args: string[]
): Promise<CliResult & { readonly cwd: string }> {
  const cwd = folders.make(files).path;
  const disk = watchDisk(cwd, disturb);
  try {
    return { cwd, ...(await inkgradHere(train('idx', '--out', 'run', ...args), { cwd })) };
  } finally {
    disk.stop();
  }
}

for (const [what, disturb, line] of [
  [
    'metrics',
    (kind, path) => (kind === 'write' && path.endsWith('metrics.jsonl') ? 'ENOSPC' : undefined),
    /^inkgrad: run\/metrics\.jsonl: could not be written \(ENOSPC: .*\) and lacks the latest/,
  ],
  [
    'a page',
    (kind, path) => (kind === 'write' && path.includes('report.html') ? 'ENOSPC' : undefined),
    /^inkgrad: run\/report\.html: cannot be written \(ENOSPC/,
  ],
  [
    'a folder of examples',
    (kind, path) => (kind === 'mkdir' && path.endsWith('examples') ? 'ENOSPC' : undefined),
    /^inkgrad: run\/examples: cannot be written \(ENOSPC/,
  ],
  [
    'examples',
    (kind, path) => (kind === 'sync' && path.includes('examples') ? 'EIO' : undefined),
    /^inkgrad: run\/examples\/0\.png: cannot be written \(EIO/,
  ],
] as [string, Disturbance, RegExp][]) {
  test(`${what} that cannot be written: the result is told, the weights are there, exit 1`, async () => {
    const { cwd, code, stdout, stderr } = await onDisk(disturb);
    assert.match(stdout, /class +precision[\s\S]*test on 8 images[\s\S]*run in run/);
    assert.is(code, 1);
    const lines = stderr.trim().split('\n');
    assert.match(lines.at(-1)!, line);
    assert.is(lines.filter((each) => each.startsWith('inkgrad:')).length, 1);
    assert.not.match(stderr, /a bug|\n\s+at /);
    assert.ok(lines.filter((each) => /cannot be written/.test(each)).length <= 1, 'it is told once');
    assert.equal(
      filesIn(cwd).filter((name) => name.endsWith('.part')),
      [],
    );
    await jsonHere(['evaluate', 'run', '--device', 'cpu'], { cwd });
  });
}

test('weights that cannot be written at the end: the line says so, and what was saved is read', async () => {
  let left = 4;
  const { cwd, code, stdout, stderr } = await onDisk((kind, path) =>
    kind === 'write' && path.includes('safetensors') && left-- <= 0 ? 'ENOSPC' : undefined,
  );
  assert.is(code, 1);
  assert.match(stdout, /test on 8 images/);
  assert.match(stderr, /inkgrad: run\/checkpoints\/(last|best)\.safetensors: could not be written \(ENOSPC/);
  await jsonHere(['evaluate', 'run', '--device', 'cpu'], { cwd });
});

test('a damaged best: the last is read, and one line says so', async () => {
  const cwd = folders.make(files).path;
  await jsonHere(train('d', '--out', 'run'), { cwd });
  const path = (name: string) => join(cwd, `run/checkpoints/${name}.safetensors`);
  const whole = readFileSync(path('best'));
  const { step } = readCheckpoint(path('last'));
  for (const bytes of [Buffer.alloc(0), whole.subarray(0, 99), Buffer.alloc(whole.length)]) {
    writeFileSync(path('best'), bytes);
    for (const words of [
      ['evaluate', 'run', '--device', 'cpu'],
      ['predict', 'run', 'd/bar/00.png'],
    ]) {
      const { stderr } = await succeedsHere(words, { cwd });
      const said = stderr.split('\n').filter((line) => line.includes('best.safetensors'));
      assert.is(said.length, 1, stderr);
      assert.match(said[0], new RegExp(`last\\.safetensors is read in its place, of step ${step}`));
    }
  }
  writeFileSync(path('last'), '');
  await refusedHere(['evaluate', 'run'], 1, [/best\.safetensors/], { cwd });
});

test('killed at some moments: what was told is there, evaluate reads it, and the next start sweeps', async () => {
  const cwd = folders.make(files).path;
  const random = new Random(3);
  for (let i = 0; i < 2; i++) {
    const out = `run-${i}`;
    const lines = random.integer(120);
    const words = `train --data d --model tiny.json --device cpu --epochs 100000 --batch 2 --out ${out}`;
    const ready = () => lineCount(join(cwd, out, 'metrics.jsonl')) > lines;
    const { code, stderr } = await inkgrad(words.split(' '), {
      cwd,
      signalWhen: { signal: 'SIGKILL', ready },
    });
    assert.is(code, null, stderr);
    const epochs = [...stderr.matchAll(/^epoch (\d+): validation/gm)].length;
    const told = readMetrics(join(cwd, out, 'metrics.jsonl')).filter((line) => 'validation' in line).length;
    assert.ok(told >= epochs, `${told} of ${epochs} epochs`);
    await jsonHere(['evaluate', out, '--device', 'cpu'], { cwd });
    const parts = filesIn(join(cwd, out)).filter((name) => name.endsWith('.part'));
    assert.equal(parts, []);
  }
});

test('an empty HOME makes no cache in the working folder', async () => {
  const cwd = folders.make({ ...files, ...strokes('many/', 30) }).path;
  const env = { HOME: '', XDG_CACHE_HOME: '' };
  await succeeds(train('many', '--out', 'run'), { cwd, env });
  assert.equal(
    readdirSync(cwd).filter((name) => name.startsWith('.')),
    [],
  );
});

test.run();
