import { parentPort, workerData } from 'node:worker_threads';
import type { Outcome, Tasks } from './attempt.ts';
import { attempt } from './attempt.ts';

/** What a thread is started with. */
export interface Assignment {
  readonly task: string;
  readonly context: unknown;
  /** a number that threads share: 0 until nothing more is wanted of them */
  readonly stop: Int32Array;
}

/** What it says of some items: their outcomes in order, fewer where it was to stop; or the error of a bug. */
export type Answer = { readonly outcomes: Outcome<unknown>[] } | { readonly bug: unknown };

async function answer(
  tasks: Tasks,
  { task, context, stop }: Assignment,
  items: readonly unknown[],
): Promise<Answer> {
  const outcomes: Outcome<unknown>[] = [];
  try {
    for (const item of items) {
      if (Atomics.load(stop, 0) !== 0) break;
      outcomes.push(await attempt(tasks, task, context as never, item as never));
    }
  } catch (bug) {
    return { bug };
  }
  return { outcomes };
}

/** Makes this thread answer with what comes of the items that it is sent. */
export function serve(tasks: Tasks): void {
  parentPort!.on('message', async (items: readonly unknown[]) => {
    parentPort!.postMessage(await answer(tasks, workerData as Assignment, items));
  });
}
