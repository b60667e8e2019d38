/** What a thread of `mapInThreads` runs. `scripts/thread.mjs` makes a text of it and of all that it imports. */
import { parentPort, workerData } from 'node:worker_threads';
import { attempt, type Context, type Item, type Outcome, type TaskName } from './tasks.ts';

/** What a thread is started with. */
export interface Assignment {
  readonly task: TaskName;
  readonly context: Context<TaskName>;
}

/** What it says of some items: their outcomes in order, or the error of a bug. */
export type Answer = { readonly outcomes: Outcome<TaskName>[] } | { readonly bug: unknown };

function answer({ task, context }: Assignment, items: readonly Item<TaskName>[]): Answer {
  const outcomes: Outcome<TaskName>[] = [];
  try {
    for (const item of items) outcomes.push(attempt(task, context, item));
  } catch (bug) {
    return { bug };
  }
  return { outcomes };
}

parentPort!.on('message', (items: readonly Item<TaskName>[]) => {
  parentPort!.postMessage(answer(workerData as Assignment, items));
});
