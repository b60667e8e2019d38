// Which shaders a peer runs for each of the problems on stdin (bench/isa/problems.ts), as JSON on stdout; the peer is the
// first argument. Nothing is computed: the adapter has no driver.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { watchShaders } from './watch.mjs';

const makers = {
  tfjs: { package: '@tensorflow/tfjs-core', make: () => import('./tfjsShaders.mjs') },
  jax: { package: '@jax-js/jax', make: () => import('./jaxShaders.mjs') },
};

// Frameworks greet on stdout, which belongs to the answer.
console.log = console.info = console.debug = console.error;
const peer = makers[process.argv[2]];
const problems = JSON.parse(await text(process.stdin));
const take = watchShaders();
const run = await (await peer.make()).start();
const answers = [];
for (const problem of problems) {
  const finish = await run(problem);
  take();
  await finish();
  answers.push({ name: problem.name, shaders: take() });
}
const file = new URL(`./node_modules/${peer.package}/package.json`, import.meta.url);
const { version } = JSON.parse(readFileSync(file, 'utf8'));
process.stdout.write(JSON.stringify({ version, answers }), () => process.exit(0));
