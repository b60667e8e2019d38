// The programs of examples/ do what they say, started as a reader starts them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

/** What a program printed; what it complained of is no part of it. */
async function printed(name: string, ...args: (string | number)[]): Promise<string> {
  const child = spawn(process.execPath, [`examples/${name}`, ...args.map(String)]);
  let [out, complaints] = ['', ''];
  child.stdout.on('data', (part) => (out += part));
  child.stderr.on('data', (part) => (complaints += part));
  const [code] = await once(child, 'close');
  assert.is(code, 0, complaints);
  return out;
}

/** The numbers that a text has in the place of each `#` of a pattern. */
function numbersIn(text: string, pattern: string): number[] {
  const escaped = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = text.match(new RegExp(escaped.replaceAll('#', '(-?[\\d.]+(?:e-?\\d+)?)')));
  assert.ok(found, `${pattern} in ${text}`);
  return found.slice(1).map(Number);
}

test('xor: the ten lines of README, and their result', async () => {
  const readme = readFileSync('README.md', 'utf8');
  assert.ok(readme.includes(`\`\`\`ts\n${readFileSync('examples/xor.mjs', 'utf8')}\`\`\`\n`));
  const shown = await printed('xor.mjs');
  assert.ok(readme.includes(`\`\`\`text\n${shown}\`\`\`\n`), shown);
  const values = [...shown.matchAll(/\[(-?\d\.\d+)\]/g)].map(([, value]) => Math.round(Number(value)));
  assert.equal(values, [0, 1, 1, 0]);
});

test('lenet: nine of ten digits after 3000 images', async () => {
  const [accuracy] = numbersIn(await printed('lenet.mjs'), 'accuracy # %');
  assert.ok(accuracy > 91, String(accuracy));
});

test('lenet by hand: the same', async () => {
  const [accuracy] = numbersIn(await printed('lenet-by-hand.mjs'), 'accuracy # %');
  assert.ok(accuracy > 89, String(accuracy));
});

test('own op: its gradient is right, and a network learns with it', async () => {
  const shown = await printed('own-op.mjs');
  const [apart] = numbersIn(shown, 'gradient and differences are # apart');
  assert.ok(apart < 1e-8, shown);
  const [seen, beyond] = numbersIn(shown, 'loss #, beyond #');
  assert.ok(seen < 0.01 && beyond < 0.1, shown);
});

/** How many lines have something in them. */
const linesOf = (name: string) =>
  readFileSync(`examples/${name}`, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '').length;

test('each is fifty lines at the most, and README.md there lists it', () => {
  const list = readFileSync('examples/README.md', 'utf8');
  for (const name of readdirSync('examples').filter((each) => /\.(mjs|html)$/.test(each))) {
    assert.ok(linesOf(name) <= 50, `${name}: ${linesOf(name)} lines`);
    assert.ok(list.includes(`](${name})`), `${name} in examples/README.md`);
  }
});

test.run();
