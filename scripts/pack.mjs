// `npm run pack`: makes both packages as they would be published, in dist/packages, and checks what is in them. With --out
// they go into another folder; with --as-built nothing is built before.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: { out: { type: 'string', default: join(root, 'dist/packages') }, 'as-built': { type: 'boolean' } },
});
const out = resolve(values.out);
const node = (script, ...args) =>
  execFileSync(process.execPath, [join(root, 'scripts', script), ...args], { cwd: root, stdio: 'inherit' });

if (!values['as-built']) node('ready.mjs');
if (values.out === join(root, 'dist/packages')) rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
node('stage.mjs');
let packed;
try {
  const args = ['pack', '--json', '--ignore-scripts', '--dry-run=false', '--pack-destination', out];
  const both = ['--workspace', 'inkgrad-cli', '--include-workspace-root'];
  // npm is a script with another ending on Windows, which only a shell finds.
  const shell = process.platform === 'win32';
  const told = execFileSync('npm', [...args, ...both], {
    cwd: root,
    encoding: 'utf8',
    shell,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  packed = Object.values(JSON.parse(told));
} finally {
  node('stage.mjs', '--remove');
}

/** What belongs into no package: tests, sources, maps, and data that a dependency brings. */
const STRANGE = /(^|\/)(test|node_modules)\/|\.test\.|(?<!\.d)\.tsx?$|\.map$|^dist\/explorer\/data\//;
const NEEDED = [/^README\.md$/, /^LICENSE$/, /^CHANGELOG\.md$/, /^dist\/.*THIRD-PARTY-LICENCES$/];

/** Every file that a manifest leads to. */
const targets = (value) =>
  typeof value === 'string' ? [value.replace(/^\.\//, '')] : Object.values(value ?? {}).flatMap(targets);

/** What is wrong with the paths of a package. */
function faultsIn({ exports, bin }, paths) {
  const lacking = [...targets(exports), ...targets(bin)].filter((path) => !paths.includes(path));
  return [
    ...lacking.map((path) => `${path} is not there, and the manifest leads to it`),
    ...NEEDED.filter((name) => !paths.some((path) => name.test(path))).map(
      (name) => `nothing is like ${name}`,
    ),
    ...paths.filter((path) => STRANGE.test(path)).map((path) => `${path} does not belong into it`),
  ];
}

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

for (const { name, filename, files, size, unpackedSize } of packed) {
  const folder = name === 'inkgrad' ? root : join(root, 'packages/cli');
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const faults = faultsIn(
    manifest,
    files.map(({ path }) => path),
  );
  const tarball = readFileSync(join(out, filename));
  const { messages, pkg } = await publint({
    pack: { tarball: tarball.buffer },
    strict: true,
    level: 'suggestion',
  });
  faults.push(...messages.map((message) => formatMessage(message, pkg, { color: false })));
  console.log(`${filename}: ${files.length} files, ${megabytes(size)}, unpacked ${megabytes(unpackedSize)}`);
  for (const fault of faults) {
    process.exitCode = 1;
    console.error(`${name}: ${fault}`);
  }
}
