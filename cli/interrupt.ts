import { note } from './output.ts';

const codes = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Lets a command end in order on Ctrl-C or a kill: the first signal aborts, the second ends the process at
 * once. `exitCode` is what the command should exit with, once aborted.
 */
export function interruptible(whatNow: string): { signal: AbortSignal; exitCode: () => number } {
  const controller = new AbortController();
  let code = 0;
  for (const [name, value] of Object.entries(codes)) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(value);
      code = value;
      note(`\n${whatNow}`);
      controller.abort();
    });
  }
  return { signal: controller.signal, exitCode: () => code };
}
