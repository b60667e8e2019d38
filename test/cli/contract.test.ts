// What every command promises: help, exit codes, what goes to stdout and what to stderr, the keys of --json.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInModels } from '../../pipeline/model/model.ts';
import { assertRefused, inkgrad, json, strokes, succeeds, tinyModel } from '../support/cli.ts';
import { inkgradHere, jsonHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolder } from '../support/images.ts';

const folder = tempFolder({ ...strokes('strokes/', 5), 'tiny.json': tinyModel });
const cwd = folder.path;
const quick = ['--data', 'strokes', '--model', 'tiny.json', '--device', 'cpu', '--epochs', '1'];
test.after(() => folder.remove());

/** The words of a command, none for the program itself → what its help says. */
const helps = new Map<string, string>();

/** Reads the help of a command, and of all that it says are below it. */
async function readHelp(command: string): Promise<void> {
  const { stdout, stderr } = await succeedsHere([...wordsOf(command), '--help']);
  assert.is(stderr, '', `${command} --help on stderr`);
  helps.set(command, stdout);
  const [, list = ''] = /\nCommands:\n((?: .*\n)+)/.exec(stdout) ?? [];
  const below = [...list.matchAll(/^ {2}inkgrad ((?:[a-z-]+ ?)+)/gm)].map((match) => match[1].trim());
  for (const each of below) await readHelp(each);
}

const wordsOf = (line: string): string[] => (line === '' ? [] : line.split(' '));
const helpOf = (command: string): string => helps.get(command) ?? '';

await readHelp('');
const everyCommand = [...helps.keys()].filter((command) => command !== '').sort();
const isGroup = (command: string) => everyCommand.some((other) => other.startsWith(`${command} `));

test('--help names every command, on stdout', async () => {
  const short = await succeeds(['-h']);
  assert.equal([short.stdout, short.stderr], [helpOf(''), '']);
  // What a command line without one lists comes from the table of commands itself.
  const { stderr } = await inkgradHere([]);
  const listed = stderr.match(/give a command: (.*)/)![1].split(', ');
  assert.equal(
    everyCommand.filter((command) => !command.includes(' ')),
    listed.sort(),
  );
  assert.ok(everyCommand.includes('bench kernels') && everyCommand.includes('data inspect'));
});

for (const command of everyCommand) {
  test(`${command} --help shows usage, flags and an example, on stdout`, () => {
    const help = helpOf(command);
    assert.match(help, new RegExp(`^inkgrad ${command}\\b`));
    assert.match(help, /\nExamples:\n.*inkgrad /);
    assert.match(help, /--verbose/);
    // What preprocess gives are files, and completion a script.
    if (command !== 'preprocess' && command !== 'completion' && !isGroup(command))
      assert.match(help, /--json/);
    const wide = help.split('\n').filter((line) => line.length > 100);
    assert.equal(wide, [], 'lines of help are at most 100 columns wide');
  });
}

for (const command of ['bench kernels', 'bench train', 'bench peers', 'bench self']) {
  test(`${command} --help has the flags of a benchmark, and examples of its own`, () => {
    assert.match(helpOf(command), new RegExp(`\\nExamples:\\n +inkgrad ${command}`));
    for (const flag of ['--json', '--out', '--batch']) assert.match(helpOf(command), flag);
  });
}

test('train --help has the flags of the contract, with their choices and defaults', () => {
  const stdout = helpOf('train');
  const flags = 'data model device epochs batch lr optimizer schedule seed limit out json';
  for (const flag of flags.split(' ')) assert.match(stdout, new RegExp(`--${flag}\\b`));
  for (const word of ['mnist', 'lenet', 'cnn', 'webgpu', 'adamw', 'nesterov', 'cosine', 'one-cycle']) {
    assert.match(stdout, word);
  }
  assert.match(stdout, /default: "auto"/);
});

test('--version prints the version of package.json', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const { stdout, stderr } = await succeeds(['--version']);
  assert.equal([stdout, stderr], [`${version}\n`, '']);
});

