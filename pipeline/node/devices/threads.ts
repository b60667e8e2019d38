import { Worker } from 'node:worker_threads';
import type { Spawn, Thread } from '../../../engine/devices/wasm/threads.ts';
import { nodeThread } from '../../../engine/devices/wasm/threads.ts';

/** Starts a thread of the device `wasm` in Node.js. Threads do not keep the process from ending. */
export const spawnThread: Spawn = (data) => {
  const worker = new Worker(nodeThread, { eval: true, workerData: data, execArgv: [] });
  const ready = new Promise<void>((resolve, reject) => {
    const end = (reason: string) => {
      reject(new Error(reason));
      thread.onEnd?.(reason);
    };
    worker.on('message', (message: string) => {
      if (message !== 'ready') return end(message);
      worker.unref();
      resolve();
    });
    worker.on('error', ({ message }) => end(message));
    worker.on('exit', (code) => end(`exit code ${code}`));
  });
  const thread: Thread = { ready, onEnd: null, terminate: () => void worker.terminate() };
  return thread;
};
