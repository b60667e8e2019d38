import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import {
  attempt,
  type Context,
  type Item,
  type Outcome,
  type Result,
  type TaskName,
  type Tasks,
} from './attempt.ts';
import type { Assignment } from './serve.ts';
import { startTeam, startThread } from './team.ts';

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
  /** told where the system starts fewer threads */
  readonly onRemark?: ((remark: string) => void) | undefined;
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
    onRemark = () => {},
    start = (assignment) => startThread(text, assignment),
    now = () => performance.now(),
  }: MapOptions<Result<All, Name>>,
): Promise<void> {
  signal?.throwIfAborted();
  const threads = asked ?? availableParallelism();
  const alone = threads === 1 || items.length < FEW;
  let next = 0;
  /** Does items on this thread, until all are done or the others shall help. */
  const workHere = async (others: () => boolean): Promise<void> => {
    while (next < items.length && !others()) {
      onResult(next, await attempt(tasks, task, context, items[next]));
      next++;
      // Timers and signals get their turn.
      await setImmediate();
      signal?.throwIfAborted();
    }
  };
  if (alone || asked === undefined) {
    const begun = now();
    await workHere(() => {
      const took = now() - begun;
      const left = (took / next) * (items.length - next);
      return !alone && (took >= LOOK || next >= FEW) && left > LONG;
    });
    if (next === items.length) return;
  }

  const remaining = items.length - next;
  const atOnce = Math.min(MOST_AT_ONCE, Math.ceil(remaining / threads));
  const wanted = Math.min(threads, Math.ceil(remaining / atOnce));
  const { members, missing, dismiss } = startTeam(wanted, { task, context }, start);
  if (missing !== undefined)
    onRemark(`${members.length} of ${wanted} threads could be started (${missing}); the work takes longer`);
  if (members.length === 0) return workHere(() => false);
  const abort = () => {
    for (const { end } of members) end(signal!.reason);
  };
  signal?.addEventListener('abort', abort);
  const work = members.map(async ({ ask }) => {
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
    await dismiss();
  }
}
