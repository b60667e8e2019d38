// Makes `npx inkgrad` run what is built in the checkout. npm links the command to where the package inkgrad-cli has it, which
// is filled only while that is packed. `npm install` runs this at its end, and so does the build.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns when the command is linked */
export function linkCommand() {
  const bin = join(root, 'node_modules/.bin');
  const cli = join(root, 'dist/cli.js');
  mkdirSync(bin, { recursive: true });
  for (const name of ['inkgrad', 'inkgrad-cli']) {
    if (process.platform === 'win32') {
      writeFileSync(join(bin, `${name}.cmd`), '@node "%~dp0\\..\\..\\dist\\cli.js" %*\r\n');
    } else {
      rmSync(join(bin, name), { force: true });
      symlinkSync('../../dist/cli.js', join(bin, name));
    }
  }
  if (existsSync(cli)) chmodSync(cli, 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) linkCommand();
