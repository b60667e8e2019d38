// Makes one text of what a page of ours runs in a browser, for a server to send (report/tryPage/client.ts).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { partsOf } from './licences.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const file = join(root, 'report/tryPage/build/client.txt');

/** @returns when report/tryPage/build holds client.txt; the files that it is made of */
export async function buildClient() {
  const { outputFiles, metafile } = await build({
    metafile: true,
    absWorkingDir: root,
    entryPoints: ['report/tryPage/client.ts'],
    write: false,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, outputFiles[0].text);
  return partsOf(metafile);
}
