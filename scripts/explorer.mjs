// Builds the explorer into dist/explorer: files that work from any web server, from a sub-folder too.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { wgsl } from './wgsl.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns when the folder holds the page */
export async function buildExplorer(out = join(root, 'dist/explorer')) {
  mkdirSync(out, { recursive: true });
  const result = await build({
    absWorkingDir: root,
    entryPoints: { main: 'explorer/page/main.tsx', lab: 'explorer/lab/worker.ts' },
    outdir: out,
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    chunkNames: 'chunks/[name]-[hash]',
    loader: { '.wasm': 'binary' },
    plugins: [wgsl],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'warning',
  });
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: {
      contents: "export { palette } from './report/page/palette.ts';",
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    write: false,
    format: 'esm',
  });
  const { palette } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  // Each view has its style beside it; the page has all of them from the start.
  const styles = readdirSync(join(root, 'explorer/page'), { recursive: true })
    .filter((name) => name.endsWith('.css'))
    .sort()
    .map((name) => join('explorer/page', name));
  const style = ['explorer/style.css', ...styles].map((name) => readFileSync(join(root, name), 'utf8'));
  writeFileSync(join(out, 'style.css'), [palette, ...style].join('\n'));
  cpSync(join(root, 'explorer/index.html'), join(out, 'index.html'));
  const presets = join(root, 'explorer/presets');
  if (existsSync(presets)) {
    cpSync(presets, join(out, 'presets'), { recursive: true, filter: (name) => !/\.(ts|mjs)$/.test(name) });
  }
  return result.metafile;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildExplorer();
