import { nodeProcess } from '../node.ts';

/** What is used of `node:fs` and `node:os`. */
interface Files {
  readonly constants: Readonly<Record<'O_APPEND' | 'O_NOCTTY' | 'O_NONBLOCK' | 'O_WRONLY', number>>;
  closeSync(fd: number): void;
  fstatSync(fd: number): { isFile(): boolean };
  mkdtempSync(prefix: string): string;
  openSync(path: string, flags: string | number): number;
  readFileSync(path: string, encoding: 'utf8'): string;
  rmSync(path: string, options: object): void;
  writeFileSync(path: string, text: string): void;
  writeSync(fd: number, text: string): number;
}

const files = nodeProcess()?.getBuiltinModule?.('node:fs') as Files;
const system = nodeProcess()?.getBuiltinModule?.('node:os') as { tmpdir(): string };
const threads = nodeProcess()?.getBuiltinModule?.('node:worker_threads') as { isMainThread: boolean };

/**
 * What Dawn says of every adapter that offers more dynamic buffers than the 16 that Dawn has room for, as most hardware does.
 * Nobody asked for more than one. https://dawn.googlesource.com/dawn/+/refs/heads/main/src/dawn/native/Limits.cpp
 */
const LIMITS =
  /^Warning: maxDynamic(?:Uniform|Storage)BuffersPerPipelineLayout artificially reduced from \d+ to \d+ to fit dynamic offset allocation limit\.\r?\n/gm;

/** What it says where a system has no Vulkan, which whoever asked hears as an error, or gets another device. */
const NO_VULKAN = /^Warning: Couldn't load Vulkan: .*\r?\n(?: +at .*\r?\n)?/gm;

const STDERR = 2;

/**
 * Does what makes Dawn look for adapters, without those lines. Dawn prints them from C++ and has no switch for it
 * (src/dawn/common/Log.cpp), so descriptor 2 leads to a file meanwhile, and all else that came is passed on after. Where that
 * cannot be, the lines are seen: outside of Linux, where standard error is a socket or a file that is not appended to, and on
 * other threads than the first, for all share one descriptor 2, and two that led it away at once would lose it.
 *
 * @param look what it does before it first waits is heard
 */
export function withoutDawnWarnings<T>(look: () => T): T {
  const caught = redirected();
  if (caught === null) return look();
  try {
    return look();
  } finally {
    const said = caught.end().replaceAll(LIMITS, '').replaceAll(NO_VULKAN, '');
    try {
      if (said !== '') files.writeSync(STDERR, said);
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
    folder = files.mkdtempSync(`${system.tmpdir()}/inkgrad-stderr-`);
    file = `${folder}/stderr`;
    files.writeFileSync(file, '');
  } catch {
    files.closeSync(kept);
    return null;
  }
  // Opening takes the lowest number that is free, which closing has made 2.
  files.closeSync(STDERR);
  files.openSync(file, 'a');
  return {
    end() {
      files.closeSync(STDERR);
      try {
        files.openSync(`/proc/self/fd/${kept}`, flagsOf(kept));
      } catch {
        // Who listened has gone; without anything there, the next file that is opened would get all that is said.
        files.openSync('/dev/null', 'w');
      }
      files.closeSync(kept);
      const said = files.readFileSync(file, 'utf8');
      files.rmSync(folder, { recursive: true, force: true });
      return said;
    },
  };
}

/** Another descriptor of what standard error leads to; null where that is not the same as the first. */
function reopened(): number | null {
  if (nodeProcess()?.platform !== 'linux' || files === undefined || !threads.isMainThread) return null;
  try {
    const flags = flagsOf(STDERR);
    // A file has a place of its own for each time it was opened, and all of them write at its end only where they append.
    if (files.fstatSync(STDERR).isFile() && (flags & files.constants.O_APPEND) === 0) return null;
    return files.openSync(`/proc/self/fd/${STDERR}`, flags);
  } catch {
    return null;
  }
}

/** How a descriptor was opened. A pipe that nobody reads must not be waited for, nor a terminal taken over. */
function flagsOf(fd: number): number {
  const said = files.readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8').match(/^flags:\s*([0-7]+)/m)!;
  const { O_APPEND, O_NOCTTY, O_NONBLOCK, O_WRONLY } = files.constants;
  return (Number.parseInt(said[1], 8) & O_APPEND) | O_WRONLY | O_NOCTTY | O_NONBLOCK;
}
