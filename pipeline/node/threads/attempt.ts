import { type Fault, PipelineError } from '../../faults.ts';
import { systemFault } from '../files/systemFault.ts';

/**
 * What threads can be asked to do: functions of a context, the same for all items, and of one item. All three,
 * context, item and result, travel between threads, so they are plain data.
 */
export type Tasks = Readonly<Record<string, (context: never, item: never) => unknown>>;

export type TaskName<All extends Tasks> = keyof All & string;
export type Context<All extends Tasks, Name extends TaskName<All>> = Parameters<All[Name]>[0];
/** What comes of an item, at once or later. */
export type Result<All extends Tasks, Name extends TaskName<All>> = Awaited<ReturnType<All[Name]>>;
export type Item<All extends Tasks, Name extends TaskName<All>> = Parameters<All[Name]>[1];

/** The one line that says why an item is refused, and the kind of its fault: errors of ours do not travel. */
export interface Refused {
  readonly refused: string;
  readonly code: Fault;
}

/** What came of an item: a value, or why it is refused. */
export type Outcome<Value> = { readonly value: Value } | Refused;

/**
 * Does a task for one item. Anything that is thrown but a `PipelineError`, or what stands for one, is a bug, and is thrown
 * again.
 */
export async function attempt<All extends Tasks, Name extends TaskName<All>>(
  tasks: All,
  name: Name,
  context: Context<All, Name>,
  item: Item<All, Name>,
): Promise<Outcome<Result<All, Name>>> {
  try {
    return { value: (await tasks[name](context as never, item as never)) as Result<All, Name> };
  } catch (error) {
    const fault = error instanceof PipelineError ? error : systemFault(error);
    if (fault === undefined) throw error;
    return { refused: fault.message, code: fault.code };
  }
}
