// `npm start`: installs and builds whatever is missing or older than its sources, then trains. What follows
// `--` goes on to `inkgrad train`. Uses nothing but Node.js itself, since nothing else may be there yet.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modified = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** The time of the last change below a folder. */
const newest = (folder) =>
  Math.max(
    ...readdirSync(join(root, folder), { recursive: true }).map((name) => modified(join(folder, name))),
  );

function run(command, args) {
  console.error(`> ${command} ${args.join(' ')}`);
  // npm is a script with another ending on Windows, which only a shell finds.
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
  run('npm', ['ci', '--no-fund', '--no-audit']);
}
const sources = ['engine', 'shaders', 'wasm', 'pipeline', 'report', 'bench', 'cli', 'scripts'];
if (modified('dist/cli.js') < Math.max(modified('package.json'), ...sources.map(newest))) {
  run(process.execPath, ['scripts/build.mjs']);
}

const child = spawn(process.execPath, [join(root, 'dist/cli.js'), 'train', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A terminal sends Ctrl-C, and that it is closed, to both processes: this one waits for the other to save its work.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGTERM' ? 143 : 1)));
