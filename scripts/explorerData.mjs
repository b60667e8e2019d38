// Writes what the explorer trains on into a folder, for a web server: the files that `inkgrad explore` makes when they are
// asked for (pipeline/node/explore/dataFiles.ts).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns when the folder holds them */
export async function writeExplorerData(out) {
  // A file of the checkout, from which packages are found.
  const outfile = join(root, 'build/explorerData.mjs');
  const contents =
    "export { dataFiles } from './pipeline/node/explore/dataFiles.ts'; export { bytesOf } from './pipeline/node/explore/siteFile.ts';";
  await build({
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    outfile,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  const { dataFiles, bytesOf } = await import(pathToFileURL(outfile).href);
  for (const [name, file] of dataFiles()) {
    const path = join(out, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await bytesOf(file));
  }
}
