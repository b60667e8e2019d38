// ARCHITECTURE.md says what to write for a new op. Here it is written, into a copy of the project: types, generated
// tests and all are green then, but for lines in docs/ops.md that a command writes.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { wgsl } from '../../scripts/wgsl.mjs';

const added = ['softsign', 'upsampleNearest2d'];

/** Below build/, from where packages are found, and which git and the linter do not see. */
const COPY = 'build/newOp';
rmSync(COPY, { recursive: true, force: true });
const folders = ['engine', 'shaders', 'wasm', 'pipeline', 'test/engine', 'test/support', 'test/docs', 'docs'];
for (const path of [...folders, 'scripts', 'tsconfig.json'])
  cpSync(path, join(COPY, path), { recursive: true });

/** Writes a block of code into a file: anew, or else its imports at the top and the rest at the end of the list. */
function write(file: string, code: string): void {
  const path = join(COPY, file);
  if (!existsSync(path)) {
    writeFileSync(path, code);
    return;
  }
  const lines = code.split('\n');
  const isImport = (line: string) => line.startsWith('import ');
  const [imports, rest] = [lines.filter(isImport), lines.filter((line) => !isImport(line))];
  const before = readFileSync(path, 'utf8');
  const end = before.lastIndexOf('} satisfies ');
  const at = end < 0 ? before.length : end;
  writeFileSync(path, [...imports, before.slice(0, at), ...rest, before.slice(at)].join('\n'));
}

const blocks = [...readFileSync('ARCHITECTURE.md', 'utf8').matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)];
for (const [, file, code] of blocks) write(file, code);

/** Runs a command in the copy; what it printed, when it fails. */
function run(words: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, {
    ...{ cwd: COPY, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1', ...env } },
  });
  return status === 0 ? '' : stdout + stderr;
}

/** Tests see the new ops alone, which is what keeps this short; the engine sees all. */
const onlyAdded: Plugin = {
  name: 'only the new ops',
  setup({ onResolve, onLoad }) {
    const list = resolve(COPY, 'engine/ops/index.ts');
    onResolve({ filter: /engine\/ops\/index\.ts$/ }, ({ importer, resolveDir }) =>
      importer.includes(join(COPY, 'test')) ? { path: resolveDir, namespace: 'added' } : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'added' }, () => ({
      contents: `import { ops as all } from '${list}'; export const ops = { ${added.map((name) => `${name}: all.${name}`)} };`,
      resolveDir: COPY,
    }));
  },
};

async function bundle(name: string, plugins: Plugin[] = []): Promise<string> {
  await build({
    ...{
      entryPoints: [{ in: join(COPY, `test/${name}.test.ts`), out: `${name}.test` }],
      outdir: COPY,
      bundle: true,
      // In one file, a .wasm that is imported late is copied byte by byte into properties: 0.3 s each.
      splitting: true,
      plugins: [...plugins, wgsl],
    },
    ...{ format: 'esm', platform: 'node', target: 'es2022', packages: 'external', logLevel: 'warning' },
    loader: { '.wasm': 'binary' },
  });
  return `${name}.test.js`;
}

test('what is to be written is the row, the page, the shader with its kernel, and their entries', () => {
  assert.equal(
    blocks.map(([, file]) => file),
    [
      'engine/ops/unary.ts',
      'engine/functional/activations.ts',
      'engine/ops/upsampleNearest2d.ts',
      'shaders/upsampleNearest2d.wgsl',
      'engine/devices/webgpu/kernels/resizing.ts',
      'engine/ops/pages.ts',
    ],
  );
});

test('the types are right', () => {
  assert.is(run([resolve('node_modules/typescript/bin/tsc'), '-p', 'engine/tsconfig.json']), '');
});

test('the tests that appear by themselves are green', async () => {
  const { buildKernels } = await import(pathToFileURL(resolve(COPY, 'scripts/kernels.mjs')).href);
  // Optimising them would take longer than all the rest, and all builds have the same rows.
  await buildKernels(['plain'], 0);
  for (const name of ['relaxed', 'wide', 'wide-relaxed'])
    cpSync(join(COPY, 'wasm/build/plain.wasm'), join(COPY, `wasm/build/${name}.wasm`));
  assert.is(run([await bundle('engine/ops', [onlyAdded])]), '');
  for (const name of ['engine/meta', 'engine/refusals']) assert.is(run([await bundle(name)]), '');
});

test('but for lines of the new ops in docs/ops.md, which a command writes', async () => {
  const page = () => readFileSync(join(COPY, 'docs/ops.md'), 'utf8').split('\n');
  const before = page();
  assert.is(run([await bundle('docs/ops')], { UPDATE_DOCS: '1' }), '');
  const isNew = (line: string) =>
    added.some((name) => line.startsWith(`| \`${name}\``) || line.startsWith(`${name}: `));
  assert.ok(page().some(isNew));
  assert.equal(
    page().filter((line) => !isNew(line)),
    before,
  );
});

test.after(() => rmSync(COPY, { recursive: true, force: true }));
test.run();
