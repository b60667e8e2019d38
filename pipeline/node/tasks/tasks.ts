import { InkgradError } from '../../../engine/errors.ts';
import { inspectFile } from './inspectFile.ts';
import { prepareFile } from './prepareFile.ts';
import { prepareSynth } from './prepareSynth.ts';

/**
 * What threads can be asked to do: functions of a context, the same for all items, and of one item. All three,
 * context, item and result, travel between threads, so they are plain data.
 */
export const tasks = { prepareFile, prepareSynth, inspectFile } satisfies Record<
  string,
  (context: never, item: never) => unknown
>;

export type TaskName = keyof typeof tasks;
export type Context<Name extends TaskName> = Parameters<(typeof tasks)[Name]>[0];
export type Item<Name extends TaskName> = Parameters<(typeof tasks)[Name]>[1];

export type Result<Name extends TaskName> = ReturnType<(typeof tasks)[Name]>;

/** What came of an item: a value, or the one line that says why it is refused. */
export type Outcome<Name extends TaskName> = { readonly value: Result<Name> } | { readonly refused: string };

/** Does a task for one item. Anything that is thrown but an `InkgradError` is a bug, and is thrown again. */
export function attempt<Name extends TaskName>(
  name: Name,
  context: Context<Name>,
  item: Item<Name>,
): Outcome<Name> {
  const task = tasks[name] as (context: Context<Name>, item: Item<Name>) => Result<Name>;
  try {
    return { value: task(context, item) };
  } catch (error) {
    if (error instanceof InkgradError) return { refused: error.message };
    throw error;
  }
}
