// Settings come from a file, the environment and flags, each going before the one before it; a dry run says what comes of it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { givenFlags as evaluate } from '../../cli/commands/evaluate/index.ts';
import { givenFlags as lrFind } from '../../cli/commands/lrFind/index.ts';
import { givenFlags as predict } from '../../cli/commands/predict/index.ts';
import { givenFlags as serve } from '../../cli/commands/serve.ts';
import { givenFlags as sweep } from '../../cli/commands/sweep/index.ts';
import { groups, givenFlags as train } from '../../cli/commands/train/trainFlags.ts';
import { everGiven } from '../../cli/given.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import type { Rehearsal } from '../../pipeline/node/runs/rehearse.ts';
import { assertRefused, filesIn, shell, strokes, tinyModel } from '../support/cli.ts';
import { inkgradHere, jsonHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const base = { data: 'strokes', model: 'tiny.json', device: 'cpu' };
const { path: cwd } = folders.make({
  ...strokes('strokes/', 12),
  'tiny.json': tinyModel,
  'run.toml':
    'data = "strokes"\nmodel = "tiny.json"\ndevice = "cpu"\nlr = 0.02\nweight-decay = 0.5\nbatch = 4\n' +
    'step = ["deskew:off"]\npreprocess = "photo"\n\n[augment]\nrotation = 5\n\n[classWeights]\nbar = 2\n',
  'run.json': JSON.stringify({ ...base, weightDecay: 0.25, epochs: 2, cache: false }),
  'top.toml': 'top = 1\nlr = 0.1\n',
  'all.toml':
    'data = "strokes"\nmodel = "tiny.json"\ndevice = "cpu"\nepochs = 1\nsteps = 12\nport = 9\ntry = ["lr=0.01,0.02"]\n',
  'typo.toml': 'lrr = 0.1\n',
  'value.toml': 'lr = "fast"\n',
  'choice.json': '{"optimizer": "adm"}',
  'switch.json': '{"tune": "perhaps"}',
  'broken.toml': 'epochs = 3\nlr 0.1\n',
  'list.json': '[1]',
});

interface DryRun extends Rehearsal {
  readonly settings: Readonly<Record<string, unknown>>;
}

const dry = (args: readonly string[], env: Record<string, string> = {}) =>
  jsonHere<DryRun>(['train', ...args, '--dry-run'], { cwd, env });

test('a file < the environment < a flag', async () => {
  const file = await dry(['--config', 'run.toml']);
  const { lr, weightDecay, batch, augment, classWeights, epochs } = file.settings;
  assert.equal([lr, weightDecay, batch, epochs], [0.02, 0.5, 4, 5]);
  assert.is((augment as Record<string, number>).rotation, 5);
  assert.equal(classWeights, { bar: 2 });
  const env = { INKGRAD_LR: '0.03', INKGRAD_WEIGHT_DECAY: '0.1', INKGRAD_EPOCHS: '7' };
  const both = await dry(['--config', 'run.toml', '--lr', '0.04'], env);
  assert.equal(
    ['lr', 'weightDecay', 'batch', 'epochs'].map((name) => both.settings[name]),
    [0.04, 0.1, 4, 7],
  );
  const json = await dry(['--config', 'run.json', '--epochs', '3']);
  assert.equal([json.settings.weightDecay, json.settings.epochs], [0.25, 3]);
  const alone = await dry(['--data', 'strokes', '--model', 'tiny.json'], {
    INKGRAD_DEVICE: 'cpu',
    INKGRAD_SEED: '9',
  });
  assert.is(alone.settings.seed, 9);
});

test("a run's own config.json makes it again, to the bit", async () => {
  const args = [
    'train',
    '--config',
    'run.toml',
    '--epochs',
    '2',
    '--label-smoothing',
    '0.1',
    '--limit',
    '20',
  ];
  await succeedsHere([...args, '--seed', '5', '--clip', '1', '--out', 'first'], { cwd });
  await succeedsHere(['train', '--config', 'first/config.json', '--out', 'second'], { cwd });
  const bytes = (run: string, file: string) => readFileSync(join(cwd, run, file)).toString('base64');
  assert.is(bytes('second', 'metrics.jsonl'), bytes('first', 'metrics.jsonl'));
  assert.is(bytes('second', 'checkpoints/best.safetensors'), bytes('first', 'checkpoints/best.safetensors'));
});

test('a preset stands in the place of a file, and gives way to the environment and to flags', async () => {
  const { settings } = await dry(
    ['--config', 'quick', '--data', 'strokes', '--device', 'cpu', '--beta2', '0.99', '--validation', '0.2'],
    { INKGRAD_LR: '0.02' },
  );
  const { epochs, batch, lr, schedule, beta1, beta2, labelSmoothing, validation, certainty } = settings;
  assert.equal([epochs, batch, lr, schedule], [1, 128, 0.02, 'triangle']);
  assert.equal([beta1, beta2, labelSmoothing, validation], [0.7, 0.99, 0.1, 0.2]);
  assert.is(certainty, 'temperature');
});

test('a preset trains its own model, with any number of threads to the same bits', async () => {
  const run = async (out: string, threads: string) => {
    const args = ['--config', 'quick', '--limit', '900', '--validation', '0.2', '--device', 'wasm'];
    await succeedsHere(['train', ...args, '--threads', threads, '--out', out], { cwd });
    const read = (file: string) => readFileSync(join(cwd, out, file), 'utf8');
    const best = readCheckpoint(join(cwd, out));
    assert.is(best.model.name, 'quick');
    assert.ok(best.certainty.temperature !== 1, 'its temperature is fitted');
    assert.is(best.certainty.gate, undefined);
    const { settings } = JSON.parse(read('config.json')) as { settings: Record<string, unknown> };
    assert.equal([settings.beta1, settings.beta2], [0.7, 0.9]);
    return read('metrics.jsonl');
  };
  assert.is(await run('quick-1', '1'), await run('quick-2', '2'));
});

/** What is wrong, and what the one line of error must name. */
const wrong: readonly (readonly [string, number, Record<string, string>, ...RegExp[]])[] = [
  ['typo.toml', 2, {}, /^inkgrad: --config typo\.toml: lrr: no such setting; did you mean lr\?/],
  ['value.toml', 2, {}, /value\.toml: lr fast: expected a number > 0/],
  ['choice.json', 2, {}, /choice\.json: optimizer adm: expected .*did you mean adam\?/],
  ['switch.json', 2, {}, /switch\.json: tune perhaps: expected true or false/],
  ['broken.toml', 2, {}, /^inkgrad: --config broken\.toml line 2: is no TOML/],
  ['list.json', 2, {}, /list\.json: expected settings such as/],
  [
    'nowhere.toml',
    2,
    {},
    /^inkgrad: --config nowhere\.toml: no such file; .* config\.json of a run, or quick/,
  ],
  ['run.json', 2, { INKGRAD_EPOCH: '3' }, /INKGRAD_EPOCH: no such setting; did you mean INKGRAD_EPOCHS\?/],
  ['run.json', 2, { INKGRAD_BATCH: 'many' }, /INKGRAD_BATCH many: expected a whole number/],
];

for (const [file, code, env, ...patterns] of wrong) {
  test(`${file} ${JSON.stringify(env)} is refused`, async () => {
    assertRefused(await inkgradHere(['train', '--config', file], { cwd, env }), code, ...patterns);
  });
}

const tables = { train, lrFind, sweep, evaluate, predict, serve };

test('what some command takes from a file, each other passes over', () => {
  const taken = new Set(Object.values(tables).flatMap((flags) => Object.keys(flags)));
  assert.equal([...new Set(everGiven)].sort(), [...taken].sort());
});

test('predict takes from a file what neither the environment nor a flag says', async () => {
  const [image] = filesIn(join(cwd, 'strokes')).filter((name) => name.endsWith('.png'));
  const told = async (args: readonly string[], env: Record<string, string> = {}) => {
    const words = ['predict', 'first', join('strokes', image), ...args];
    const [{ top }] = await jsonHere<{ top: object[] }[]>(words, { cwd, env });
    return top.length;
  };
  assert.is(await told([]), 3);
  assert.is(await told(['--config', 'top.toml']), 1);
  assert.is(await told(['--config', 'top.toml'], { INKGRAD_TOP: '2' }), 2);
  assert.is(await told(['--config', 'top.toml', '--top', '3'], { INKGRAD_TOP: '2' }), 3);
});

test('lr-find and sweep take a file of train, and what is theirs from the same', async () => {
  const { points } = await jsonHere<{ points: object[] }>(['lr-find', '--config', 'all.toml'], {
    cwd,
    env: { INKGRAD_PORT: '1' },
  });
  assert.is(points.length, 12);
  const { trials } = await jsonHere<{ trials: object[] }>(['sweep', '--config', 'all.toml'], {
    cwd,
  });
  assert.is(trials.length, 2);
});

for (const [command, setting, meant] of [
  [['evaluate', 'first'], 'ttta = 1', 'tta'],
  [['serve', 'first'], 'prt = 9', 'port'],
  [['predict', 'first', 'x.png'], 'tops = 9', 'top'],
  [['lr-find'], 'stepss = 9', 'steps'],
  [['sweep'], 'draw = 9', 'draws'],
] as const) {
  test(`${command[0]} names the nearest of its settings`, async () => {
    writeFileSync(join(cwd, 'near.toml'), setting);
    const near = new RegExp(`^inkgrad: --config near\\.toml: .*no such setting; did you mean ${meant}\\?`);
    assertRefused(await inkgradHere([...command, '--config', 'near.toml'], { cwd }), 2, near);
  });
}

test('a variable like no setting is named and passed over', async () => {
  const { stderr } = await succeedsHere(['train', '--config', 'run.json', '--dry-run'], {
    cwd,
    env: { INKGRAD_XYZZYPLUGH: '1' },
  });
  assert.match(stderr, /^INKGRAD_XYZZYPLUGH: is no setting, and passed over$/m);
});

test('a dry run tells shapes, parameters, operations, memory and time, and writes nothing', async () => {
  const before = filesIn(cwd);
  const told = await dry(['--config', 'run.json', '--batch', '8', '--out', 'never']);
  assert.equal(told.images, { train: 27, validation: 3, test: 6 });
  assert.equal(told.layers, [
    { type: 'avgPool2d', shape: [8, 1, 7, 7] },
    { type: 'flatten', shape: [8, 49] },
    { type: 'linear', shape: [8, 3] },
  ]);
  assert.equal([told.batch, told.parameters, told.steps], [8, 150, 8]);
  assert.ok(told.flops >= 3 * 8 * 2 * 49 * 3 && told.bytes > 4 * 150 * 4);
  assert.ok(told.seconds.step > 0 && Math.abs(told.seconds.all - 8 * told.seconds.step) < 1e-9);
  const { stdout } = await succeedsHere(['train', '--config', 'run.json', '--dry-run'], { cwd });
  assert.match(stdout, /^lr +0\.003$/m);
  assert.match(stdout, /^linear +27×3$/m);
  assert.match(stdout, /^parameters {2}150$/m);
  assert.match(stdout, /^time +\S+ (µs|ms|s) for 2 steps of /m);
  assert.equal(filesIn(cwd), before);
  assert.not(existsSync(join(cwd, 'never')));
});

test('help of train lists every flag in a group, the common ones first', async () => {
  const { stdout } = await succeedsHere(['train', '--help']);
  const headings = [...stdout.matchAll(/^(\S.*):$/gm)].map(([line]) => line);
  assert.equal(headings.slice(0, -2), Object.keys(groups));
  const rest = stdout.slice(stdout.indexOf('\nOptions:'), stdout.indexOf('\nExamples:'));
  // What every command has stands in none.
  const everywhere = ['version', 'help', 'verbose', 'quiet'];
  for (const [, flag] of rest.matchAll(/^ +(?:-h, )?--([a-z-]+)/gm))
    assert.ok(everywhere.includes(flag), flag);
});

const completions = async (...words: string[]): Promise<string[]> => {
  const { stdout } = await succeedsHere(['--get-yargs-completions', 'inkgrad', ...words]);
  return stdout.trim().split('\n');
};

test('a shell that asks is told commands, their flags, and what these take', async () => {
  const commands = await completions('');
  for (const name of ['train', 'lr-find', 'data', 'completion']) assert.ok(commands.includes(name), name);
  const flags = await completions('train', '--');
  for (const flag of ['--lr', '--weight-decay', '--dry-run']) assert.ok(flags.includes(flag), flag);
  assert.equal(await completions('train', '--device', ''), ['auto', 'cpu', 'wasm', 'webgpu']);
  assert.ok((await completions('data', '')).includes('inspect'));
  assert.ok((await completions('completion', '')).includes('fish'));
});

test('the script for bash completes in bash', async () => {
  const asked = [
    'inkgrad() { $INKGRAD "$@"; }',
    'source <(inkgrad completion bash)',
    'COMP_WORDS=(inkgrad train --weig) COMP_CWORD=2',
    '_inkgrad_completions',
    'echo $COMPREPLY',
  ];
  const { stdout, stderr } = await shell(asked.join('; '), cwd);
  assert.is(stdout, '--weight-decay\n', stderr);
});

for (const name of ['zsh', 'fish']) {
  test(`the script for ${name} asks inkgrad`, async () => {
    const { stdout } = await succeedsHere(['completion', name]);
    assert.match(stdout, /inkgrad --get-yargs-completions/);
  });
}

test('there is no other shell', async () => {
  assertRefused(
    await inkgradHere(['completion', 'fishy']),
    2,
    /fishy: expected bash, zsh, fish; did you mean fish\?/,
  );
});

test.run();
