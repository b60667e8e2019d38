import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';

interface Image {
  /** the file that holds it */
  readonly image: string;
  /** whether a file system is made first; otherwise it is mended, as after a power cut */
  readonly isNew: boolean;
  /** as `mount -o` takes them */
  readonly options?: string;
}

const MEGABYTES = 48;

/** Mounts an ext4 file system out of a file for the time of `body`. Needs root, Linux and loop devices. */
export async function withImage<T>(
  { image, isNew, options = 'defaults' }: Image,
  body: (mounted: string) => Promise<T>,
): Promise<T> {
  const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'pipe' });
  if (isNew) {
    writeFileSync(image, new Uint8Array(MEGABYTES * 2 ** 20));
    run('mkfs.ext4', '-q', image);
  } else {
    try {
      run('fsck.ext4', '-fy', image);
    } catch {
      // It says 1 where something was mended.
    }
  }
  const mounted = `${image}.mounted`;
  mkdirSync(mounted);
  run('mount', '-o', `loop,${options}`, image, mounted);
  try {
    return await body(mounted);
  } finally {
    run('umount', mounted);
    rmdirSync(mounted);
  }
}
