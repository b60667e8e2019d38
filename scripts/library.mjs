// Builds the package `inkgrad` into dist/lib: a file for each of library/, the chunks that several share, and their
// declarations. Nothing is minified: who debugs a program meets our code as it reads, and a bundler minifies it anyway. There
// are no source maps: they would show the same text once more, and are as large as all else together.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lean } from './lean.mjs';
import { partsOf } from './licences.mjs';
import { none, pairsByName } from './pairs.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Names of what a program imports: `index` is `inkgrad` itself, `nn` is `inkgrad/nn`. */
export const entries = readdirSync(join(root, 'library'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length));

/** The package has no dependency: what it uses of others becomes part of it, in the chunks that need it. */
export const options = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  loader: { '.wasm': 'binary', '.py': 'text' },
  plugins: [pairsByName, ...lean],
  legalComments: 'none',
  logLevel: 'warning',
};

/** @returns when dist/lib holds the scripts of the package; the files that they are made of */
export async function buildLibrary() {
  const { metafile } = await build({
    ...options,
    entryPoints: {
      ...Object.fromEntries(entries.map((name) => [name, `library/${name}.ts`])),
      pairs: 'engine/devices/wasm/pairs.ts',
    },
    outdir: 'dist/lib',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    metafile: true,
  });
  writeFileSync(join(root, 'dist/lib/noPairs.js'), none);
  return partsOf(metafile);
}
