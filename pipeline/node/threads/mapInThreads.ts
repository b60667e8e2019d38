import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { PipelineError } from '../../faults.ts';
import {
  attempt,
  type Context,
  type Item,
  type Outcome,
  type Result,
  type TaskName,
  type Tasks,
} from './attempt.ts';
import type { Answer, Assignment } from './serve.ts';

/** Fewer items than this are done sooner than threads have started, which takes some 50 ms. */
export const FEW = 16;

/**
 * Threads that nobody asked for are started once the caller's own has worked for `LOOK` milliseconds, or has done
 * `FEW` items, if what is left is then expected to take it longer than `LONG`: a thread has to compile first what it runs,
 * and a few small pictures are done before it has.
 */
const LOOK = 200;
const LONG = 500;

/** Items that a thread is given at once: few, so that progress is seen and all threads end together. */
const MOST_AT_ONCE = 16;

/** Tasks, and the text of what a thread runs to do them: a module that `serve`s them, bundled. */
export interface Crew<All extends Tasks> {
  readonly tasks: All;
  readonly text: string;
}

export interface MapOptions<Value> {
  /**
   * how many threads; when left out one for each core, as soon as the work proves to be long. With 1 the caller's own
   * thread does the work.
   */
  readonly threads?: number | undefined;
  /** ends the work at once; the promise is then rejected with the signal's reason */
  readonly signal?: AbortSignal | undefined;
  /** called once for every item, with its index, as soon as it is done: in any order */
  readonly onResult: (index: number, outcome: Outcome<Value>) => void;
  /** starts a thread; for tests */
  readonly start?: (assignment: Assignment) => Worker;
  /** milliseconds since whenever; for tests */
  readonly now?: () => number;
}

/**
 * Does a task for every item, on several threads. Each thread takes some items at a time, so that however many
 * there are, no more than a few per thread and what `onResult` keeps of their results are in memory.
 *
 * @throws InkgradError where a thread ends before its work is done, such as out of memory; what a task throws
 *   that is no `InkgradError`; the signal's reason
 */
export async function mapInThreads<All extends Tasks, Name extends TaskName<All>>(
  { tasks, text }: Crew<All>,
  task: Name,
  context: Context<All, Name>,
  items: readonly Item<All, Name>[],
  {
    threads: asked,
    signal,
    onResult,
    start = (assignment) => startThread(text, assignment),
    now = () => performance.now(),
  }: MapOptions<Result<All, Name>>,
): Promise<void> {
  signal?.throwIfAborted();
  const threads = asked ?? availableParallelism();
  const alone = threads === 1 || items.length < FEW;
  let next = 0;
  if (alone || asked === undefined) {
    const begun = now();
    while (next < items.length) {
      onResult(next, await attempt(tasks, task, context, items[next]));
      next++;
      // Timers and signals get their turn.
      await setImmediate();
      signal?.throwIfAborted();
      const took = now() - begun;
      const left = (took / next) * (items.length - next);
      if (!alone && (took >= LOOK || next >= FEW) && left > LONG) break;
    }
    if (next === items.length) return;
  }

  const remaining = items.length - next;
  const atOnce = Math.min(MOST_AT_ONCE, Math.ceil(remaining / threads));
  const team = Array.from({ length: Math.min(threads, Math.ceil(remaining / atOnce)) }, () =>
    listen(start({ task, context })),
  );
  const abort = () => {
    for (const { end } of team) end(signal!.reason);
  };
  signal?.addEventListener('abort', abort);
  const work = team.map(async ({ ask }) => {
    while (next < items.length) {
      const first = next;
      next += atOnce;
      const outcomes = await ask(items.slice(first, first + atOnce));
      for (const [i, outcome] of outcomes.entries())
        onResult(first + i, outcome as Outcome<Result<All, Name>>);
    }
  });
  try {
    await Promise.all(work);
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all(team.map(({ worker }) => worker.terminate()));
  }
}

/** Starts a thread from its text; it inherits no flag of the process, such as one that loads a file. */
export const startThread = (text: string, assignment: Assignment): Worker =>
  new Worker(text, {
    eval: true,
    workerData: { ...assignment, modulesFrom: import.meta.url },
    execArgv: [],
  });

/** A thread that is asked, and answers or ends; once it has ended, every question fails for that reason. */
function listen(worker: Worker) {
  let ended: { reason: unknown } | undefined;
  let settle = { resolve: (_: Outcome<unknown>[]): void => {}, reject: (_: unknown): void => {} };
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
  worker.on('exit', (code) => die(`exit code ${code}`));
  worker.on('message', (answer: Answer) => {
    if ('bug' in answer) settle.reject(answer.bug);
    else settle.resolve(answer.outcomes);
  });
  const ask = (items: readonly unknown[]) =>
    new Promise<Outcome<unknown>[]>((resolve, reject) => {
      settle = { resolve, reject };
      if (ended) reject(ended.reason);
      else worker.postMessage(items);
    });
  return { worker, ask, end };
}
