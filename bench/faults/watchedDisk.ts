/** Watches, and disturbs, all that a process writes below a folder: node:fs itself is changed, for shipped code too. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { relative, resolve, sep } from 'node:path';

/** What was done to the disk, in order. Paths are relative to the folder; a file that is renamed keeps its number. */
export type Action =
  | { readonly kind: 'create'; readonly path: string; readonly file: number }
  | { readonly kind: 'write'; readonly file: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly file: number; readonly length: number }
  | { readonly kind: 'sync'; readonly file: number }
  | { readonly kind: 'mkdir'; readonly path: string }
  | { readonly kind: 'syncFolder'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  /** Something that a person was told. */
  | { readonly kind: 'said'; readonly what: string };

export type Disturbance = (action: Action['kind'] | 'close', path: string) => 'EIO' | 'ENOSPC' | undefined;

/** A watched disk, until `stop`. */
export interface WatchedDisk {
  readonly actions: readonly Action[];
  say(what: string): void;
  stop(): void;
}

/** What is changed in node:fs. */
const names = [
  'openSync',
  'closeSync',
  'writeFileSync',
  'appendFileSync',
  'ftruncateSync',
  'fsyncSync',
  'renameSync',
  'rmSync',
  'rmdirSync',
  'mkdirSync',
] as const;

const onlyReads = (flags: fs.OpenMode): boolean =>
  typeof flags === 'number' ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) === 0 : flags === 'r';

interface Opened {
  readonly path: string;
  /** −1 for a folder */
  readonly file: number;
  readonly appends: boolean;
  at: number;
}

/**
 * Begins to watch.
 *
 * @param disturb asked before each action; what it gives is thrown, of a write after its first half
 */
