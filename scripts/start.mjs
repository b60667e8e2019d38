// `npm start`: installs and builds what is missing, then trains. What follows `--` goes on to `inkgrad train`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import './ready.mjs';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const child = spawn(process.execPath, [cli, 'train', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// A terminal sends Ctrl-C, and that it is closed, to both processes: this one waits for the other to save its work.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'])
  process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGTERM' ? 143 : 1)));
