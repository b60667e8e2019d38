import text from './build/thread.txt';
import { tasks } from './tasks.ts';

/** What `mapInThreads` does the tasks of a data set with. */
export const crew = { tasks, text };
