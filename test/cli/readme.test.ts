// Every command and every example in README.md runs. Training commands get `--limit` and one epoch on top, so
// that they are quick; all else is run as it stands, one after the other, in a folder of its own.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseModel, place } from '../../pipeline/model/model.ts';

const root = process.cwd();
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1],
  );

const commands = blocks('sh')
  .flatMap((block) => block.split('\n'))
  .map((line) => line.replace(/ +#.*/, '').trim())
  .filter((line) => line !== '');

const scratch = mkdtempSync(join(tmpdir(), 'inkgrad-readme-'));
const small = ['--limit', '64', '--epochs', '1'];

/** What a command of the README starts here: the program and its arguments. */
function started(command: string): string[] {
  const [program, name, ...rest] = command.split(' ');
  // A flag is given once, so the small ones replace those of the same name.
  const flags = rest.filter((word, i) => word !== '--' && word !== '--epochs' && rest[i - 1] !== '--epochs');
  if (program === 'npm' && name === 'start') return [join(root, 'scripts/start.mjs'), ...flags, ...small];
  assert.is(`${program} ${name}`, 'npx inkgrad', `a command that this test does not know: ${command}`);
  // A limit in the README is part of what it promises.
  const isTraining = rest[0] === 'train' && !rest.includes('--limit');
  return [join(root, 'dist/cli.js'), ...(isTraining ? [...flags, ...small] : rest)];
}

function run(args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: scratch });
    let output = '';
    const add = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', add);
    child.stderr.on('data', add);
    child.on('close', (code) => resolve({ code, output }));
  });
}

test('the README names commands', () => {
  assert.ok(commands.length >= 9);
});

for (const command of commands) {
  // This test is a part of what `npm cit` runs.
  if (command === 'npm cit') continue;
  test(command, async () => {
    const { code, output } = await run(started(command));
    assert.is(code, 0, output);
  });
}

test('the model in the README fits together', () => {
  const [json] = blocks('json');
  assert.equal(place(parseModel(JSON.parse(json), 'README.md'), 10).at(-1)?.output, [10]);
});

test('the example of the engine prints what it says', async () => {
  const [code] = blocks('js');
  const expected = code.match(/\/\/ Float32Array (\[.*\])/)?.[1];
  const file = join(root, 'build', 'readme-example.mjs');
  writeFileSync(file, code);
  const { output } = await run([file]);
  assert.ok(expected !== undefined && output.includes(expected), output);
});

test.after(() => rmSync(scratch, { recursive: true, force: true }));
test.run();