/** Wrong usage: what was typed, and what the one line of error must say. */
const wrong: readonly (readonly [string, string, ...RegExp[]])[] = [
  ['no command', '', /give a command/, /train/, /doctor/],
  ['only a flag', '--verbose', /give a command/],
  ['an unknown command', 'trian', /trian/, /did you mean train\?/],
  ['a command like no other', 'xyzzy', /xyzzy: no such command/, /train/, /doctor/],
  ['an unknown command with a flag', 'trian --epochs 3', /trian: no such command; did you mean train\?/],
  ['an unknown flag', 'train --epoch 3', /--epoch:/, /did you mean (--)?epochs\?/],
  ['an unknown flag with =', 'train --epoch=3', /--epoch:/, /did you mean (--)?epochs\?/],
  ['an unknown flag with a dash', 'train --weight-decy 1', /--weight-decy:/, /(--)?weight-decay\?/],
  ['two unknown flags', 'train --devize cpu --epoch 3', /--devize:/, /did you mean (--)?device\?/],
  ['a flag like no other', 'train --xyzzyplugh', /--xyzzyplugh: no such flag/, /--help/],
  ['an unknown flag without a command', '--verison', /--verison:/, /did you mean (--)?version\?/],
  ['a part of a flag', 'train --data.x 3', /--data\.x: no such flag; did you mean --data\?/],
  ['a part of a switch', 'train --verbose.y', /--verbose\.y: no such flag/],
  ['a flag that cannot be off', 'train --no-data', /--no-data: --data takes a value/],
  ['a number that cannot be off', 'train --no-synth-count', /--no-synth-count: --synth-count takes a value/],
  ['standard input where none is read', 'train -', /^inkgrad: -: one argument too many/],
  ["another command's flag", 'summary lenet --epochs 3', /--epochs: no such flag/],
  ['a flag of doctor', 'doctor --jsn', /--jsn:/, /did you mean (--)?json\?/],
  ['a switch with another word', 'summary lenet --json=maybe', /--json=maybe: expected --json or --no-json/],
  ['a switch with a number', 'train --no-cache --tune=0', /--tune=0: expected --tune or --no-tune/],
  ['help with a word', 'train --help=maybe', /--help=maybe: expected --help/],
  ['a switch on and off', 'train --no-tune --tune', /--no-tune and --tune: give one of them/],
  ['a flag in two ways', 'train --max-pixels 9 --maxPixels 9', /--max-pixels and --maxPixels: give one/],
  ['an unknown device', 'train --device gpu', /--device/, /gpu/, /webgpu/],
  ['an unknown optimizer', 'train --optimizer adm', /--optimizer adm:/, /did you mean adam\?/],
  ['an unknown schedule', 'train --schedule cosin', /--schedule cosin:/, /did you mean cosine\?/],
  ['an unknown preparation', 'train --preprocess mnits', /--preprocess mnits:/, /did you mean mnist\?/],
  [
    'an unknown augmentation',
    'train --augment strnog',
    /--augment strnog: expected none, light, strong/,
    /did you mean strong\?/,
  ],
  [
    'an amount out of range',
    'preprocess a.png --augment light:rotation=90',
    /--augment light:rotation=90: rotation 90; expected a number from 0 to 45, degrees/,
  ],
  ['a seed of nothing', 'preprocess a.png --seed 3', /--seed: .*--augment/],
  ['a step without a recipe', 'train --step deskew:off', /--step: .*--preprocess/],
  [
    'a step that is none',
    'train --preprocess scan --step blur:sigma=1',
    /--step blur:sigma=1: .*no step blur/,
  ],
  ['a step out of range', 'preprocess a.png --step deskew:limit=9', /--step deskew:limit=9: .*limit/],
  [
    'a recipe file that is not there',
    'preprocess a.png --recipe no.json',
    /--recipe no.json: no such file; expected/,
  ],
  ['an unknown recipe', 'preprocess a.png --recipe hand', /--recipe/, /hand\b/, /handwriting/],
  ['no model', 'summary', /summary: .*(missing|MODEL)/],
  ['no run', 'evaluate', /evaluate: .*(missing|RUN)/],
  ['no images', 'predict runs/x', /predict: .*(missing|PATH)/],
  ['no images to prepare', 'preprocess', /preprocess: .*(missing|PATH)/],
  ['no data to inspect', 'data inspect', /data: .*missing/],
  ['data without a word', 'data', /data: give what to do: inspect/],
  ['data with another word', 'data inspekt letters', /data inspekt: no such command; did you mean inspect\?/],
  ['an argument that train does not take', 'train mnist', /mnist/, /^(?!.*no such command)/],
  ['two models', 'summary lenet cnn', /cnn/, /^(?!.*no such command)/],
  ['epochs 0', 'train --epochs 0', /--epochs 0: expected a whole number ≥ 1/],
  ['epochs with a fraction', 'train --epochs 1.5', /--epochs 1.5: expected a whole number/],
  ['lr that is no number', 'train --lr abc', /--lr.*: expected a number > 0/],
  ['lr 0', 'train --lr 0', /--lr 0: expected a number > 0/],
  ['a negative lr', 'train --lr -0.1', /--lr -0.1: expected a number > 0/],
  ['lr without end', 'train --lr Infinity', /--lr Infinity: expected/],
  ['a batch with a fraction', 'train --batch 1.5', /--batch 1.5: expected a whole number from 1 to 1000000/],
  ['batch 0', 'train --batch 0', /--batch 0: expected/],
  [
    'all images kept aside',
    'train --validation 1',
    /--validation 1: expected a number from 0 to less than 1/,
  ],
  ['a negative share', 'train --validation -0.1', /--validation -0.1: expected/],
  ['a negative seed', 'train --seed -1', /--seed -1: expected a whole number ≥ 0/],
  ['a seed past 2^53', 'train --seed 9007199254740993', /--seed \d+: expected a whole number/],
  ['a batch that no memory holds', 'train --batch 1e9', /--batch 1000000000: expected .* to 1000000/],
  [
    'letters that no memory holds',
    'train --data synth --synth-count 1e9',
    /--synth-count 1000000000: expected .* to 100000/,
  ],
  ['limit 0', 'train --limit 0', /--limit 0: expected a whole number ≥ 1/],
  ['momentum 1', 'train --momentum 1', /--momentum 1: expected/],
  ['clip 0', 'train --clip 0', /--clip 0: expected a number > 0/],
  ['a negative warm-up', 'train --warmup -1', /--warmup -1: expected/],
  ['top 0', 'predict runs/x a.png --top 0', /--top 0: expected a whole number ≥ 1/],
  ['no pixels', 'predict runs/x a.png --max-pixels 0', /--max-pixels 0: expected a whole number ≥ 1/],
  ['annotate alone', 'predict runs/x a.png --annotate b.png', /--annotate: .*; add --segment/],
  ['no boxes alone', 'predict runs/x a.png --no-boxes', /--no-boxes: .*; add --segment/],
  ['no classes', 'summary lenet --classes 0', /--classes 0: expected a whole number ≥ \d/],
  ['a tiny cell', 'preprocess a.png --cell 1', /--cell 1: expected a whole number from 8 to 1024/],
];

