import { parentPort, workerData } from 'node:worker_threads';
import type { Outcome, Tasks } from './attempt.ts';
import { attempt } from './attempt.ts';

/** What a thread is started with. */
export interface Assignment {
  readonly task: string;
  readonly context: unknown;
}

/** What it says of some items: their outcomes in order, or the error of a bug. */
export type Answer = { readonly outcomes: Outcome<unknown>[] } | { readonly bug: unknown };

async function answer(
  tasks: Tasks,
  { task, context }: Assignment,
  items: readonly unknown[],
): Promise<Answer> {
  const outcomes: Outcome<unknown>[] = [];
  try {
    for (const item of items) outcomes.push(await attempt(tasks, task, context as never, item as never));
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
