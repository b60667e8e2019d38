import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, extname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PipelineError } from '../../faults.ts';
import { dataFiles } from './dataFiles.ts';
import type { SiteFile } from './siteFile.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** Where the page was built: beside the bundle that asks, or in the checkout around it. */
function siteFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    for (const name of ['explorer', 'dist/explorer']) {
      if (existsSync(join(folder, name, 'main.js'))) return join(folder, name);
    }
    if (folder === dirname(folder)) break;
  }
  throw new PipelineError('the explorer has not been built; run npm run build', 'missing');
}

/** Every file of the page, with what it trains on: what is not among them is not served. */
export function siteFiles(folder = siteFolder()): Map<string, SiteFile> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map<string, SiteFile>([
    ...files.map((name): [string, SiteFile] => [
      `/${name.split(sep).join('/')}`,
      { type: types[extname(name)] ?? 'application/octet-stream', bytes: { path: join(folder, name) } },
    ]),
    ...[...dataFiles()].map(([name, file]): [string, SiteFile] => [`/data/${name}`, file]),
  ]);
}
