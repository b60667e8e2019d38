// Builds the explorer into a folder of files that work from any web server, from a sub-folder too.
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildChapters } from './chapters.mjs';
import { writeExplorerData } from './explorerData.mjs';
import { partsOf } from './licences.mjs';
import { opPages } from './opPages.mjs';
import { withoutPairs } from './pairs.mjs';
import { bareWgsl } from './wgsl.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * WebAssembly lies beside the page as it is and is fetched: as a text within a script it would take half as much again, also
 * when it is compressed.
 */
const fetchedWasm = {
  name: 'fetched-wasm',
  setup(build) {
    build.onLoad({ filter: /\.wasm$/, namespace: 'file' }, ({ path }) => ({
      contents: `import url from ${JSON.stringify(`${path}?url`)};
        export default new Uint8Array(await (await fetch(new URL(url, import.meta.url))).arrayBuffer());`,
      loader: 'js',
    }));
    build.onResolve({ filter: /\.wasm\?url$/ }, ({ path }) => ({
      path: path.replace('?url', ''),
      namespace: 'wasm-file',
    }));
    build.onLoad({ filter: /./, namespace: 'wasm-file' }, ({ path }) => ({
      contents: readFileSync(path),
      loader: 'file',
    }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  loader: { '.py': 'text' },
  plugins: [bareWgsl, withoutPairs, fetchedWasm],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
};

/** Every file below a folder, with slashes. */
const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
    )
    .sort();

/**
 * @param out what lies there is replaced
 * @param options.site whether any web server is to serve it: then its data lies beside it, and it keeps itself for when there
 *   is no network. `inkgrad explore` makes the data itself, and serves on a port that another page may have tomorrow
 * @returns when the folder holds the page; the files that its scripts are made of
 */
export async function buildExplorer(out = join(root, 'dist/explorer'), { site = false } = {}) {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const { metafile } = await build({
    ...common,
    entryPoints: { main: 'explorer/page/main.tsx', lab: 'explorer/lab/worker.ts' },
    outdir: out,
    metafile: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  writeFileSync(join(out, 'style.css'), await style());
  // What the sources say of each op is fetched by the first number that is looked into.
  const { pages, texts } = await opPages();
  writeFileSync(join(out, 'opPages.json'), JSON.stringify(pages));
  writeFileSync(join(out, 'kernelTexts.json'), JSON.stringify(texts));
  const markup = readFileSync(join(root, 'explorer/index.html'), 'utf8');
  const kept = site ? '<meta name="keeps" content="sw.js" />' : '';
  writeFileSync(join(out, 'index.html'), markup.replace('<!-- keeps -->', kept));
  const presets = join(root, 'explorer/presets');
  if (existsSync(presets)) {
    const isData = (path) => !/\.(ts|mjs)$/.test(path);
    cpSync(presets, join(out, 'presets'), { recursive: true, filter: isData });
  }
  writeFileSync(join(out, 'chapters.json'), JSON.stringify(buildChapters()));
  if (site) {
    await writeExplorerData(join(out, 'data'));
    await keep(out);
  }
  return partsOf(metafile);
}

/** The colours of all pages, then the page's own style; each view has its style beside it. */
async function style() {
  const palette = "export { palette } from './report/page/palette.ts';";
  const { outputFiles } = await build({
    ...common,
    stdin: { contents: palette, resolveDir: root, loader: 'ts' },
    write: false,
  });
  const module = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  const views = filesOf(join(root, 'explorer/page')).filter((name) => name.endsWith('.css'));
  const sheets = [
    'node_modules/uplot/dist/uPlot.min.css',
    'explorer/style.css',
    ...views.map((name) => `explorer/page/${name}`),
  ];
  const whole = [module.palette, ...sheets.map((name) => readFileSync(join(root, name), 'utf8'))].join('\n');
  const { outputFiles: minified } = await build({
    ...common,
    stdin: { contents: whole, loader: 'css' },
    write: false,
  });
  return minified[0].text;
}

/** Writes what keeps the page for when there is no network: the list of its files, and a name for just this version. */
async function keep(out) {
  // Pictures to train on are kept once they were asked for.
  const files = filesOf(out).filter((name) => !name.startsWith('data/'));
  const hash = createHash('sha256');
  for (const name of files) hash.update(name).update(readFileSync(join(out, name)));
  await build({
    ...common,
    entryPoints: { sw: 'explorer/keep/worker.ts' },
    outdir: out,
    define: {
      FILES: JSON.stringify(['./', ...files]),
      VERSION: JSON.stringify(hash.digest('hex').slice(0, 16)),
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildExplorer();
