// Makes one text of what threads run (pipeline/work/thread.ts), packages included: a worker that is started from
// a text needs no file, wherever it is bundled and installed, but finds no package either. What a package has beside
// its code, such as fonts and WebAssembly, is looked for from where the text is started, as `modulesFrom` says.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** @returns when pipeline/work/build/thread.txt is there */
export const buildThread = () =>
  build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: ['pipeline/work/thread.ts'],
    outfile: 'pipeline/work/build/thread.txt',
    bundle: true,
    // The text tells one version of the preparing code from another, so comments shall not count.
    minifyWhitespace: true,
    legalComments: 'none',
    format: 'cjs',
    define: { 'import.meta.url': 'modulesFrom' },
    banner: { js: "const { modulesFrom } = require('node:worker_threads').workerData;" },
    platform: 'node',
    target: 'es2022',
    logLevel: 'warning',
  });
