/** What is written has another name until it is whole, which tells who writes it: NAME.HOST-PID.part. */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';

const HOST = hostname()
  .replaceAll(/[^\w-]/g, '_')
  .slice(0, 32);

/** Versions before wrote no host, and unpacked into folders that told nothing. */
const ENDING = /\.(?:(?<host>[\w-]+)-)?(?<pid>\d+)\.part$/;
const UNPACKING = /^unpacking-\w{6}$/;

/** Nothing takes so many milliseconds to be written, whoever has its maker's number now. */
const DAY = 24 * 3600 * 1000;

/** Under which name a file or folder is made before it is renamed. No other process takes it. */
export const unfinishedName = (path: string): string => `${path}.${HOST}-${process.pid}.part`;

/**
 * Whether something was left unfinished by a process that is gone. Of one on another machine, which shares the folder,
 * only the age tells.
 */
export function isAbandoned(path: string): boolean {
  const maker = ENDING.exec(path)?.groups;
  if (maker === undefined && !UNPACKING.test(basename(path))) return false;
  const isGone = maker !== undefined && (maker.host ?? HOST) === HOST && !isAlive(Number(maker.pid));
  return isGone || Date.now() - lstatSync(path).mtimeMs > DAY;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another person's process may not be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Removes from a folder what processes that are gone left unfinished, as far as that can be.
 *
 * @param wanted whether something of that name is ours to remove
 */
export function sweep(folder: string, wanted: (name: string) => boolean): void {
  try {
    for (const name of readdirSync(folder).filter(wanted)) {
      const path = join(folder, name);
      if (isAbandoned(path)) rmSync(path, { recursive: true, force: true });
    }
  } catch {
    // A folder that is not there, or not ours, has nothing of ours.
  }
}
