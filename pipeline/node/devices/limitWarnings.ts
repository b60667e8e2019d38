import {
  closeSync,
  constants,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * What Dawn says of every adapter that offers more dynamic buffers than the 16 that Dawn has room for, as most hardware does.
 * Nobody asked for more than one. https://dawn.googlesource.com/dawn/+/refs/heads/main/src/dawn/native/Limits.cpp
 */
const WARNINGS =
  /^Warning: maxDynamic(?:Uniform|Storage)BuffersPerPipelineLayout artificially reduced from \d+ to \d+ to fit dynamic offset allocation limit\.\r?\n/gm;

const STDERR = 2;

/**
 * Does what makes Dawn look for adapters, without those two lines. Dawn prints them from C++ and has no switch for it
 * (src/dawn/common/Log.cpp), so descriptor 2 leads to a file meanwhile, and all else that came is passed on after. Where that
 * cannot be, the lines are seen: outside of Linux, and where standard error is a socket or a file that is not appended to.
 *
 * @param look what it does before it first waits is heard
 */
export function withoutLimitWarnings<T>(look: () => T): T {
  const caught = redirected();
  if (caught === null) return look();
  try {
    return look();
  } finally {
    const said = caught.end().replaceAll(WARNINGS, '');
    try {
      if (said !== '') writeSync(STDERR, said);
    } catch {
      // Who listened has gone.
    }
  }
}

/** Leads standard error to a file; `end` leads it back and gives what came. Null where it could not be led back. */
function redirected(): { end(): string } | null {
  const kept = reopened();
  if (kept === null) return null;
  let folder: string;
  let file: string;
  try {
    folder = mkdtempSync(join(tmpdir(), 'inkgrad-stderr-'));
    file = join(folder, 'stderr');
    writeFileSync(file, '');
  } catch {
    closeSync(kept);
    return null;
  }
  // Opening takes the lowest number that is free, which closing has made 2.
  closeSync(STDERR);
  openSync(file, 'a');
  return {
    end() {
      closeSync(STDERR);
      try {
        openSync(`/proc/self/fd/${kept}`, flagsOf(kept));
      } catch {
        // Who listened has gone; without anything there, the next file that is opened would get all that is said.
        openSync('/dev/null', 'w');
      }
      closeSync(kept);
      const said = readFileSync(file, 'utf8');
      rmSync(folder, { recursive: true, force: true });
      return said;
    },
  };
}

/** Another descriptor of what standard error leads to; null where that is not the same as the first. */
function reopened(): number | null {
  if (process.platform !== 'linux') return null;
  try {
    const flags = flagsOf(STDERR);
    // A file has a place of its own for each time it was opened, and all of them write at its end only where they append.
    if (fstatSync(STDERR).isFile() && (flags & constants.O_APPEND) === 0) return null;
    return openSync(`/proc/self/fd/${STDERR}`, flags);
  } catch {
    return null;
  }
}

/** How a descriptor was opened. A pipe that nobody reads must not be waited for, nor a terminal taken over. */
function flagsOf(fd: number): number {
  const said = readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^flags:\s*([0-7]+)/m)!;
  const { O_APPEND, O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants;
  return (Number.parseInt(said[1], 8) & O_APPEND) | O_WRONLY | O_NOCTTY | O_NONBLOCK;
}
