// The reference, as `npm run docs` makes it of the docstrings: TypeDoc warns of nothing, every name that a program can import
// is described, and every example is a program which is right by its types, strictly, and prints what stands in it.
// `UPDATE_DOCS=1 node scripts/test.mjs docs/reference` writes what they print anew.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { build } from 'esbuild';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { provideSoftwareVulkan } from '../../pipeline/node/devices/softwareAdapter.ts';
import { wgsl } from '../../scripts/wgsl.mjs';
import { type Example, examplesIn, outputOf, throwersIn, withOutput } from '../support/docstrings.ts';
import { type Named, namesIn } from '../support/reference.ts';

const COMMAND = 'UPDATE_DOCS=1 node scripts/test.mjs docs/reference';

/** Below build/, which git and the linter do not see, and as deep as other tests that import from 'inkgrad'. */
const BUILT = 'build/reference';
rmSync(BUILT, { recursive: true, force: true });
mkdirSync(join(BUILT, 'examples'), { recursive: true });

// Where it warns it would end at once, and nothing else could be told of.
const GO_ON = ['--treatWarningsAsErrors', 'false', '--treatValidationWarningsAsErrors', 'false'];

const json = join(BUILT, 'reference.json');
const made = spawnSync(
  process.execPath,
  ['scripts/reference.mjs', '--out', join(BUILT, 'pages'), '--json', json, ...GO_ON],
  { encoding: 'utf8' },
);

test('TypeDoc makes the reference, and warns of nothing', () => {
  assert.is(made.stderr + made.stdout.replaceAll(/^.*\[info\].*\n/gm, ''), '');
  assert.is(made.status, 0);
  for (const page of ['index.html', 'modules/inkgrad.html', 'functions/inkgrad_functional.matmul.html'])
    assert.ok(existsSync(join(BUILT, 'pages', page)), page);
});

test('the links of its pages lead somewhere, without a server too', () => {
  const pages = join(BUILT, 'pages');
  const files = readdirSync(pages, { recursive: true, encoding: 'utf8' });
  const links = files
    .filter((name) => name.endsWith('.html'))
    .flatMap((name) => {
      const html = readFileSync(join(pages, name), 'utf8');
      const found = html.matchAll(/ (?:href|src)="(?!https?:|#|data:)([^"#]+)/g);
      return [...found].map(([, link]) => ({ name, link: decodeURIComponent(link) }));
    });
  const dead = links.filter(({ name, link }) => !existsSync(join(pages, dirname(name), link)));
  assert.ok(links.length > 1000);
  assert.equal(dead, []);
});

const names = existsSync(json) ? namesIn(JSON.parse(readFileSync(json, 'utf8'))) : [];

/** Names that lack something, as lines of a message. */
function lacking(what: string, pick: (name: Named) => boolean): void {
  const found = names.filter(pick).map(({ path }) => path);
  assert.ok(found.length === 0, `${what}:\n${found.join('\n')}`);
}

test('every path is there', () => {
  const paths = new Set(names.map(({ path }) => path.split('.')[0]));
  assert.equal(paths.size, 11, [...paths].join(' '));
});

test('every name is described, with its public methods and properties', () => {
  lacking('no docstring', ({ isDescribed }) => !isDescribed);
});

test('every function and class has an example', () => {
  lacking('no @example', ({ kind, hasExample }) => (kind === 'function' || kind === 'class') && !hasExample);
});

test('every function and class has a category', () => {
  lacking('no @category', ({ kind, category }) => (kind === 'function' || kind === 'class') && !category);
});

test('every option is described', () => {
  const found = names.flatMap(({ path, bareOptions }) => bareOptions.map((option) => `${path}: ${option}`));
  assert.ok(found.length === 0, `options without a word:\n${found.join('\n')}`);
});

test('what throws says so', () => {
  const exported = new Set(names.map(({ path }) => path.replace(/^[\w/]+\./, '')));
  // Ops have the names of the functions that run them.
  const silent = throwersIn(['engine', 'library', 'pipeline']).filter(
    ({ at, name, says }) => exported.has(name) && !at.startsWith('engine/ops/') && !says,
  );
  assert.ok(silent.length === 0, `no @throws:\n${silent.map(({ at, name }) => `${at} ${name}`).join('\n')}`);
});

const examples = examplesIn(['engine', 'library', 'pipeline']);
const fileOf = ({ at }: Example) => join(BUILT, 'examples', `${at.replaceAll(/[^\w]+/g, '-')}.ts`);

for (const example of examples) writeFileSync(fileOf(example), example.code);
// What a program leaves behind for the next one in this process: the default device, and the weights that are drawn next.
writeFileSync(
  join(BUILT, 'examples/anew.ts'),
  `import { CpuDevice, nn, setDefaultDevice } from 'inkgrad';
export function anew(): void {
  setDefaultDevice(new CpuDevice());
  nn.manualSeed(0);
}
`,
);
const settings = {
  extends: '../../tsconfig.json',
  include: ['examples/*.ts', '../../shaders', '../../wasm/wasm.d.ts', '../../pipeline/**/*.d.ts'],
};
writeFileSync(join(BUILT, 'tsconfig.json'), JSON.stringify(settings));

test('the examples are right by their types', () => {
  const words = [resolve('node_modules/typescript/bin/tsc'), '-p', join(BUILT, 'tsconfig.json')];
  const { stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  assert.is(stdout + stderr, '');
});

// Examples of WebGPU run on the adapter of the machine, or on one in software.
provideSoftwareVulkan();

/** What each example prints, by its place; an error in the place of what it did not print. */
async function printedByAll(): Promise<ReadonlyMap<string, string>> {
  await build({
    entryPoints: [join(BUILT, 'examples/anew.ts'), ...examples.map(fileOf)],
    ...{ outdir: join(BUILT, 'run'), absWorkingDir: process.cwd() },
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'es2022' },
    ...{
      plugins: [wgsl],
      loader: { '.wasm': 'binary', '.py': 'text' },
      logLevel: 'error',
      external: ['webgpu'],
    },
  });
  const built = (name: string) =>
    pathToFileURL(resolve(BUILT, 'run', `${name.replace(/^.*\//, '').replace(/\.ts$/, '')}.js`)).href;
  const { anew } = (await import(built('anew'))) as { anew(): void };
  const printed = new Map<string, string>();
  const { log } = console;
  for (const example of examples) {
    const lines: string[] = [];
    console.log = (...words) => lines.push(format(...words));
    try {
      anew();
      await import(built(fileOf(example)));
    } catch (error) {
      lines.push(String(error));
    } finally {
      console.log = log;
    }
    printed.set(example.at, lines.join('\n'));
  }
  return printed;
}

test('every example prints what it says', async () => {
  const printed = await printedByAll();
  if (process.env.UPDATE_DOCS === '1') withOutput(examples, printed);
  const wrong = examples
    .filter((example) => outputOf(example) !== printed.get(example.at) || outputOf(example) === '')
    .map((example) => `${example.at} says\n${outputOf(example)}\nand prints\n${printed.get(example.at)}\n`);
  assert.ok(
    wrong.length === 0 || process.env.UPDATE_DOCS === '1',
    `${wrong.join('\n')}\nlook, and run ${COMMAND}`,
  );
  assert.ok(examples.length > 30);
});

test.after(() => rmSync(BUILT, { recursive: true, force: true }));
test.run();
