// Every command in README.md and docs/ runs, one after the other, in a folder of its own; one that stands on several pages
// runs once. What takes long is asked for less on top: fewer images, one epoch, two ops. All else is run as it stands.
// Commands that need data of the reader's are shown as text: their flags are held to what help says.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseModel, place } from '../../pipeline/model/model.ts';
import { parseRecipe } from '../../pipeline/preprocess/parseRecipe.ts';
import { strokes, tinyModel } from '../support/cli.ts';
import { succeedsHere } from '../support/cliHere.ts';
import { blocks, listed, prose, readme } from '../support/pages.ts';

const root = process.cwd();
const pages = [readme, ...listed];
const linesOf = (block: string): string[] =>
  block
    .replaceAll(/ *\\\n */g, ' ')
    .split('\n')
    .map((line) => line.replace(/ +#.*/, '').trim())
    .filter((line) => line !== '');

const commands = new Set(pages.flatMap((page) => blocks(page, 'sh')).flatMap(linesOf));

const scratch = mkdtempSync(join(tmpdir(), 'inkgrad-docs-'));
writeFileSync(join(scratch, 'tiny.json'), tinyModel);
// Fifty drawings in the place of digits, of which ten are tested on.
for (const [i, drawing] of Object.values(strokes('', 17)).slice(0, 50).entries()) {
  mkdirSync(join(scratch, `digits/${i % 10}`), { recursive: true });
  writeFileSync(join(scratch, `digits/${i % 10}/${i}.png`), drawing);
}
const small = ['--limit', '64', '--epochs', '1'];

/** What makes a training quick. A limit on the page is part of what it promises. */
function smaller(flags: readonly string[]): string[] {
  // A flag is given once, so the small ones replace those of the same name.
  const free = flags.filter((word, i) => word !== '--epochs' && flags[i - 1] !== '--epochs');
  const added = flags.includes('--limit') ? small.slice(2) : small;
  // A software adapter compiles lenet for ten seconds, and reads 10,000 images for ten more: that it trains and plans
  // there is held to in train.test.ts and kernels.test.ts. With 100 images to validate on it would learn for a minute
  // what is no digit; that it learns what other devices do is held to in gate.test.ts.
  const isSlow = flags.includes('webgpu') && !flags.includes('--model');
  return [...free, ...added, ...(isSlow ? ['--model', 'tiny.json', '--validation', '0.04'] : [])];
}

/** What a command of a page starts here: the program and its arguments. */
function started(command: string): string[] {
  const [program, name, ...rest] = command.split(' ').filter((word) => word !== '--');
  if (program === 'npm' && name === 'start') return [join(root, 'scripts/start.mjs'), ...smaller(rest)];
  assert.is(`${program} ${name}`, 'npx inkgrad', `a command that this test does not know: ${command}`);
  const words = [join(root, 'dist/cli.js'), ...rest];
  // Any port that is free, and no browser.
  if (rest[0] === 'serve') return [...words, '--port', '0'];
  if (rest[0] === 'explore') return [...words, '--port', '0', '--no-open'];
  if (rest[0] === 'train' || rest[0] === 'sweep') return [...words.slice(0, 2), ...smaller(rest.slice(1))];
  // The plain command reads the 10,000 test images of mnist; what else it can do with them is done with fewer.
  if (rest[0] === 'evaluate' && rest.length > 2) return [...words, '--data', 'digits'];
  // All of the ops: gradcheck.test.ts.
  if (command === 'npx inkgrad gradcheck') return [...words, 'conv2d', 'softmax'];
  // One case on one device, since each takes five seconds to learn what it can do at best; on others: bench.test.ts.
  if (rest[0] === 'bench') {
    const one = words.map((word) => (word === 'linear1' ? 'lenet 64 linear1 bias add' : word));
    return [...one, '--device', 'wasm'];
  }
  return words;
}

function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: scratch });
    let output = '';
    let isServing = /^(serve|explore)$/.test(args[1]) && !args.includes('--help');
    const add = (chunk: Buffer) => {
      output += chunk.toString();
      // It serves until it is told to stop.
      if (isServing && output.includes('http://')) {
        isServing = false;
        child.kill('SIGINT');
      }
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('close', (code) => resolve({ code, output }));
  });
}

test('the pages name commands', () => {
  assert.ok(commands.size >= 30, `${commands.size} commands`);
});

for (const command of commands) {
  // This test is a part of what `npm cit` runs.
  if (command === 'npm cit') continue;
  test(command, async () => {
    const { code, output } = await run(started(command));
    assert.is(code, /^npx inkgrad (serve|explore)/.test(command) ? 130 : 0, output);
  });
}

/** Commands in blocks that are not run, each as the words after `inkgrad`. */
const shown = pages
  .flatMap((page) => blocks(page, 'text'))
  .flatMap(linesOf)
  .map((line) => line.match(/^(?:\$ )?(?:npx )?inkgrad (.*)$/)?.[1].split(' '))
  .filter((words) => words !== undefined);

const nameOf = ([first, second]: readonly string[]): string =>
  first === 'data' || first === 'bench' ? `${first} ${second}` : first;

/** The flags of each command, as its help tells them. */
const flags = new Map<string, Set<string>>();

for (const name of new Set([...shown.map(nameOf), 'lr-find', 'sweep', 'bench pictures'])) {
  test(`${name}: it has the flags of its examples`, async () => {
    const { stdout } = await succeedsHere([...name.split(' '), '--help']);
    const known = new Set(stdout.match(/--[a-z][a-z0-9-]*/g));
    flags.set(name, known);
    for (const words of shown.filter((one) => nameOf(one) === name)) {
      const given = words.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*/, ''));
      assert.equal(
        given.filter((flag) => !known.has(flag)),
        [],
        words.join(' '),
      );
    }
  });
}

test('what the text calls a flag is one', () => {
  const known = new Set([...flags.values()].flatMap((some) => [...some]));
  for (const page of pages) {
    const named = [...prose(page).matchAll(/`(--[a-z][a-z0-9-]*)[ `=]/g)].map(([, flag]) => flag);
    assert.equal(
      named.filter((flag) => !known.has(flag)),
      [],
      page.path,
    );
  }
});

for (const page of pages) {
  for (const json of blocks(page, 'json')) {
    const value = JSON.parse(json);
    test(`${page.path}: ${value.name} fits together`, () => {
      if (value.steps !== undefined) return void parseRecipe(value, page.path);
      assert.equal(place(parseModel(value, page.path), 10).at(-1)?.output, [10]);
    });
  }
}

test.after(() => rmSync(scratch, { recursive: true, force: true }));
test.run();
