import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';

const say = (message) =>
  new Promise((resolve) => process.stdout.write(`${JSON.stringify(message)}\n`, resolve));

/** Steps before a worker is ready: shaders get compiled, and memory gets allocated. */
const WARM_UP = 3;
/** After so long a step that is still to come would find nothing cold any more. */
const WARM_MS = 2000;

/** The adapter of a worker on the processor; `cpu` in front says which place it is. */
export const cpuAdapter = (threads) => `cpu, ${threads} thread${threads === 1 ? '' : 's'}`;

/**
 * Runs a worker: makes it from its arguments, then answers `run K` lines on stdin with one JSON line each.
 * Between two lines it waits on stdin and uses no processor. `make` returns the worker's name, version and
 * adapter, and `run(K)`, which resolves to the loss once the device has finished K steps.
 */
export async function serve(make) {
  // Frameworks greet on stdout, which belongs to the protocol.
  console.log = console.info = console.debug = console.error;
  try {
    const { run, ...about } = await make(readArguments());
    let warm = 0;
    for (let ms = 0; warm < WARM_UP && ms < WARM_MS; warm++) ms += (await timed(run, 1)).ms;
    await say({ ready: true, warm, ...about });
    for await (const line of createInterface({ input: process.stdin })) {
      const [word, count] = line.trim().split(' ');
      if (word === 'quit') break;
      if (word !== 'run') throw new Error(`${line}: expected run K or quit`);
      await say(await timed(run, Number(count)));
    }
    process.exit(0);
  } catch (error) {
    await say({ error: (error instanceof Error ? error.message : String(error)).split('\n')[0] });
    console.error(error);
    process.exit(1);
  }
}

async function timed(run, steps) {
  const start = performance.now();
  const loss = await run(steps);
  const ms = performance.now() - start;
  if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss}`);
  return { steps, ms, loss };
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      model: { type: 'string', default: 'lenet' },
      batch: { type: 'string', default: '64' },
      work: { type: 'string', default: 'train' },
      backend: { type: 'string', default: 'cpu' },
      threads: { type: 'string', default: String(availableParallelism()) },
      // For bench/self/library.mjs alone.
      library: { type: 'string' },
    },
  });
  return {
    ...values,
    batch: Number(values.batch),
    training: values.work === 'train',
    threads: Number(values.threads),
  };
}
