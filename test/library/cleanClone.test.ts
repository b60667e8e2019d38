// `npm pack` of a clean clone, for either package: what was never built is built first, and is not built again.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const manifest = <Part>(file: string) => JSON.parse(readFileSync(file, 'utf8')) as Part;
const { exports, files } = manifest<{ exports: Record<string, unknown>; files: string[] }>('package.json');
const { bin } = manifest<{ bin: Record<string, string> }>('packages/cli/package.json');

/** What a manifest leads to. */
const targets = (value: unknown): string[] =>
  typeof value === 'string' ? [value.replace('./', '')] : Object.values(value as object).flatMap(targets);

/** Packs a checkout, or a part of it; gives the paths in the tarball. */
function pack(cwd: string, ...more: string[]): string[] {
  const { status, stdout, stderr } = spawnSync('npm', ['pack', '--json', '--dry-run', ...more], {
    cwd,
    encoding: 'utf8',
  });
  assert.is(status, 0, stdout + stderr);
  const [packed] = Object.values(JSON.parse(stdout)) as { files: { path: string }[] }[];
  return packed.files.map(({ path }) => path);
}

test('a checkout that was never built is built when it is packed, and not again', () => {
  const sources = [
    ...['engine', 'shaders', 'wasm', 'pipeline', 'library', 'report'],
    ...['bench', 'explorer', 'docs/book', 'cli', 'node_modules'],
  ];
  const { path } = folders.make(Object.fromEntries(sources.map((name) => [`${name}/x`, ''])));
  const manifests = ['package.json', 'packages/cli/package.json', 'packages/reference/package.json'];
  const copied = [...manifests, 'packages/cli/README.md', 'LICENSE'];
  const scripts = ['ready', 'installed', 'stage', 'link'].map((name) => `scripts/${name}.mjs`);
  for (const name of [...copied, ...scripts, ...files.filter((name) => !name.startsWith('dist'))])
    cpSync(name, join(path, name), { recursive: true });
  // The real one is held to work by test/library/pack.test.ts, and takes as long as all tests of a folder.
  const others = [
    'bench-worker.js',
    'isa-dumper.js',
    'chunks/x.js',
    'explorer/main.js',
    'THIRD-PARTY-LICENCES',
  ];
  const built = [
    ...targets(exports).filter((name) => name !== 'package.json'),
    ...[...targets(bin), ...others.map((name) => `dist/${name}`)],
  ];
  const build = `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
    import { dirname } from 'node:path';
    for (const path of ${JSON.stringify(built)}) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, '');
    }
    appendFileSync('built', 'once ');`;
  writeFileSync(join(path, 'scripts/build.mjs'), build);
  const lacking = (wanted: string[], paths: string[]) => wanted.filter((name) => !paths.includes(name));
  const texts = ['LICENSE', 'CHANGELOG.md', 'README.md'];
  assert.equal(lacking([...targets(bin), ...texts], pack(path, '-w', 'inkgrad-cli')), []);
  assert.equal(lacking(targets(exports), pack(path)), []);
  assert.is(readFileSync(join(path, 'built'), 'utf8'), 'once ');
  assert.not(existsSync(join(path, 'packages/cli/dist')), 'nothing is left in the sources');
});

test.run();
