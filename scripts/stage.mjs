// Lays what was built, and the texts that go with it, into packages/cli while that is packed: npm takes into a package what
// lies in its folder. --remove takes it away again.
import { cpSync, rmSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'packages/cli');
const parts = ['dist', 'LICENSE', 'CHANGELOG.md'];

for (const name of parts) rmSync(join(cli, name), { recursive: true, force: true });
if (!process.argv.includes('--remove')) {
  // The library is a package of its own; maps lead to sources that are in neither.
  const others = ['lib', 'packages', 'explorer-site'].map((name) => join(root, 'dist', name));
  const belongs = (path) =>
    !path.endsWith('.map') && !others.some((other) => path === other || path.startsWith(other + sep));
  for (const name of parts) cpSync(join(root, name), join(cli, name), { recursive: true, filter: belongs });
}
