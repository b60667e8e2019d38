import { closeSync, fsyncSync, openSync } from 'node:fs';

/** What systems say of a folder, or of a file that is none on a disk, which they cannot sync. Windows needs none. */
const NOT_SYNCED = new Set(['EACCES', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EPERM']);

/** Waits until the content of an open file is on the disk. */
export function syncFile(file: number): void {
  whereSynced(() => fsyncSync(file));
}

/** Waits until the names in a folder are on the disk: a file that is synced may still be lost with its name. */
export function syncFolder(path: string): void {
  whereSynced(() => {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  });
}

function whereSynced(sync: () => void): void {
  try {
    sync();
  } catch (error) {
    if (!NOT_SYNCED.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
