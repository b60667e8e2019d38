// node scripts/_measure.mjs [case] [top] ; two stages: the library as it is built, then a consumer
import { build } from 'esbuild';
import { gzipSync } from 'node:zlib';
import { writeFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { options, entries } from './library.mjs';
const OUT = 'build/lib19';
if (!process.env.KEEP) {
rmSync(OUT, { recursive: true, force: true });
await build({ ...options, entryPoints: Object.fromEntries(entries.map((name) => [name, `library/${name}.ts`])), outdir: OUT, splitting: true, chunkNames: 'chunks/[name]-[hash]' });
writeFileSync(OUT + '/package.json', '{"sideEffects":false,"type":"module"}');
}
const cases = {
 cpu: `import { CpuDevice, Tensor, F, nn, optim, backward, scope } from 'inkgrad'; console.log(CpuDevice, Tensor, {...F}, {...nn}, {...optim}, backward, scope);`,
 whole: `export * from 'inkgrad';`,
 sum: `import { F, CpuDevice, Tensor } from 'inkgrad'; console.log(await F.sum(Tensor.from(new CpuDevice(), [1,2])).read());`,
 fsum: `import { sum } from 'inkgrad/functional'; import { CpuDevice, Tensor } from 'inkgrad'; console.log(await sum(Tensor.from(new CpuDevice(), [1,2])).read());`,
 tensor: `import { CpuDevice, Tensor } from 'inkgrad'; console.log(Tensor, CpuDevice);`,
 none: `import { ShapeError } from 'inkgrad'; console.log(ShapeError);`,
};
const paths = { name: 'paths', setup(b) { b.onResolve({ filter: /^inkgrad/ }, ({ path }) => ({ path: `${process.cwd()}/${OUT}/${path === 'inkgrad' ? 'index' : path.slice(8)}.js`, sideEffects: false })) } };
const which = process.argv[2] ?? 'all';
for (const [name, contents] of Object.entries(cases)) {
  if (which !== 'all' && which !== name) continue;
  for (const minify of process.argv[3] ? [true, false] : [true]) {
  const { outputFiles } = await build({ bundle: true, format: 'esm', plugins: [paths], stdin: { contents, resolveDir: process.cwd() }, outfile: 'x.js', minify, write: false, logLevel: 'error' });
  const { contents: t, text: s } = outputFiles[0];
  if (!minify) { writeFileSync(`/tmp/hk/${name}.js`, s); continue; }
  console.log(name.padEnd(8), t.length, gzipSync(t, { level: 9 }).length, 'compute', s.includes('@compute'), 'b64', /[A-Za-z0-9+/]{4000}/.test(s));
  }
}