export function watchDisk(folder: string, disturb: Disturbance = () => undefined): WatchedDisk {
  const real = Object.fromEntries(names.map((name) => [name, fs[name]])) as Pick<
    typeof fs,
    (typeof names)[number]
  >;
  const root = resolve(folder);
  const actions: Action[] = [];
  const opened = new Map<number, Opened>();
  const files = new Map<string, number>();
  let made = 0;

  /** Null where it is not watched. */
  const inside = (path: unknown): string | null => {
    if (typeof path !== 'string') return null;
    const way = relative(root, resolve(path));
    return way === '..' || way.startsWith(`..${sep}`) ? null : way || '.';
  };
  const refuse = (kind: Parameters<Disturbance>[0], path: string): void => {
    const code = disturb(kind, path);
    if (code === undefined) return;
    const words = { EIO: 'i/o error', ENOSPC: 'no space left on device' }[code];
    throw Object.assign(new Error(`${code}: ${words}, ${kind}`), { code });
  };
  const create = (path: string): number => {
    const file = ++made;
    files.set(path, file);
    actions.push({ kind: 'create', path, file });
    return file;
  };
  const write = (to: Opened, bytes: Uint8Array): void => {
    const at = to.at;
    to.at += bytes.length;
    actions.push({ kind: 'write', file: to.file, at, bytes: Uint8Array.from(bytes) });
  };

  const changed = {
    openSync(path: fs.PathLike, flags: fs.OpenMode = 'r', mode?: fs.Mode): number {
      const way = inside(path);
      const isFolder = way !== null && fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
      if (way === null || (onlyReads(flags) && !isFolder)) return real.openSync(path, flags, mode);
      const before = isFolder ? undefined : fs.statSync(path, { throwIfNoEntry: false });
      if (!isFolder && before === undefined) refuse('create', way);
      const handle = real.openSync(path, flags, mode);
      if (isFolder) opened.set(handle, { path: way, file: -1, appends: false, at: 0 });
      else {
        const file = before === undefined ? create(way) : files.get(way)!;
        const appends = String(flags).startsWith('a');
        if (before !== undefined && !appends) actions.push({ kind: 'truncate', file, length: 0 });
        opened.set(handle, { path: way, file, appends, at: 0 });
      }
      return handle;
    },
    closeSync(handle: number): void {
      opened.delete(handle);
      real.closeSync(handle);
    },
    writeFileSync(
      target: fs.PathOrFileDescriptor,
      data: string | Uint8Array,
      options?: fs.WriteFileOptions,
    ): void {
      const bytes = typeof data === 'string' ? Buffer.from(data) : data;
      if (typeof target !== 'number') {
        if (inside(target) === null) real.writeFileSync(target, data, options);
        else {
          const handle = changed.openSync(target as string, 'w');
          try {
            changed.writeFileSync(handle, bytes);
          } finally {
            changed.closeSync(handle);
          }
        }
        return;
      }
      const to = opened.get(target);
      if (to === undefined) {
        real.writeFileSync(target, data, options);
        return;
      }
      if (to.appends) to.at = fs.fstatSync(target).size;
      try {
        refuse('write', to.path);
      } catch (error) {
        const half = bytes.subarray(0, bytes.length >> 1);
        real.writeFileSync(target, half);
        write(to, half);
        throw error;
      }
      real.writeFileSync(target, bytes);
      write(to, bytes);
    },
    appendFileSync(
      target: fs.PathOrFileDescriptor,
      data: string | Uint8Array,
      options?: fs.WriteFileOptions,
    ) {
      if (inside(target) === null) {
        real.appendFileSync(target, data, options);
        return;
      }
      const handle = changed.openSync(target as string, 'a');
      try {
        changed.writeFileSync(handle, data);
      } finally {
        changed.closeSync(handle);
      }
    },
    ftruncateSync(handle: number, length = 0): void {
      const to = opened.get(handle);
      if (to !== undefined) {
        refuse('truncate', to.path);
        actions.push({ kind: 'truncate', file: to.file, length });
      }
      real.ftruncateSync(handle, length);
    },
    fsyncSync(handle: number): void {
      const to = opened.get(handle);
      // The disk itself is not waited for: what is on it is told by the actions.
      if (to === undefined) {
        real.fsyncSync(handle);
        return;
      }
      refuse(to.file < 0 ? 'syncFolder' : 'sync', to.path);
      actions.push(to.file < 0 ? { kind: 'syncFolder', path: to.path } : { kind: 'sync', file: to.file });
    },
    renameSync(from: fs.PathLike, to: fs.PathLike): void {
      const [path, target] = [inside(from), inside(to)];
      if (path !== null && target !== null) refuse('rename', path);
      real.renameSync(from, to);
      if (path === null || target === null) return;
      const file = files.get(path);
      files.delete(path);
      if (file !== undefined) files.set(target, file);
      actions.push({ kind: 'rename', path, to: target });
    },
    rmSync(target: fs.PathLike, options?: fs.RmOptions): void {
      const path = inside(target);
      const isThere = fs.lstatSync(target, { throwIfNoEntry: false }) !== undefined;
      if (path !== null && isThere) refuse('remove', path);
      real.rmSync(target, options);
      if (path !== null && isThere) actions.push({ kind: 'remove', path });
    },
    rmdirSync(target: fs.PathLike): void {
      real.rmdirSync(target);
      const path = inside(target);
      if (path !== null) actions.push({ kind: 'remove', path });
    },
    mkdirSync(target: fs.PathLike, options?: fs.MakeDirectoryOptions) {
      const path = inside(target);
      if (path !== null) refuse('mkdir', path);
      const result = real.mkdirSync(target, options);
      if (path !== null) actions.push({ kind: 'mkdir', path });
      return result;
    },
  };
  Object.assign(fs, changed);
  syncBuiltinESMExports();
  return {
    actions,
    say: (what) => actions.push({ kind: 'said', what }),
    stop() {
      Object.assign(fs, real);
      syncBuiltinESMExports();
    },
  };
}
