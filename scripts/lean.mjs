// What the library leaves out of its sources, so that what computes on one device carries nothing of another's: samples, which
// tests alone read; of the rows of elementwise functions what is read when kernels are compiled, and what another device reads.
// Its WebAssembly comes deflated, for as bytes in a script it is text, which compresses badly.
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { SyntaxKind } from 'typescript/unstable/ast';
import { imported } from './kernels.mjs';
import { marks } from './purity.mjs';
import { Sources } from './sources.mjs';
import { bareWgsl } from './wgsl.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A file by its path from the root, with slashes on Windows too. */
const nameOf = (path) => relative(root, path).replaceAll('\\', '/');

/** Members that are left out of an op, which tests alone read, and of a row. */
const OF_OPS = ['samples', 'sums', 'composition'];
const OF_ROWS = ['wgsl', 'wasm', 'weight', 'shortcuts', 'values', 'constants'];

/** What is left out of an object: of an op, and of a row, which are known by their definition and by their function. */
function leftOutOfObject({ properties }) {
  const has = (wanted) => properties.some(({ name }) => name?.text === wanted);
  if (has('define')) return OF_OPS;
  return has('f') && has('wgsl') ? OF_ROWS : [];
}

/** The members of objects that are left out of a file. */
function leftOutOf(node, found = []) {
  if (node.kind === SyntaxKind.ObjectLiteralExpression) {
    const names = leftOutOfObject(node);
    found.push(...node.properties.filter(({ name }) => names.includes(name?.text)));
  }
  node.forEachChild((child) => {
    leftOutOf(child, found);
  });
  return found;
}

/** The change to a file that leaves out a member, with the comma behind it. */
function without(file, { pos, end }) {
  const comma = /^\s*,/.exec(file.text.slice(end))?.[0] ?? '';
  return { at: pos, end: end + comma.length, text: '' };
}

/** Sources without what is left out of ops, and with marks of what has no effects. */
const leanSources = {
  name: 'lean-sources',
  setup(build) {
    let sources;
    build.onStart(() => {
      sources = new Sources(root, 'library/tsconfig.json');
    });
    build.onEnd(() => sources.close());
    build.onLoad({ filter: /[\\/](engine|pipeline|library)[\\/].*\.ts$/ }, ({ path }) => {
      const name = nameOf(path);
      const file = sources.file(name);
      const leftOut = /^engine\/(ops|data)\//.test(name) ? leftOutOf(file) : [];
      const changes = [...marks(file, leftOut), ...leftOut.map((member) => without(file, member))];
      let contents = file.text;
      // From the last to the first, so that places stay as they are.
      for (const { at, end, text } of changes.sort((a, b) => b.at - a.at))
        contents = contents.slice(0, at) + text + contents.slice(end);
      return { contents, loader: 'ts' };
    });
  },
};

/** What each device's kernels read of a row. */
const readBy = {
  webgpu: ({ wgsl }) => ({ wgsl }),
  wasm: ({ weight, shortcuts }) => ({
    weight,
    shortcuts: shortcuts?.map(({ a, kernel }) => ({ a, kernel })),
  }),
};

/** Rows for a device: a table of what its kernels read of them. */
const rowsOfDevices = {
  name: 'rows-of-devices',
  setup(build) {
    build.onResolve({ filter: /\/ops\/(unary|binary)\.ts$/ }, ({ path, importer }) => {
      const device = /\/devices\/(webgpu|wasm)\/kernels\/elementwise\.ts$/.exec(nameOf(importer))?.[1];
      return device && { path: basename(path, '.ts'), namespace: `rows-of-${device}` };
    });
    for (const [device, pick] of Object.entries(readBy)) {
      build.onLoad({ filter: /.*/, namespace: `rows-of-${device}` }, async ({ path }) => {
        const rows = (await imported(`engine/ops/${path}.ts`))[`${path}Rows`];
        const table = Object.fromEntries(Object.entries(rows).map(([name, row]) => [name, pick(row)]));
        return { contents: `export const ${path}Rows = ${JSON.stringify(table)};`, loader: 'js' };
      });
    }
  },
};

/** Kernels come deflated; engine/devices/wasm/inflated.ts has the other end. */
const deflatedWasm = {
  name: 'deflated-wasm',
  setup(build) {
    build.onLoad({ filter: /\.wasm$/ }, ({ path }) => ({
      contents: deflateRawSync(readFileSync(path), { level: 9 }),
      loader: 'binary',
    }));
  },
};

/** Where a module is used as an object, esbuild makes one by a call that others cannot know to be harmless. */
const NAMESPACE = /^var (\w+_exports) = \{\};\n__export\(\1, (\{\n[\s\S]*?\n\})\);$/gm;

/** So that a bundler leaves out such an object, with all that it holds, where nobody uses it. */
const pureNamespaces = {
  name: 'pure-namespaces',
  setup(build) {
    if (build.initialOptions.write === false) return;
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      for (const path of Object.keys(metafile.outputs)) {
        const text = readFileSync(join(root, path), 'utf8');
        const pure = 'var $1 = /* @__PURE__ */ ((all) => (__export(all, $2), all))({});';
        writeFileSync(join(root, path), text.replace(NAMESPACE, pure));
      }
    });
  },
};

/** What one file of the library takes of another stays an import of it, also for who uses it as a namespace. */
const ownFiles = {
  name: 'own-files',
  setup(build) {
    build.onResolve({ filter: /^\.\/\w+\.ts$/ }, ({ path, importer }) =>
      nameOf(importer).startsWith('library/')
        ? { path: path.replace(/\.ts$/, '.js'), external: true }
        : undefined,
    );
  },
};

export const lean = [bareWgsl, ownFiles, leanSources, rowsOfDevices, deflatedWasm, pureNamespaces];
