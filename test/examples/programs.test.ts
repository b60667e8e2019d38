// The programs of examples/ do what they say, started as a reader starts them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadModel } from 'inkgrad/models';
import { PNG } from 'pngjs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(() => folders.remove());

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

test('training loop: a captured step learns, and makes nothing', async () => {
  const shown = await printed('training-loop.mjs');
  const [first] = numbersIn(shown, 'loss #, then # tensors');
  const [last] = numbersIn(shown, 'step 300: loss #');
  assert.ok(last < first / 5, shown);
  const [launches, allocations, more] = numbersIn(shown, '# launches a step, # allocations, # more tensors');
  assert.ok(launches > 5, shown);
  assert.equal([allocations, more], [0, 0]);
});

test('input gradient: the digit, what speaks for it, and the change that is read as another', async () => {
  const shown = await printed('input-gradient.mjs');
  assert.match(shown, /^reads 7, 100\.0 %/);
  const rows = shown.split('\n').filter((row) => /^.{56}$/.test(row) && !row.startsWith('pixels'));
  assert.is(rows.length, 28);
  const [digit, slopes] = [rows.map((row) => row.slice(0, 28)), rows.map((row) => row.slice(28))];
  assert.ok(digit.some((row) => row.includes('@@@')));
  assert.match(slopes.join(''), /^[ +-]*$/);
  assert.ok(slopes.some((row) => row.includes('+')) && slopes.some((row) => row.includes('-')));
  assert.match(shown, /changed by 0\.1: reads 7/);
  assert.match(shown, /changed by 0\.3: reads [^7]/);
});

test('fine-tuning: the layers of the digits read letters', async () => {
  const shown = await printed('fine-tune.mjs');
  const [tuned] = numbersIn(shown, 'from the digits: reads # % of 30 other pictures');
  assert.ok(tuned > 80, shown);
  assert.match(shown, /from nothing: reads \d+ %/);
});

test('fine-tuning takes a folder of pictures, and writes what loadModel takes', async () => {
  const { drawLetters } = await import(pathToFileURL('examples/letters.mjs').href);
  const drawn: { label: string; image: { width: number; height: number; data: Uint8Array } }[] = drawLetters(
    4,
    2,
  );
  const files = drawn.map(({ label, image: { width, height, data } }, i) => {
    const png = new PNG({ width, height });
    png.data = Buffer.from([...data].flatMap((grey) => [grey, grey, grey, 255]));
    return [`${label}/${i}.png`, PNG.sync.write(png)] as const;
  });
  const { path } = folders.make(Object.fromEntries(files));
  const file = join(path, 'letters.safetensors');
  const [tuned] = numbersIn(await printed('fine-tune.mjs', path, file), 'from the digits: reads # %');
  assert.ok(tuned > 60, String(tuned));
  const { classes } = await loadModel(readFileSync(file));
  assert.equal(classes, ['A', 'E', 'H', 'T', 'W', 'X']);
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