/** Expects these words to be wrong usage. */
const wrongUsage = async (args: readonly string[], ...patterns: readonly RegExp[]) =>
  assertRefused(await inkgradHere(args, { cwd }), 2, ...patterns);

for (const [name, words, ...patterns] of wrong) {
  test(`wrong usage: ${name}`, async () => {
    await wrongUsage(wordsOf(words), ...patterns);
  });
}

// Each kind of wrong usage also ends a process: an unknown command or flag, a value, what is missing, what is too much.
for (const words of [
  'trian',
  'train --epoch 3',
  'train --device gpu',
  'train --epochs 0',
  'predict runs/x',
]) {
  test(`wrong usage ends the process: ${words}`, async () => {
    assertRefused(await inkgrad(wordsOf(words), { cwd }), 2);
  });
}

for (const flag of ['--epochs', '--lr', '--out', '--model', '--data', '--device', '--seed', '--clip']) {
  test(`wrong usage: ${flag} without its value`, async () => {
    const rest = quick.filter((word, i) => word !== flag && quick[i - 1] !== flag);
    await wrongUsage(['train', ...rest, flag], new RegExp(flag));
    await wrongUsage(['train', flag, ...rest], new RegExp(flag));
  });
}

test('an empty --out is refused, not taken for the current folder', async () => {
  await wrongUsage(['train', ...quick, '--out', ''], /--out/);
});

test('--verbose adds the stack trace to an error', async () => {
  const { code, stderr, stdout } = await inkgradHere(['evaluate', 'nowhere', '--verbose'], { cwd });
  assert.is(code, 1);
  assert.match(stderr, /nowhere: no such run/);
  assert.match(stderr, /\n {4}at /);
  assert.is(stdout, '');
});

interface Layer {
  readonly type: string;
  readonly output: readonly number[];
  readonly parameters: number;
  readonly flops: number;
}

