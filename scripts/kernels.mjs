// Compiles wasm/ with AssemblyScript: for plain SIMD, with relaxed SIMD's fused multiply-add, and each of them with wide tiles.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
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

/** Each file of wasm/ by its path, with what is appended to it. */
async function sourcesOf() {
  const { unaryRows } = await imported('engine/ops/unary.ts');
  const { binaryRows } = await imported('engine/ops/binary.ts');
  const appended = {
    'unary.ts': kernelsOf(unaryRows, 'x: v128, a: v128, b: v128'),
    'binary.ts': kernelsOf(binaryRows, 'a: v128, b: v128'),
  };
  const names = readdirSync(join(root, 'wasm')).filter((name) => name.endsWith('.ts'));
  return Object.fromEntries(
    names.map((name) => {
      const path = join(root, 'wasm', name);
      return [path, readFileSync(path, 'utf8') + (appended[name] ?? '')];
    }),
  );
}

/** All that a build is made of but its sources: the compiler, and how these files call it. */
const compiler = ['kernels.mjs', 'kernelCompiler.mjs']
  .map((name) => readFileSync(join(root, 'scripts', name), 'utf8'))
  .concat(createRequire(import.meta.url)('assemblyscript/package.json').version);

/** Compiles some builds in a thread of its own: each keeps a core busy for four seconds, and loading the compiler one more. */
const compile = (workerData) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./kernelCompiler.mjs', import.meta.url), { workerData });
    worker.once('error', reject).once('exit', (code) => {
      // A compiler that crashes ends its thread, without an error.
      if (code === 0) resolve();
      else reject(new Error(`wasm/: the compiler ended with ${code}`));
    });
  });

/**
 * @returns when wasm/build/ has a .wasm of each build; throws what the compiler says. One that was made of the same before
 *   stays as it is: beside it lies a digest of what it was made of
 */
export async function buildKernels(names = Object.keys(builds), optimizeLevel = 3) {
  const folder = join(root, 'wasm/build');
  mkdirSync(folder, { recursive: true });
  const plainSources = await sourcesOf();
  const width = join(root, 'wasm/width.ts');
  const wideSources = { ...plainSources, [width]: widened(plainSources[width]) };
  const work = names.flatMap((name) => {
    const { features, isWide } = builds[name];
    const sources = isWide ? wideSources : plainSources;
    const made = { index: join(root, 'wasm/index.ts'), sources, features, optimizeLevel };
    const out = join(folder, `${name}.wasm`);
    const digestFile = join(folder, `${name}.digest`);
    const digest = createHash('sha256')
      .update(JSON.stringify([compiler, made]))
      .digest('hex');
    const isMade = existsSync(out) && existsSync(digestFile) && readFileSync(digestFile, 'utf8') === digest;
    return isMade ? [] : [{ ...made, out, digestFile, digest }];
  });
  const threads = Math.min(work.length, availableParallelism());
  await Promise.all(
    Array.from({ length: threads }, (_, thread) => compile(work.filter((_, i) => i % threads === thread))),
  );
}
