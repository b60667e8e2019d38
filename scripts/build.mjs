// Bundles the library, the command line, the explorer and the tests with esbuild.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildClient } from './client.mjs';
import { buildDeclarations } from './declarations.mjs';
import { buildExplorer } from './explorer.mjs';
import { buildKernels } from './kernels.mjs';
import { buildLibrary } from './library.mjs';
import { partsOf, writeLicences } from './licences.mjs';
import { linkCommand } from './link.mjs';
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
  loader: { '.wasm': 'binary', '.py': 'text', '.c': 'text' },
  plugins: [wgsl],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
};

/** Some packages are CommonJS, and ask for Node.js's own modules by `require`. */
const REQUIRE =
  "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";
const { dependencies, optionalDependencies } = JSON.parse(
  readFileSync(join(root, 'packages/cli/package.json'), 'utf8'),
);
/**
 * What is installed with the command is found where it is installed. All else that it uses becomes part of it: of packages
 * that every command starts with, sixty files take Node.js as long to find as all else that `--help` does; those that draw
 * the page of a run, a chunk of their own, take 0.39 s of processor time, and took 0.57.
 */
const outside = Object.keys({ ...dependencies, ...optionalDependencies }).flatMap((name) => [
  name,
  `${name}/*`,
]);

rmSync(join(root, 'dist'), { recursive: true, force: true });
rmSync(join(root, 'build'), { recursive: true, force: true });

/** The command line, and what `bench peers` and `bench isa` start. */
async function buildCommand() {
  const { metafile } = await build({
    ...common,
    entryPoints: {
      cli: 'cli/main.ts',
      'bench-worker': 'bench/peers/inkgrad.ts',
      'isa-dumper': 'bench/isa/dumper.ts',
    },
    plugins: [wgsl, plainWidth],
    outdir: 'dist',
    metafile: true,
    // What a command imports when it draws is a file of its own, with its packages: others start without them.
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    platform: 'node',
    banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
    external: outside,
    legalComments: 'none',
  });
  return partsOf(metafile);
}

/** It reads its own bundle: which calls lead to a throw (test/support/throws.ts). */
const WHOLE = [join('test', 'engine', 'refusals.test.ts')];

/** The tests. What several share is a chunk, not once more in each: 16 MB instead of 300, in 3 seconds instead of 20. */
async function buildTests() {
  const tests = under('test', '.test.ts');
  const options = {
    ...common,
    outdir: 'build/test',
    outbase: 'test',
    platform: 'node',
    packages: 'external',
  };
  await Promise.all([
    build({
      ...options,
      entryPoints: tests.filter((path) => !WHOLE.includes(path)),
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
    }),
    build({ ...options, entryPoints: WHOLE }),
  ]);
}

const [, ...texts] = await Promise.all([buildKernels(), buildThread(), buildClient()]);
const [library, ...command] = await Promise.all([
  buildLibrary(),
  buildCommand(),
  buildExplorer(),
  buildDeclarations(),
  build({
    ...common,
    entryPoints: {
      faults: 'bench/faults/run.ts',
      failingDisk: 'bench/faults/failingDisk.ts',
      serve: 'bench/serve/run.ts',
      browser: 'bench/browser/worker.ts',
    },
    outdir: 'build/bench',
    platform: 'node',
    packages: 'external',
  }),
  buildTests(),
]);
writeLicences(join(root, 'dist/lib/THIRD-PARTY-LICENCES'), library);
writeLicences(join(root, 'dist/THIRD-PARTY-LICENCES'), [...texts, ...command.slice(0, 2)].flat());
linkCommand();
