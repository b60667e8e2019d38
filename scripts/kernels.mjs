// Compiles wasm/ with AssemblyScript, once for plain SIMD and once with relaxed SIMD's fused multiply-add.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns when wasm/build/{plain,relaxed}.wasm are there; throws what the compiler says */
export async function buildKernels(folder = join(root, 'wasm/build')) {
  mkdirSync(folder, { recursive: true });
  for (const [name, features] of [
    ['plain', 'simd,threads'],
    ['relaxed', 'simd,threads,relaxed-simd'],
  ]) {
    const { error, stderr } = await asc.main([
      ...[join(root, 'wasm/index.ts'), '--outFile', join(folder, `${name}.wasm`)],
      ...['--optimizeLevel', '3', '--noAssert', '--runtime', 'stub', '--enable', features],
      // One memory for all threads, of up to 4 GiB; addresses are handed out by engine/devices/wasm/memory.ts.
      ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--importTable', '--noExportMemory', '--uncheckedBehavior', 'always'],
    ]);
    if (error) throw new Error(`wasm/: ${error.message}\n${stderr}`);
  }
}
