// Programs on README.md and the pages of docs/: a block `ts` is right by its types, strictly, and prints the block `text`
// that follows it. They import from 'inkgrad', as a reader's program does.
// `UPDATE_DOCS=1 node scripts/test.mjs docs/snippets` writes what they print anew.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wgsl } from '../../scripts/wgsl.mjs';
import { blocks, listed, type Page, readme } from '../support/pages.ts';

const COMMAND = 'UPDATE_DOCS=1 node scripts/test.mjs docs/snippets';

/** Below build/, which git and the linter do not see. Programs run there, beside a run. */
const BUILT = 'build/snippets';
const RUN = join(BUILT, 'runs/lenet-1/checkpoints');

/** A program, and what it is said to print. */
const program = /^```ts\n([\s\S]*?)^```\n\n```text\n([\s\S]*?)^```$/gm;

const snippets = [readme, ...listed].flatMap((page) =>
  [...page.text.matchAll(program)].map(([, code, printed], i) => ({
    name: `${basename(page.path, '.md').toLowerCase()}${i + 1}`,
    page,
    code,
    printed,
  })),
);

mkdirSync(RUN, { recursive: true });
copyFileSync('explorer/presets/trained/lenet.safetensors', join(RUN, 'best.safetensors'));
for (const { name, code } of snippets) writeFileSync(join(BUILT, `${name}.ts`), code);
// The paths of the project lead from 'inkgrad' to its sources.
const settings = {
  extends: '../../tsconfig.json',
  include: ['*.ts', '../../shaders', '../../wasm/wasm.d.ts'],
};
writeFileSync(join(BUILT, 'tsconfig.json'), JSON.stringify(settings));
await build({
  ...{ entryPoints: snippets.map(({ name }) => join(BUILT, `${name}.ts`)), outdir: BUILT },
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'es2022' },
  ...{ plugins: [wgsl], loader: { '.wasm': 'binary' }, logLevel: 'warning' },
});

const ran = (words: readonly string[]): string => {
  const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: BUILT, encoding: 'utf8' });
  return stderr + stdout;
};

test('README.md begins with ten lines, and every program is followed by what it prints', () => {
  const [code] = blocks(readme, 'ts');
  const lines = code.split('\n').filter((line) => /[^\s}]/.test(line));
  assert.ok(lines.length <= 11, `${lines.length} lines, the import among them`);
  const all = [readme, ...listed].flatMap((page: Page) => blocks(page, 'ts'));
  assert.is(all.length, snippets.length);
});

test('the programs are right by their types', () => {
  assert.is(ran([resolve('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json']), '');
});

for (const { name, page, code, printed } of snippets) {
  test(`${page.path}, ${name}: prints what stands below it`, () => {
    const output = ran([`${name}.js`]);
    if (process.env.UPDATE_DOCS === '1') {
      const before = `${code}\`\`\`\n\n\`\`\`text\n`;
      const text = readFileSync(page.path, 'utf8').replace(before + printed, () => before + output);
      writeFileSync(page.path, text);
    } else assert.is(output, printed, `after\n${code}run ${COMMAND}`);
  });
}

test('README.md is two screens', () => {
  const lines = readme.text.split('\n').length;
  const words = readme.text.split(/\s+/).length;
  assert.ok(lines <= 130 && words <= 800, `${lines} lines, ${words} words`);
});

test.after(() => rmSync(BUILT, { recursive: true, force: true }));
test.run();
