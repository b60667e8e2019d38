// Draws the figures of the book anew, as docs/book/figures has them, into docs/images/book: `node scripts/figures.mjs`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { wgsl } from './wgsl.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'docs/images/book');
const bundle = join(root, 'build/figures/index.mjs');

await build({
  absWorkingDir: root,
  entryPoints: ['docs/book/figures/index.ts'],
  outfile: bundle,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'es2022',
  // Found in node_modules at run time; `inkgrad` is this project, as tsconfig.json says.
  external: ['@observablehq/plot', 'linkedom'],
  plugins: [wgsl],
  loader: { '.wasm': 'binary' },
  logLevel: 'warning',
});
const { figures } = await import(pathToFileURL(bundle).href);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const [name, draw] of Object.entries(figures)) writeFileSync(join(out, `${name}.svg`), await draw());
