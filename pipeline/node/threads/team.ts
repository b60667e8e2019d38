import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { PipelineError } from '../../faults.ts';
import type { Outcome } from './attempt.ts';
import type { Answer, Assignment } from './serve.ts';

/**
 * Milliseconds that threads are given to end what they are at. Node.js 20 ends the whole process, with a failed assertion
 * ("close before init"), where a thread is ended at the moment in which it begins to inflate something.
 */
const GRACE = 2000;

/** A thread that is asked, and answers or ends; once it has ended, every question fails for that reason. */
interface Member {
  /** Asks for what comes of some items. */
  readonly ask: (items: readonly unknown[]) => Promise<Outcome<unknown>[]>;
  /** Fails all questions from now on. */
  readonly end: (reason: unknown) => void;
  /** Resolves when it is at nothing. */
  readonly quiet: () => Promise<void>;
  readonly terminate: () => Promise<number>;
}

/** Threads that do the same task. */
export interface Team {
  readonly members: readonly Member[];
  /** why there are fewer than were wanted */
  readonly missing: string | undefined;
  /** Lets them end what they are at, but no more. */
  readonly dismiss: () => Promise<void>;
}

/** Starts threads, or as many of them as the system starts: under a limit on processes that may be none. */
export function startTeam(
  wanted: number,
  assignment: Omit<Assignment, 'stop'>,
  start: (assignment: Assignment) => Worker,
): Team {
  const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const members: Member[] = [];
  let missing: string | undefined;
  while (members.length < wanted && missing === undefined) {
    try {
      members.push(listen(start({ ...assignment, stop })));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INIT_FAILED') throw error;
      missing = (error as Error).message;
    }
  }
  const dismiss = async (): Promise<void> => {
    Atomics.store(stop, 0, 1);
    const done = new AbortController();
    await Promise.race([
      Promise.all(members.map(({ quiet }) => quiet())),
      setTimeout(GRACE, undefined, { signal: done.signal }).catch(() => {}),
    ]);
    done.abort();
    await Promise.all(members.map(({ terminate }) => terminate()));
  };
  return { members, missing, dismiss };
}

/** Starts a thread from its text; it inherits no flag of the process, such as one that loads a file. */
export const startThread = (text: string, assignment: Assignment): Worker =>
  new Worker(text, {
    eval: true,
    workerData: { ...assignment, modulesFrom: import.meta.url },
    execArgv: [],
  });

function listen(worker: Worker): Member {
  let ended: { reason: unknown } | undefined;
  let settle = { resolve: (_: Outcome<unknown>[]): void => {}, reject: (_: unknown): void => {} };
  let quiet = Promise.resolve();
  let rest = (): void => {};
  const end = (reason: unknown): void => {
    ended ??= { reason };
    settle.reject(ended.reason);
  };
  const die = (how: string): void =>
    end(
      new PipelineError(
        `a thread ended before its work was done (${how}); try again with \`threads\` 1, which takes less memory`,
        'thread-ended',
      ),
    );
  worker.on('error', (error: unknown) => die(error instanceof Error ? error.message : String(error)));
  worker.on('messageerror', ({ message }) => die(message));
  worker.on('exit', (code) => {
    die(`exit code ${code}`);
    rest();
  });
  worker.on('message', (answer: Answer) => {
    rest();
    if ('bug' in answer) settle.reject(answer.bug);
    else settle.resolve(answer.outcomes);
  });
  const ask = (items: readonly unknown[]) =>
    new Promise<Outcome<unknown>[]>((resolve, reject) => {
      settle = { resolve, reject };
      if (ended) {
        reject(ended.reason);
        return;
      }
      quiet = new Promise((done) => {
        rest = done;
      });
      worker.postMessage(items);
    });
  return { ask, end, quiet: () => quiet, terminate: () => worker.terminate() };
}
