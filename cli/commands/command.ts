import type { Argv } from 'yargs';

/** What a command takes, and what it does. */
export interface Command {
  // biome-ignore lint/suspicious/noExplicitAny: yargs itself gives each its types
  readonly builder: (parser: Argv) => any;
  /** none where each of its sub-commands has its own */
  // biome-ignore lint/suspicious/noExplicitAny: the arguments that its builder makes
  readonly run?: (args: any) => void | Promise<void>;
}
