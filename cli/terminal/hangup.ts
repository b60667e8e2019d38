import { readFileSync, readlinkSync } from 'node:fs';

/**
 * Whether this command was started so that it outlives its terminal, as by `nohup`, and SIGHUP is not for it.
 *
 * A process inherits that as an ignored signal, but Node.js sets all signals to their defaults before the first line of
 * JavaScript runs (ResetSignalHandlers in node.cc). So these are signs of it: the name that bash and zsh leave of the
 * command they start, the standard input that GNU nohup takes away from a terminal, and on Linux a parent that ignores the
 * signal itself, such as a script that was started by nohup.
 */
export const outlivesTerminal = (): boolean =>
  /(^|\/)nohup$/.test(process.env._ ?? '') || hasInputOfNohup() || isIgnoredBy(process.ppid);

/** nohup opens /dev/null for writing alone, so that whoever reads from it gets an error. */
function hasInputOfNohup(): boolean {
  try {
    const flags = readFileSync('/proc/self/fdinfo/0', 'utf8').match(/^flags:\s*([0-7]+)/m);
    const isForWriting = flags !== null && (Number.parseInt(flags[1], 8) & 3) === 1;
    return isForWriting && readlinkSync('/proc/self/fd/0') === '/dev/null';
  } catch {
    return false;
  }
}

/** Of the first process of a system nothing is inherited. */
function isIgnoredBy(pid: number): boolean {
  if (pid <= 1) return false;
  try {
    const mask = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^SigIgn:\s*([0-9a-f]+)/m);
    // SIGHUP is signal 1, the lowest bit.
    return mask !== null && (Number.parseInt(mask[1].slice(-1), 16) & 1) === 1;
  } catch {
    return false;
  }
}
