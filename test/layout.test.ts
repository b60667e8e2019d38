// The walls of the house: imports point one way, no folder of pipeline stands in a circle of others, what runs anywhere
// knows nothing of Node.js, and every refusal of pipeline has a code.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

interface Import {
  readonly from: string;
  /** a path in the project, or what a package is called */
  readonly to: string;
  /** whether only types are taken, of which nothing is left when the program runs */
  readonly isType: boolean;
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => /\.(ts|tsx)$/.test(name) && !/\/(build|node_modules)\//.test(name));

/** `from '…'`, `import '…'` and `import('…')`, after what says that only types are taken. */
const importing =
  /(?:^(?<type>import type|export type)\b[^;']*?|\b(?<query>typeof )?)(?:\bfrom|\bimport|\bimport\()\s*'(?<to>[^']+)'/gm;

/** Lines of a docstring, which may show how something is imported. */
const docstring = /^\s*(\/\*\*|\*).*$/gm;

/** What a file imports, types too. */
const importsOf = (file: string): Import[] =>
  [...readFileSync(file, 'utf8').replace(docstring, '').matchAll(importing)].map((match) => {
    const { type, query, to } = match.groups!;
    return {
      from: file,
      to: to.startsWith('.') ? normalize(join(dirname(file), to)) : to,
      isType: type !== undefined || query !== undefined,
    };
  });

/** From the top floor down: a folder imports from those after it. */
const floors = [
  'library',
  'cli',
  'explorer',
  'bench',
  'report',
  'pipeline/node',
  'pipeline',
  'engine',
  'shaders',
  'wasm',
];

const floorOf = (path: string): number => floors.findIndex((floor) => path.startsWith(`${floor}/`));

const folders = ['engine', 'pipeline', 'library', 'report', 'explorer', 'bench', 'cli'];
const imports = folders.flatMap(filesBelow).flatMap(importsOf);

test('imports point one way', () => {
  assert.ok(imports.length > 1000, 'imports are found');
  const back = imports.filter(({ from, to }) => floorOf(to) >= 0 && floorOf(to) < floorOf(from));
  assert.equal(
    back.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

/** Folders of pipeline, with the folders that each imports from. */
function folderGraph(): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    if (!from.startsWith('pipeline/') || !to.startsWith('pipeline/')) continue;
    const [one, other] = [dirname(from), dirname(to)];
    // What is built for the tasks lies below them.
    const target = other.endsWith('/build') ? dirname(other) : other;
    if (!graph.has(one)) graph.set(one, new Set());
    if (target !== one) graph.get(one)!.add(target);
  }
  return graph;
}

/** A circle of nodes, the first of them again at its end; null where there is none. */
function circleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...path, node]);
      if (circle !== null) return circle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle !== null) return circle;
  }
  return null;
}

test('a circle is found where there is one', () => {
  const graph = new Map([
    ['a', new Set(['b'])],
    ['b', new Set(['c', 'd'])],
    ['d', new Set(['b'])],
  ]);
  assert.equal(circleIn(graph), ['b', 'd', 'b']);
});

test('no folders of pipeline import from each other in a circle, and no files do', () => {
  assert.is(circleIn(folderGraph()), null);
  const files = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    if (!from.startsWith('pipeline/')) continue;
    if (!files.has(from)) files.set(from, new Set());
    files.get(from)!.add(to);
  }
  assert.is(circleIn(files), null);
});

/**
 * Files of the engine that know each other's types: what an op is, what gradients are written in, tensors and devices, and
 * the kernels whose names ops have.
 */
const core = [
  ...['device', 'functional', 'functional/gradients', 'op', 'tensor'],
  ...['devices/webgpu/kernels/index', 'devices/wasm/kernels/index'],
].map((name) => `engine/${name}.ts`);

test('no files of the engine import from each other in a circle, but for the types of its core', () => {
  const files = new Map<string, Set<string>>();
  for (const { from, to, isType } of imports) {
    if (!from.startsWith('engine/') || (isType && core.includes(from) && core.includes(to))) continue;
    if (!files.has(from)) files.set(from, new Set());
    files.get(from)!.add(to);
  }
  assert.is(circleIn(files), null);
});

test('nothing of Node.js is in pipeline outside of pipeline/node', () => {
  const anywhere = filesBelow('pipeline').filter((file) => !file.startsWith('pipeline/node/'));
  assert.ok(anywhere.length > 50);
  for (const file of anywhere) {
    const text = readFileSync(file, 'utf8');
    assert.not.match(
      text,
      /'node:|\bBuffer\b|\bprocess\.|\bcreateRequire\b|\bsetImmediate\b|\b__dirname\b/,
      file,
    );
  }
});

test('the library runs anywhere: it takes of the engine and of what runs anywhere of the pipeline, and no package', () => {
  const own = imports.filter(({ from }) => from.startsWith('library/'));
  assert.ok(own.length > 10);
  const strange = own.filter(
    // package.json has the version, which files for other programs name.
    ({ to }) => !/^(library|engine|pipeline|package\.json$)/.test(to) || to.startsWith('pipeline/node/'),
  );
  assert.equal(strange, []);
});

test('the explorer runs in a browser: it takes no more than types of what is made for Node.js', () => {
  const own = imports.filter(({ from }) => from.startsWith('explorer/'));
  assert.ok(own.length > 20);
  const tied = own.filter(
    ({ to, isType }) => to.startsWith('node:') || (to.startsWith('pipeline/node/') && !isType),
  );
  assert.equal(tied, []);
});

test('what the pipeline throws of ours has a code: no bare InkgradError', () => {
  const bare = filesBelow('pipeline').filter((file) =>
    /\bnew InkgradError\(/.test(readFileSync(file, 'utf8')),
  );
  assert.equal(bare, []);
});

/** Programs of their own, which watch others; and what says to a page that it is not isolated. */
const APART = [
  'bench/faults/run.ts',
  'bench/isa/dumper.ts',
  'bench/serve/run.ts',
  'engine/devices/wasm/open.ts',
];

test('what is said goes through one door, cli/terminal/streams.ts', () => {
  const said = /\bconsole\.|\bprocess\.std(out|err)\.write\b|\bprocess\[.*\.write\b|_rawDebug/;
  // The examples of docstrings say what they like.
  const codeOf = (file: string) => readFileSync(file, 'utf8').replace(/^ *\*.*$/gm, '');
  const doors = folders
    .flatMap(filesBelow)
    .filter((file) => !APART.includes(file) && said.test(codeOf(file)));
  assert.equal(doors, ['cli/terminal/streams.ts']);
});

test.run();
