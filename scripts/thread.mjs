// Makes one text of what threads run (pipeline/node/tasks/thread.ts), packages included: a worker that is started from
// a text needs no file, wherever it is bundled and installed, but finds no package either. What a package has beside
// its code, such as fonts and WebAssembly, is looked for from where the text is started, as `modulesFrom` says.
//
// And for each task whose results are kept from one start to the next a text that tells one version of it from
// another: the digest of all code that the task runs, the WebAssembly of the JPEG decoder too, and of no other. What
// letters are drawn of is looked at when they are drawn.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { partsOf } from './licences.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'pipeline/node/tasks/build');

const decoder = createRequire(import.meta.url).resolve('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');

const keptTasks = {
  prepareFile: { entry: 'pipeline/node/tasks/prepareFile.ts', beside: [decoder] },
  prepareSynth: { entry: 'pipeline/node/tasks/prepareSynth.ts', beside: [] },
};

const bundled = async (entry) => {
  const { outputFiles, metafile } = await build({
    metafile: true,
    absWorkingDir: root,
    entryPoints: [entry],
    write: false,
    bundle: true,
    // Comments and names of files shall not tell one version from another.
    minifyWhitespace: true,
    legalComments: 'none',
    format: 'cjs',
    define: { 'import.meta.url': 'modulesFrom' },
    banner: { js: "const { modulesFrom } = require('node:worker_threads').workerData;" },
    platform: 'node',
    target: 'es2022',
    logLevel: 'warning',
  });
  return { text: outputFiles[0].text, inputs: partsOf(metafile) };
};

/**
 * @returns when pipeline/node/tasks/build holds thread.txt and a TASK.version.txt for each task that is kept; the files that
 *   the first is made of
 */
export async function buildThread() {
  mkdirSync(folder, { recursive: true });
  const { text, inputs } = await bundled('pipeline/node/tasks/thread.ts');
  writeFileSync(join(folder, 'thread.txt'), text);
  for (const [task, { entry, beside }] of Object.entries(keptTasks)) {
    const hash = createHash('sha256').update((await bundled(entry)).text);
    for (const path of beside) hash.update(readFileSync(path));
    writeFileSync(join(folder, `${task}.version.txt`), hash.digest('hex'));
  }
  return inputs;
}
