import { InkgradError } from '../../../engine/errors.ts';

/**
 * What threads can be asked to do: functions of a context, the same for all items, and of one item. All three,
 * context, item and result, travel between threads, so they are plain data.
 */
export type Tasks = Readonly<Record<string, (context: never, item: never) => unknown>>;

export type TaskName<All extends Tasks> = keyof All & string;
export type Context<All extends Tasks, Name extends TaskName<All>> = Parameters<All[Name]>[0];
export type Item<All extends Tasks, Name extends TaskName<All>> = Parameters<All[Name]>[1];

/** What came of an item: a value, or the one line that says why it is refused. */
export type Outcome<Value> = { readonly value: Value } | { readonly refused: string };

/** Does a task for one item. Anything that is thrown but an `InkgradError` is a bug, and is thrown again. */
export function attempt<All extends Tasks, Name extends TaskName<All>>(
  tasks: All,
  name: Name,
  context: Context<All, Name>,
  item: Item<All, Name>,
): Outcome<ReturnType<All[Name]>> {
  try {
    return { value: tasks[name](context as never, item as never) as ReturnType<All[Name]> };
  } catch (error) {
    if (error instanceof InkgradError) return { refused: error.message };
    throw error;
  }
}
