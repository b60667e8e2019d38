import { isNode, loadInNode } from '../node.ts';
import type { Spawn, Thread } from './threads.ts';
import { nodeThread } from './threads.ts';

/** What is used of Node.js. */
interface NodeWorker {
  on(event: string, listener: (value: unknown) => void): void;
  unref(): void;
  terminate(): Promise<number>;
}

interface NodeModules {
  readonly Worker: new (source: string, options: object) => NodeWorker;
  availableParallelism(): number;
}

/** Threads of Node.js, and how many the machine has room for. */
export interface NodeThreads {
  readonly spawn: Spawn;
  readonly cores: number;
}

const load = (name: string) => loadInNode<NodeModules>(`node:${name}`);

/** How threads are started in Node.js; null elsewhere. They do not keep the process from ending. */
export async function nodeThreads(): Promise<NodeThreads | null> {
  if (!isNode()) return null;
  const [{ Worker }, os] = await Promise.all([load('worker_threads'), load('os')]);
  const spawn: Spawn = (data) => {
    const worker = new Worker(nodeThread, { eval: true, workerData: data, execArgv: [] });
    const ready = new Promise<void>((resolve, reject) => {
      const end = (reason: string) => {
        reject(new Error(reason));
        thread.onEnd?.(reason);
      };
      worker.on('message', (message) => {
        if (message !== 'ready') return end(message as string);
        worker.unref();
        resolve();
      });
      worker.on('error', (error) => end((error as Error).message));
      worker.on('exit', (code) => end(`exit code ${code}`));
    });
    const thread: Thread = { ready, onEnd: null, terminate: () => void worker.terminate() };
    return thread;
  };
  return { spawn, cores: os.availableParallelism() };
}
