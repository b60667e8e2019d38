// Writes the reference, a page for each name that a program can import: `npm run docs` makes dist/reference of the docstrings.
// TypeDoc reads sources by a compiler that is written in JavaScript, so it is a workspace with a TypeScript of its own.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../packages/reference', import.meta.url));
const typedoc = dirname(createRequire(join(folder, 'package.json')).resolve('typedoc/package.json'));
const words = [
  join(typedoc, 'bin/typedoc'),
  '--options',
  join(folder, 'typedoc.json'),
  ...process.argv.slice(2),
];
const { status } = spawnSync(process.execPath, words, { stdio: 'inherit' });
process.exitCode = status ?? 1;