test('summary --json', async () => {
  const { layers, total } = await jsonHere<{
    layers: Layer[];
    total: Pick<Layer, 'parameters' | 'flops'> & { bytes: number };
  }>(['summary', 'lenet']);
  assert.is(total.parameters, 105_194);
  assert.is(layers.length, 10);
  for (const { type, output, parameters, flops } of layers) {
    assert.type(type, 'string');
    assert.ok(output.every(Number.isInteger) && Number.isInteger(parameters) && Number.isInteger(flops));
  }
  assert.is(
    layers.reduce((sum, { flops }) => sum + flops, 0),
    total.flops,
  );
  assert.type(total.bytes, 'number');
});

test('summary prints the layers and their sum', async () => {
  const { stdout, stderr } = await succeeds(['summary', 'cnn']);
  assert.match(stdout, /^cnn: images of 1×28×28, 10 classes/);
  assert.match(stdout, /conv2d .*32×26×26/);
  assert.match(stdout, /total .*1,199,882/);
  assert.is(stderr, '');
});

interface Branching extends Layer {
  readonly settings: object;
  readonly branches?: Readonly<Record<string, readonly Branching[]>>;
}

test('summary has the layers inside others, each with what it costs itself', async () => {
  const { layers, total } = await jsonHere<{ layers: Branching[]; total: Layer }>(['summary', 'resnet']);
  const flat = (list: readonly Branching[]): Branching[] =>
    list.flatMap((layer) => [layer, ...flat(Object.values(layer.branches ?? {}).flat())]);
  const sum = (of: 'parameters' | 'flops') => flat(layers).reduce((all, layer) => all + layer[of], 0);
  assert.equal([sum('parameters'), sum('flops')], [77_754, total.flops]);
  assert.equal([layers[5].parameters, layers[5].settings], [0, {}]);
  assert.equal(
    layers[5].branches?.shortcut.map(({ type }) => type),
    ['conv2d', 'batchNorm2d'],
  );
  const { stdout } = await succeedsHere(['summary', 'resnet']);
  assert.match(stdout, /\nresidual +32×14×14 +0 .*\n {2}conv2d +outChannels 32,.*\n/);
  assert.match(
    stdout,
    /\n {2}shortcut conv2d +outChannels 32, kernelSize 1, stride 2, bias false +32×14×14 +512 /,
  );
});

test('models lists them, and prints each as a file that --model takes', async () => {
  const list = await jsonHere<{ name: string; parameters: number; flops: number; purpose: string }[]>([
    'models',
  ]);
  assert.equal(
    list.map(({ name, parameters }) => [name, parameters]),
    [
      ['lenet', 105_194],
      ['quick', 117_042],
      ['cnn', 1_199_882],
      ['vgg', 983_986],
      ['resnet', 77_754],
    ],
  );
  const table = (await succeedsHere(['models', '--classes', '26'])).stdout;
  for (const { name, purpose } of list) assert.match(table, new RegExp(`^${name} .*${purpose}$`, 'm'));
  assert.match(table, /^lenet +107,258 /m);
  const mine = tempFolder({});
  for (const { name } of list) {
    const { stdout } = await succeedsHere(['models', name]);
    assert.equal(JSON.parse(stdout), await jsonHere(['models', name]));
    const wider = stdout.replace(`"name": "${name}"`, '"name": "mine"');
    writeFileSync(join(mine.path, 'mine.json'), wider);
    const { model } = await jsonHere<{ model: string }>(['summary', 'mine.json'], { cwd: mine.path });
    assert.is(model, 'mine');
  }
  mine.remove();
});

test('doctor --json says what there is and what auto takes', async () => {
  const report = await json<Record<string, unknown>>(['doctor']);
  for (const key of ['inkgrad', 'node', 'platform', 'threads', 'wasm', 'webgpu', 'auto', 'why'])
    assert.ok(key in report, key);
  assert.ok(['wasm', 'webgpu'].includes(report.auto as string));
  assert.is(report.node, process.version);
  const webgpu = report.webgpu as { software: boolean; features: string[]; limits: Record<string, number> };
  assert.ok(webgpu !== null, 'the tests bring an adapter along');
  assert.is(report.auto, webgpu.software ? 'wasm' : 'webgpu');
  assert.ok(Array.isArray(webgpu.features));
  assert.ok(Object.values(webgpu.limits).every((n) => Number.isFinite(n) && n > 0));
});

