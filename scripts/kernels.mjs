// Compiles wasm/ with AssemblyScript, once for plain SIMD and once with relaxed SIMD's fused multiply-add.
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

const features = { plain: 'simd,threads', relaxed: 'simd,threads,relaxed-simd' };

/** @returns when wasm/build/{plain,relaxed}.wasm are there; throws what the compiler says */
export async function buildKernels(names = Object.keys(features), optimizeLevel = 3) {
  const [{ unaryRows }, { binaryRows }] = [
    await imported('engine/ops/unary.ts'),
    await imported('engine/ops/binary.ts'),
  ];
  const appended = {
    [join(root, 'wasm/unary.ts')]: kernelsOf(unaryRows, 'x: v128, a: v128, b: v128'),
    [join(root, 'wasm/binary.ts')]: kernelsOf(binaryRows, 'a: v128, b: v128'),
  };
  /** Source for the compiler; null says that there is no such file. */
  const readFile = (name, base) => {
    const path = resolve(base, name);
    try {
      return readFileSync(path, 'utf8') + (appended[path] ?? '');
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
          features[name],
        ],
        // One memory for all threads, of up to 4 GiB; addresses are handed out by engine/devices/wasm/memory.ts.
        ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
        ...['--importTable', '--noExportMemory', '--uncheckedBehavior', 'always'],
      ],
      { readFile },
    );
    if (error) throw new Error(`wasm/: ${error.message}\n${stderr}`);
  }
}
