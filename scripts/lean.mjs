// What the library leaves out of its sources, so that what computes on one device carries nothing of another's: samples, which
// tests alone read; of the rows of elementwise functions what is read when kernels are compiled, and what another device reads.
// Its WebAssembly comes deflated, for as bytes in a script it is text, which compresses badly.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { SyntaxKind } from 'typescript/unstable/ast';
import { imported } from './kernels.mjs';
import { Sources } from './sources.mjs';
import { bareWgsl } from './wgsl.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Members that are left out of any object in an op's file, and of a row there. */
const OF_OPS = ['samples'];
const OF_ROWS = ['wgsl', 'wasm', 'weight', 'shortcuts', 'values', 'constants'];

/** An object with the function of a row. */
const isRow = ({ properties }) =>
  ['f', 'wgsl'].every((name) => properties.some((p) => p.name?.text === name));

/** The members of objects in a file that are left out. */
function leftOut(node, found = []) {
  if (node.kind === SyntaxKind.ObjectLiteralExpression) {
    const names = isRow(node) ? OF_ROWS : OF_OPS;
    found.push(...node.properties.filter(({ name }) => names.includes(name?.text)));
  }
  node.forEachChild((child) => {
    leftOut(child, found);
  });
  return found;
}

/** Ops without samples, and rows with no more than f and its gradient. */
const bareOps = {
  name: 'bare-ops',
  setup(build) {
    let sources;
    build.onStart(() => {
      sources = new Sources(root, 'engine/tsconfig.json');
    });
    build.onEnd(() => sources.close());
    build.onLoad({ filter: /\/engine\/(ops|data)\/\w+\.ts$/ }, ({ path }) => {
      let { text } = sources.file(path.slice(root.length));
      // From the last to the first, each with the comma behind it.
      for (const { pos, end } of leftOut(sources.file(path.slice(root.length))).reverse())
        text = text.slice(0, pos) + text.slice(end).replace(/^\s*,/, '');
      return { contents: text, loader: 'ts' };
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
      const device = /\/devices\/(webgpu|wasm)\/kernels\/elementwise\.ts$/.exec(importer)?.[1];
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

/** Kernels as deflated bytes, and a promise of what they inflate to. */
const deflatedWasm = {
  name: 'deflated-wasm',
  setup(build) {
    build.onLoad({ filter: /\.wasm$/, namespace: 'file' }, ({ path }) => ({
      contents: `import { inflated } from ${JSON.stringify(join(root, 'engine/devices/wasm/inflated.ts'))};
import bytes from './${basename(path)}?deflated';
export default inflated(bytes);`,
      loader: 'js',
      resolveDir: join(path, '..'),
    }));
    build.onResolve({ filter: /\.wasm\?deflated$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path.replace('?deflated', '')),
      namespace: 'deflated',
    }));
    build.onLoad({ filter: /.*/, namespace: 'deflated' }, ({ path }) => ({
      contents: deflateRawSync(readFileSync(path), { level: 9 }),
      loader: 'binary',
    }));
  },
};

export const lean = [bareWgsl, bareOps, rowsOfDevices, deflatedWasm];
