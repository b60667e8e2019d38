import { note } from './output.ts';
import { outlivesTerminal } from './terminal/hangup.ts';
import { endLive } from './terminal/liveLine.ts';

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Milliseconds within which signals are one: on Ctrl-C the terminal sends one, and npx passes on another. */
const TOGETHER = 500;

/** Asked once: a parent may end before its child. */
const hearsHangup = !outlivesTerminal();

/** A signal ended the command, which has said so: nothing is left but its exit code. */
export class Interrupted extends Error {
  constructor(readonly code: number) {
    super('interrupted');
  }
}

/** Keeps SIGHUP from ending a command that was started to outlive its terminal. */
export function keepFromHangup(): void {
  if (!hearsHangup) process.on('SIGHUP', () => {});
}

/**
 * Lets a command end in order on Ctrl-C, a kill or a closed terminal: the first signal aborts, the second ends the process
 * at once. `exitCode` is what the command should exit with, once aborted; after `release` signals do what they did before.
 */
export function interruptible(whatNow: string): {
  signal: AbortSignal;
  exitCode: () => number;
  release: () => void;
} {
  const controller = new AbortController();
  let code = 0;
  let first = 0;
  const heard = Object.entries(codes).filter(([name]) => name !== 'SIGHUP' || hearsHangup);
  const listeners = heard.map(([name, value]) => {
    const listener = () => {
      if (!controller.signal.aborted) {
        code = value;
        first = performance.now();
        note(`\n${whatNow}`);
        controller.abort();
        // A closed terminal tells by itself, and once more by the shell.
      } else if (name !== 'SIGHUP' && performance.now() - first > TOGETHER) {
        endLive();
        process.exit(value);
      }
    };
    process.on(name, listener);
    return { name, listener };
  });
  const release = () => {
    for (const { name, listener } of listeners) process.off(name, listener);
  };
  return { signal: controller.signal, exitCode: () => code, release };
}