test('doctor prints it for a person, and what auto would choose and why', async () => {
  const { stdout } = await succeeds(['doctor']);
  assert.match(stdout, /--device auto +(wasm|webgpu): \w+/);
  assert.match(stdout, /\nfeatures\n/);
  assert.match(stdout, /\nlimits\n/);
});

test('train, evaluate and predict --json have the keys of the contract, progress is on stderr', async () => {
  const trained = await inkgrad(['train', ...quick, '--out', 'run', '--json'], { cwd });
  assert.is(trained.code, 0, trained.stderr);
  const report = JSON.parse(trained.stdout) as Record<string, unknown>;
  const { run, device, adapter, epochs, steps, samplesPerSecond } = report;
  assert.equal([run, device, epochs], ['run', 'cpu', 1]);
  assert.type(adapter, 'string');
  assert.is(steps, 1);
  assert.ok((samplesPerSecond as number) > 0);
  const { loss, accuracy } = report.test as { loss: number; accuracy: number };
  assert.ok(Number.isFinite(loss) && accuracy >= 0 && accuracy <= 1);
  assert.match(trained.stderr, /training 100 %/);
  assert.match(trained.stderr, /testing 100 %/);
  assert.match(trained.stderr, /epoch 1: validation loss/);

  const evaluated = await inkgrad(['evaluate', 'run', '--device', 'cpu', '--json'], { cwd });
  assert.is(evaluated.code, 0, evaluated.stderr);
  const scores = JSON.parse(evaluated.stdout) as {
    loss: number;
    accuracy: number;
    perClass: Record<string, unknown>[];
    confusion: number[][];
  };
  assert.equal([scores.loss, scores.accuracy], [loss, accuracy]);
  assert.equal(
    scores.perClass.map((score) => score.class),
    ['bar', 'dash', 'slash'],
  );
  for (const score of scores.perClass)
    for (const key of ['precision', 'recall', 'f1', 'support']) assert.type(score[key], 'number');
  assert.equal([scores.confusion.length, scores.confusion[0].length], [3, 3]);
  assert.is(
    scores.confusion.flat().reduce((sum, n) => sum + n, 0),
    3,
  );
  assert.match(evaluated.stderr, /testing 100 %/);

  const predicted = await inkgrad(['predict', 'run', 'strokes/bar/00.png', '--json'], { cwd });
  assert.is(predicted.code, 0, predicted.stderr);
  const [{ path, label, probability, top }] = JSON.parse(predicted.stdout) as [Record<string, unknown>];
  assert.is(path, 'strokes/bar/00.png');
  assert.ok(['bar', 'dash', 'slash'].includes(label as string));
  assert.ok((probability as number) > 0 && (probability as number) <= 1);
  assert.equal((top as object[])[0], { label, probability });
  assert.is((top as object[]).length, 3);
});

test('without --json train and evaluate print a table, with the numbers and the next command', async () => {
  const { stdout, stderr } = await succeedsHere(['train', ...quick, '--out', 'printed'], { cwd });
  assert.match(stdout, /^class +precision +recall +F1 +images\nbar /);
  assert.match(stdout, /test on 3 images: loss \d+\.\d{4}, accuracy \d+\.\d\d %/);
  assert.match(stdout, /run in printed/);
  const next = stderr.match(/next: npx inkgrad (predict printed .*)/)?.[1];
  assert.ok(next, stderr);
  const { stdout: prediction } = await succeedsHere(next.split(' '), { cwd });
  assert.match(prediction, /(bar|dash|slash) \d/);
  const evaluated = await succeedsHere(['evaluate', 'printed'], { cwd });
  assert.match(evaluated.stdout, /confusion matrix/);
  assert.match(evaluated.stdout, stdout.match(/loss \d+\.\d{4}, accuracy \d+\.\d\d %/)![0]);
});

test('the shipped file runs by itself', () => {
  const file = readFileSync(join(process.cwd(), 'dist/cli.js'), 'utf8');
  assert.match(file, /^#!\/usr\/bin\/env node\n/);
});

test('help names every model that comes along', async () => {
  const names = Object.keys(builtInModels).join(', ');
  for (const command of ['train', 'summary']) {
    const { stdout } = await inkgradHere([command, '--help']);
    assert.match(stdout.replaceAll(/\s+/g, ' '), `${names} or a JSON file`);
  }
});

test.run();
