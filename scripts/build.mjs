// Bundles the command line, the library and the tests with esbuild. Packages stay outside the bundles:
// they are found in node_modules at run time.
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildClient } from './client.mjs';
import { buildExplorer } from './explorer.mjs';
import { buildKernels } from './kernels.mjs';
import { plainWidth } from './plainWidth.mjs';
import { buildThread } from './thread.mjs';
import { wgsl } from './wgsl.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const under = (folder, ending) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const common = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  sourcemap: true,
  loader: { '.wasm': 'binary', '.py': 'text' },
  plugins: [wgsl],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
};

/**
 * Packages that every command starts with are bundled: sixty files of theirs take Node.js as long to find as all else
 * that `--help` does. Some of them are CommonJS, and ask for Node.js's own modules by `require`. So are those that draw
 * the page of a run, in a chunk of their own: it takes 0.39 s of processor time, and took 0.57.
 */
const STARTING = ['yargs', 'valibot', 'fastest-levenshtein', 'smol-toml'];
const DRAWING = ['@observablehq/plot', 'linkedom', 'preact', 'preact-render-to-string'];
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";
const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const outside = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
  .filter((name) => ![...STARTING, ...DRAWING].includes(name))
  .flatMap((name) => [name, `${name}/*`]);

rmSync(join(root, 'dist'), { recursive: true, force: true });
rmSync(join(root, 'build'), { recursive: true, force: true });
await Promise.all([buildKernels(), buildThread(), buildClient()]);
await Promise.all([
  buildExplorer(),
  build({ ...common, entryPoints: ['engine/index.ts'], outfile: 'dist/engine.js', platform: 'neutral' }),
  build({
    ...common,
    entryPoints: { cli: 'cli/main.ts' },
    plugins: [wgsl, plainWidth],
    outdir: 'dist',
    // What a command imports when it draws is a file of its own, with its packages: others start without them.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
    external: outside,
    legalComments: 'eof',
  }),
  build({
    ...common,
    entryPoints: { 'bench-worker': 'bench/peers/inkgrad.ts' },
    outdir: 'dist',
    platform: 'node',
    packages: 'external',
  }),
  build({
    ...common,
    entryPoints: {
      faults: 'bench/faults/run.ts',
      failingDisk: 'bench/faults/failingDisk.ts',
      serve: 'bench/serve/run.ts',
    },
    outdir: 'build/bench',
    platform: 'node',
    packages: 'external',
  }),
  build({
    ...common,
    entryPoints: under('test', '.test.ts'),
    outdir: 'build/test',
    outbase: 'test',
    platform: 'node',
    packages: 'external',
  }),
]);

// npm links the commands of packages that are installed, but not that of the checkout itself: this makes
// `npx inkgrad` work here.
const bin = join(root, 'node_modules/.bin');
mkdirSync(bin, { recursive: true });
if (process.platform === 'win32') {
  writeFileSync(join(bin, 'inkgrad.cmd'), '@node "%~dp0\\..\\..\\dist\\cli.js" %*\r\n');
} else {
  chmodSync(join(root, 'dist/cli.js'), 0o755);
  rmSync(join(bin, 'inkgrad'), { force: true });
  symlinkSync('../../dist/cli.js', join(bin, 'inkgrad'));
}
