// Compiles wasm/ with AssemblyScript: for plain SIMD, with relaxed SIMD's fused multiply-add, and each of them with wide tiles.
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { build } from 'esbuild';
import { wgsl } from './wgsl.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a module of the engine exports. */
export async function imported(file) {
  const { outputFiles } = await build({
    ...{
      absWorkingDir: root,
      entryPoints: [file],
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
    },
    plugins: [wgsl],
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/**
 * For each row of a table of elementwise functions its f, and the kernel that maps it. A function comes as the method of
 * an object that is nowhere: it is called directly, and so becomes part of the loop.
 */
const kernelsOf = (rows, parameters) =>
  Object.entries(rows)
    .flatMap(([name, { wasm, shortcuts = [] }]) => [{ kernel: name, wasm }, ...shortcuts])
    .map(
      ({ kernel, wasm }) => `
@unmanaged class ${kernel}Of { @inline f(${parameters}): v128 { return ${wasm}; } }
export function ${kernel}(args: usize, part: i32, own: usize): void { map<${kernel}Of>(args, part, own); }
`,
    )
    .join('');

const plain = 'simd,threads';
const relaxed = 'simd,threads,relaxed-simd';

/** What each build may use of WebAssembly, and whether it is for pairs of vectors, as wasm/width.ts says. */
const builds = {
  plain: { features: plain, isWide: false },
  relaxed: { features: relaxed, isWide: false },
  wide: { features: plain, isWide: true },
  'wide-relaxed': { features: relaxed, isWide: true },
};

/** wasm/width.ts for wide tiles. */
function widened(text) {
  const wide = text.replace('IS_WIDE: bool = false', 'IS_WIDE: bool = true');
  if (wide === text) throw new Error('wasm/width.ts: IS_WIDE is not where it was');
  return wide;
}

/** @returns when wasm/build/ has a .wasm of each build; throws what the compiler says */
export async function buildKernels(names = Object.keys(builds), optimizeLevel = 3) {
  const [{ unaryRows }, { binaryRows }] = [
    await imported('engine/ops/unary.ts'),
    await imported('engine/ops/binary.ts'),
  ];
  const appended = {
    [join(root, 'wasm/unary.ts')]: kernelsOf(unaryRows, 'x: v128, a: v128, b: v128'),
    [join(root, 'wasm/binary.ts')]: kernelsOf(binaryRows, 'a: v128, b: v128'),
  };
  const width = join(root, 'wasm/width.ts');
  /** Source for the compiler; null says that there is no such file. */
  const reader = (isWide) => (name, base) => {
    const path = resolve(base, name);
    try {
      const text = readFileSync(path, 'utf8') + (appended[path] ?? '');
      return isWide && path === width ? widened(text) : text;
    } catch {
      return null;
    }
  };
  const folder = join(root, 'wasm/build');
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const { error, stderr } = await asc.main(
      [
        ...[join(root, 'wasm/index.ts'), '--outFile', join(folder, `${name}.wasm`)],
        ...[
          '--optimizeLevel',
          `${optimizeLevel}`,
          '--noAssert',
          '--runtime',
          'stub',
          '--enable',
          builds[name].features,
        ],
        // One memory for all threads, of up to 4 GiB; addresses are handed out by engine/devices/wasm/memory.ts.
        ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
        ...['--importTable', '--noExportMemory', '--uncheckedBehavior', 'always'],
      ],
      { readFile: reader(builds[name].isWide) },
    );
    if (error) throw new Error(`wasm/: ${error.message}\n${stderr}`);
  }
}
