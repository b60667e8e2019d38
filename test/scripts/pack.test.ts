// What `npm pack` makes of a clean clone is built first, and trains where nothing but it and its dependencies is installed.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { strokes, tinyModel } from '../support/cli.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const { dependencies, bin, exports, files } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
  bin: Record<string, string>;
  exports: Record<string, string>;
  files: string[];
};

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  assert.is(status, 0, `${command} ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

/** Packs a checkout; gives the paths in the tarball, and its name. */
function pack(cwd: string, ...more: string[]): { paths: string[]; filename: string } {
  const [{ files, filename }] = JSON.parse(run('npm', ['pack', '--json', ...more], cwd)) as [
    { files: { path: string }[]; filename: string },
  ];
  return { paths: files.map(({ path }) => path), filename };
}

/** What programs and packages start from. */
const entries = [...Object.values(bin), ...Object.values(exports)].map((path) => path.replace('./', ''));

test('a checkout that was never built is built when it is packed, and not again', () => {
  const sources = [
    'engine',
    'shaders',
    'wasm',
    'pipeline',
    'report',
    'bench',
    'cli',
    'scripts',
    'node_modules',
  ];
  const { path } = folders.make(Object.fromEntries(sources.map((name) => [`${name}/x`, ''])));
  for (const name of ['package.json', 'scripts/ready.mjs', ...files.filter((name) => name !== 'dist')]) {
    cpSync(name, join(path, name));
  }
  // The real one is held to work below, and takes as long as all tests of a folder.
  const build = `import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
    mkdirSync('dist', { recursive: true });
    for (const path of ${JSON.stringify(entries)}) writeFileSync(path, '');
    appendFileSync('built', 'once ');`;
  writeFileSync(join(path, 'scripts/build.mjs'), build);
  for (const more of ['--dry-run', '--dry-run']) {
    const { paths } = pack(path, more);
    assert.equal(
      entries.filter((entry) => !paths.includes(entry)),
      [],
    );
  }
  assert.is(readFileSync(join(path, 'built'), 'utf8'), 'once ');
});

test('what is packed trains and predicts elsewhere', () => {
  const { path } = folders.make({ ...strokes('data/'), 'tiny.json': tinyModel });
  const { filename, paths } = pack('.', '--ignore-scripts', '--pack-destination', path);
  assert.equal(
    entries.filter((entry) => !paths.includes(entry)),
    [],
  );
  const installed = join(path, 'node_modules/inkgrad');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', filename, '-C', installed, '--strip-components=1'], path);
  for (const name of Object.keys(dependencies)) {
    const link = join(path, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules', name), link, 'junction');
  }
  const inkgrad = (words: string) =>
    run(process.execPath, [join(installed, bin.inkgrad), ...words.split(' ')], path);
  // Threads prepare the files; what is no character is learnt from fonts.
  inkgrad('train --data data --out files --model tiny.json --epochs 1 --device wasm --threads 2');
  assert.match(inkgrad('predict files data/bar/00.png'), /^data\/bar\/00\.png {2}/);
  const code = "import { CpuDevice } from 'inkgrad'; console.log(new CpuDevice().kind)";
  assert.is(run(process.execPath, ['--input-type=module', '-e', code], path).trim(), 'cpu');
});

test.run();
