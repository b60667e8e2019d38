import type * as threads from '../threads/attempt.ts';
import { inspectFile } from './inspectFile.ts';
import { prepareBytes } from './prepareBytes.ts';
import { prepareFile } from './prepareFile.ts';
import { prepareSynth } from './prepareSynth.ts';

/** What is done for many items, on several threads. */
export const tasks = { prepareFile, prepareSynth, inspectFile, prepareBytes } satisfies threads.Tasks;

export type TaskName = keyof typeof tasks;
export type Context<Name extends TaskName> = threads.Context<typeof tasks, Name>;
export type Item<Name extends TaskName> = threads.Item<typeof tasks, Name>;
export type Outcome<Name extends TaskName> = threads.Outcome<Awaited<ReturnType<(typeof tasks)[Name]>>>;
