// Installs what is missing or of another version, and builds what is older than its sources, before `npm start` and before
// `npm pack`. Uses nothing but Node.js itself, since nothing else may be there yet.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalled } from './installed.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const modified = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The time of the last change below a folder. */
const newest = (folder) =>
  Math.max(
    ...readdirSync(join(root, folder), { recursive: true }).map((name) => modified(join(folder, name))),
  );

function run(command, args) {
  console.error(`> ${command} ${args.join(' ')}`);
  // npm is a script with another ending on Windows, which only a shell finds; a shell would cut the path of node at its blanks.
  const shell = process.platform === 'win32' && command === 'npm';
  const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], shell });
  if (status !== 0) process.exit(status ?? 1);
}

if (!isInstalled(root)) {
  // Below `npm pack --dry-run`, npm would only tell what it would install.
  run('npm', ['ci', '--no-fund', '--no-audit', '--dry-run=false']);
}
const sources = [
  ...['engine', 'shaders', 'wasm', 'pipeline', 'library'],
  ...['report', 'bench', 'explorer', 'docs/book', 'cli', 'scripts'],
];
const manifests = ['package.json', 'packages/cli/package.json'];
if (modified('dist/cli.js') < Math.max(...manifests.map(modified), ...sources.map(newest))) {
  run(process.execPath, ['scripts/build.mjs']);
}
