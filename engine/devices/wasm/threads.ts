/** What a thread is started with; it can be posted to a worker. */
export interface ThreadData {
  /** The kernels. */
  readonly module: WebAssembly.Module;
  /** What all threads share. */
  readonly memory: WebAssembly.Memory;
  /** The address of the team's words. */
  readonly team: number;
  /** Which thread this is, from 1. */
  readonly thread: number;
  /** Which of the team's words counts runs. */
  readonly begun: number;
  /** Which of them says that a thread has failed. */
  readonly failed: number;
}

/** A thread that was started. */
export interface Thread {
  /** Resolves when it is ready to work; rejects when it could not be started. */
  readonly ready: Promise<void>;
  /** Called with the reason when it ends, unless it was told to. */
  onEnd: ((reason: string) => void) | null;
  /** Ends it. */
  terminate(): void;
}

/** Starts a thread; how depends on where the engine runs. */
export type Spawn = (data: ThreadData) => Thread;

/** Kernels with all that they need from outside. */
export interface Kernels {
  readonly exports: WebAssembly.Exports;
  /** Where each is in the table through which launches find them. */
  readonly indices: ReadonlyMap<string, number>;
}

/**
 * Makes an instance for one thread. Every thread has a table of its own, with all kernels in the order of their names.
 * The function is also sent to workers as text: it uses nothing from outside.
 */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  const table = new WebAssembly.Table({
    element: 'anyfunc',
    initial: WebAssembly.Module.exports(module).length,
  });
  // A view of the first page, where the words of a team are: memory that grows makes new views necessary only past it.
  const words = new Int32Array(memory.buffer);
  const sleep = (address: number, value: number) => void Atomics.wait(words, address >>> 2, value, 1);
  const { exports } = new WebAssembly.Instance(module, { env: { memory, table, sleep } });
  const names = Object.keys(exports).sort();
  const indices = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    table.set(i, exports[name]);
    indices.set(name, i);
  }
  return { exports, indices };
}

/** The life of a thread but the first, also as text: sleep, take part in a run, sleep, until a thread has failed. */
function serve(
  { team, thread, begun, failed, memory }: ThreadData,
  { exports }: Kernels,
  post: (message: string) => void,
): void {
  const { watch, join } = exports as Record<string, (team: number, n: number) => number>;
  const words = new Int32Array(memory.buffer, team);
  post('ready');
  try {
    // Both count past 2³¹ − 1 to −2³¹.
    for (let seen = 0; ; seen = (seen + 1) | 0) {
      watch(team, seen);
      while (Atomics.load(words, begun) === seen) Atomics.wait(words, begun, seen);
      if (join(team, thread) === 0) return;
    }
  } catch (error) {
    Atomics.store(words, failed, 1);
    post(String((error as Error).stack));
  }
}

/** What a worker runs, as text: engines are bundled in many ways, and a worker needs a file or a text of its own. */
const BODY = `
const instantiate = ${instantiate};
const serve = ${serve};
receive((data) => serve(data, instantiate(data.module, data.memory), post));`;

/** For `new Worker(…, { eval: true })` of Node.js. */
export const nodeThread = `
const { parentPort, workerData } = require('node:worker_threads');
const receive = (start) => start(workerData);
const post = (message) => parentPort.postMessage(message);
${BODY}`;

/** For a worker of a browser, as a Blob. */
const browserThread = `
const receive = (start) => { self.onmessage = ({ data }) => start(data); };
const post = (message) => self.postMessage(message);
${BODY}`;

/** Threads of a browser; the page must be cross-origin isolated. */
export const spawnInBrowser: Spawn = (data) => {
  const url = URL.createObjectURL(new Blob([browserThread], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const thread: Thread = {
    ready: new Promise((resolve, reject) => {
      worker.onmessage = ({ data: message }) => {
        URL.revokeObjectURL(url);
        if (message === 'ready') resolve();
        else end(message as string);
      };
      worker.onerror = ({ message }) => end(message);
      const end = (reason: string) => {
        URL.revokeObjectURL(url);
        reject(new Error(reason));
        thread.onEnd?.(reason);
      };
    }),
    onEnd: null,
    terminate: () => worker.terminate(),
  };
  worker.postMessage(data);
  return thread;
};
