// Makes the declarations of the package `inkgrad`, for TypeScript, in dist/lib/types: the compiler writes those of every file,
// then rolldown keeps what the entries of the package lead to, those of bundled packages among it. So a program that
// is checked needs nothing but the package.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';
import { entries } from './library.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const written = join(root, 'build/declarations');
const out = join(root, 'dist/lib/types');

/** @returns when dist/lib/types holds them */
export async function buildDeclarations() {
  rmSync(written, { recursive: true, force: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const how = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rootDir', '.'];
  execFileSync(process.execPath, [compiler, '-p', 'library/tsconfig.json', ...how, '--outDir', written], {
    cwd: root,
    stdio: 'inherit',
  });
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map((name) => [name, join(written, 'library', `${name}.d.ts`)])),
    plugins: [ownPlatform, dts({ dtsInput: true, tsconfig: false })],
    onLog(level, { code, message }) {
      if (level === 'warn') throw new Error(`declarations: ${code}: ${message}`);
    },
  });
  await bundle.write({ dir: out, entryFileNames: '[name].d.ts', chunkFileNames: 'chunks/[name].d.ts' });
  // What rolldown shares between scripts; declarations take nothing of it.
  rmSync(join(out, 'chunks/rolldown-runtime.d.ts'), { force: true });
}

const PLATFORM = join(root, 'library/types/platform.ts');

/** What is declared there: `GPUDevice`, and `WebAssemblyMemory` for `WebAssembly.Memory`. */
const names = [...readFileSync(PLATFORM, 'utf8').matchAll(/^export type (\w+) =/gm)].map(([, name]) => name);
const mentioned = new RegExp(
  String.raw`(?<![.\w])(?:${names.join('|').replaceAll('WebAssembly', String.raw`WebAssembly\.?`)})\b`,
  'g',
);

/** A comment, or a name of what the platform has. */
const COMMENT = String.raw`/\*[\s\S]*?\*/|//.*`;
const commentOrName = new RegExp(`(${COMMENT})|${mentioned.source}`, 'g');

/** Types of the platform are those of library/types/platform.ts, which does without them where there are none. */
const ownPlatform = {
  name: 'own-platform',
  transform(text, id) {
    if (!id.startsWith(written) || id.endsWith('platform.d.ts')) return null;
    const used = new Set();
    const code = text.replace(commentOrName, (whole, comment) => {
      if (comment !== undefined) return whole;
      used.add(whole.replace('.', ''));
      return whole.replace('.', '');
    });
    if (used.size === 0) return null;
    const from = join(written, 'library/types/platform.ts');
    return { code: `import type { ${[...used].join(', ')} } from ${JSON.stringify(from)};\n${code}` };
  },
};
