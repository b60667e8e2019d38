// A thread of scripts/kernels.mjs: compiles builds of wasm/, one after the other.
import { rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { workerData } from 'node:worker_threads';
import asc from 'assemblyscript/asc';

for (const { index, sources, features, optimizeLevel, out, digestFile, digest } of workerData) {
  // Neither an old build nor a half of one may pass for this one.
  for (const file of [digestFile, out]) rmSync(file, { force: true });
  const { error, stderr } = await asc.main(
    [
      ...[index, '--outFile', out, '--optimizeLevel', `${optimizeLevel}`],
      ...['--noAssert', '--runtime', 'stub', '--enable', features],
      // One memory for all threads, of up to 4 GiB; addresses are handed out by engine/devices/wasm/memory.ts.
      ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--importTable', '--noExportMemory', '--uncheckedBehavior', 'always'],
    ],
    {
      // null says that there is no such file.
      readFile: (name, base) => sources[resolve(base, name)] ?? null,
      // The compiler's own says nothing when it fails.
      writeFile: (name, data, base) => writeFileSync(resolve(base, name), data),
    },
  );
  if (error) throw new Error(`wasm/: ${error.message}\n${stderr}`);
  writeFileSync(digestFile, digest);
}
