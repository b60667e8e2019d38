// Writes the explorer as files for a web server: `npm run build:explorer -- --out site`.
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildExplorer } from './explorer.mjs';
import { buildKernels } from './kernels.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { out: { type: 'string', default: join(root, 'dist/explorer-site') } },
});
const out = resolve(values.out);
await buildKernels();
await buildExplorer(out, { site: true });
console.log(`the explorer is in ${out}; any web server can serve it`);
