/** What a thread is started with; it can be posted to a worker. */
export interface ThreadData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** The address of the team's words, and which thread this is, from 1. */
  readonly team: number;
  readonly thread: number;
  /** Where in the team's words a thread says that it has failed. */
  readonly failed: number;
}

/** A thread that was started. */
export interface Thread {
  /** Resolves when it is ready to work; rejects when it could not be started. */
  readonly ready: Promise<void>;
  /** Called with the reason when it ends, unless it was told to. */
  onEnd: ((reason: string) => void) | null;
  terminate(): void;
}

/** Starts a thread; how depends on where the engine runs. */
export type Spawn = (data: ThreadData) => Thread;

/** The table through which launches find kernels: all exported functions in the order of their names. */
export function fillTable(table: WebAssembly.Table, exports: WebAssembly.Exports): Map<string, number> {
  const names = Object.keys(exports).sort();
  for (const [i, name] of names.entries()) table.set(i, exports[name]);
  return new Map(names.map((name, i) => [name, i]));
}

/**
 * What a thread runs, as text, since a worker of a browser is made from an address and engines are bundled in many
 * ways. `receive` and `post` are there; `fillTable` is the function above.
 */
const BODY = `
receive(({ module, memory, team, thread, failed }) => {
  const table = new WebAssembly.Table({ element: 'anyfunc', initial: WebAssembly.Module.exports(module).length });
  const { exports } = new WebAssembly.Instance(module, { env: { memory, table } });
  Object.keys(exports).sort().forEach((name, i) => table.set(i, exports[name]));
  post('ready');
  try {
    exports.serve(team, thread);
  } catch (error) {
    Atomics.store(new Int32Array(memory.buffer), (team + failed) / 4, 1);
    post(String(error));
  }
});`;

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
        else thread.onEnd?.(message as string);
      };
      worker.onerror = ({ message }) => {
        reject(new Error(message));
        thread.onEnd?.(message);
      };
    }),
    onEnd: null,
    terminate: () => worker.terminate(),
  };
  worker.postMessage(data);
  return thread;
};
