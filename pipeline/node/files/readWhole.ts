import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { PipelineError } from '../../faults.ts';

/** What is at a path where no file is. */
export const KINDS: readonly (readonly [(stats: Stats) => boolean, string])[] = [
  [(stats) => stats.isDirectory(), 'is a folder'],
  [(stats) => stats.isFIFO(), 'is a pipe'],
  [(stats) => !stats.isFile(), 'is a device, not a file'],
];

/** Why a file cannot be read, by the code of the system. */
const CAUSES: Record<string, string> = {
  ENOENT: 'no such file; correct the path',
  ENOTDIR: 'no such file; correct the path',
  ENAMETOOLONG: 'no such file; correct the path',
  EACCES: 'may not be read; change its permissions',
  EPERM: 'may not be read; change its permissions',
  ELOOP: 'a link that leads back to itself; remove it',
  // What a socket, or the device of no driver, says to who opens it.
  ENXIO: 'is a device, not a file; give a file',
};

/** The codes of those that are not there. */
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

export interface Wanted {
  /** what an error calls the file */
  readonly name: string;
  /** the most bytes that are read */
  readonly most: number;
  /** what an error says of a larger one, behind its name */
  readonly tooLarge: string;
  /** what to do where a folder or a device is in the place of a file */
  readonly advice: string;
  /** the same for a pipe */
  readonly pipeAdvice?: string;
}

/**
 * Reads a file whole, when it is one and has no more bytes than are wanted: a pipe would never come to its end, nor
 * would /dev/zero. Memory is taken once the size is known.
 *
 * @throws PipelineError in one line that starts with the name: `missing`, `unreadable` or `too-large`
 */
export function readWhole(path: string, wanted: Wanted): Buffer {
  const { name } = wanted;
  try {
    // A pipe that nobody writes to would keep who opens it waiting.
    const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return contentOf(file, wanted);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof PipelineError || !(error instanceof Error && 'code' in error)) throw error;
    const code = String(error.code);
    throw new PipelineError(
      `${name}: ${CAUSES[code] ?? `cannot be read (${code}); copy it to another place, or leave it out`}`,
      ABSENT.has(code) ? 'missing' : 'unreadable',
    );
  }
}

/** Files of a system that tell no size, as those in /proc do, come in pieces of so many bytes. */
const PIECE = 65_536;

function contentOf(file: number, { name, most, tooLarge, advice, pipeAdvice = advice }: Wanted): Buffer {
  const stats = fstatSync(file);
  for (const [holds, what] of KINDS) {
    if (!holds(stats)) continue;
    throw new PipelineError(`${name}: ${what}; ${stats.isFIFO() ? pipeAdvice : advice}`, 'unreadable');
  }
  const refuse = (): never => {
    throw new PipelineError(`${name}: ${tooLarge}`, 'too-large');
  };
  if (stats.size > most) return refuse();
  if (stats.size > 0) return pieceOf(file, stats.size);
  const pieces: Buffer[] = [];
  for (let length = 0; ; ) {
    const piece = pieceOf(file, PIECE);
    if (piece.length === 0) return Buffer.concat(pieces);
    pieces.push(piece);
    length += piece.length;
    if (length > most) return refuse();
  }
}

/** The next bytes of a file; fewer than asked for at its end. */
function pieceOf(file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(size);
  let length = 0;
  // A single call reads 2 GiB at the most.
  while (length < size) {
    const read = readSync(file, bytes, length, Math.min(size - length, 2 ** 30), null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}
