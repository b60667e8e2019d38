// Lays what was built, and the texts that go with it, into packages/cli while that is packed: npm takes into a package what
// lies in its folder. --remove takes it away again.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'packages/cli');
const built = ['cli.js', 'bench-worker.js', 'isa-dumper.js', 'chunks', 'explorer', 'THIRD-PARTY-LICENCES'];
const staged = [...built.map((name) => `dist/${name}`), 'LICENSE', 'CHANGELOG.md'];

for (const name of ['dist', 'LICENSE', 'CHANGELOG.md'])
  rmSync(join(cli, name), { recursive: true, force: true });
if (!process.argv.includes('--remove')) {
  for (const name of staged) {
    // Maps lead to sources that are not in the package.
    cpSync(join(root, name), join(cli, name), { recursive: true, filter: (path) => !path.endsWith('.map') });
  }
}
