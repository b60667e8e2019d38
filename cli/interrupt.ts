import { note } from './output.ts';

const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/** A signal ended the command, which has said so: nothing is left but its exit code. */
export class Interrupted extends Error {
  constructor(readonly code: number) {
    super('interrupted');
  }
}

/**
 * Lets a command end in order on Ctrl-C or a kill: the first signal aborts, the second ends the process at
 * once. `exitCode` is what the command should exit with, once aborted; after `release` signals do what they
 * did before.
 */
export function interruptible(whatNow: string): {
  signal: AbortSignal;
  exitCode: () => number;
  release: () => void;
} {
  const controller = new AbortController();
  let code = 0;
  const listeners = Object.entries(codes).map(([name, value]) => {
    const listener = () => {
      if (controller.signal.aborted) process.exit(value);
      code = value;
      note(`\n${whatNow}`);
      controller.abort();
    };
    process.on(name, listener);
    return { name, listener };
  });
  const release = () => {
    for (const { name, listener } of listeners) process.off(name, listener);
  };
  return { signal: controller.signal, exitCode: () => code, release };
}
