import { readFileSync, type Stats, statSync } from 'node:fs';
import { PipelineError } from '../../faults.ts';
import { hasSharp, isSharpFormat } from '../files/imageNames.ts';
import { checkFormat, formatOf, HEAD_BYTES } from './formats.ts';
import { failsFor } from './refusal.ts';

/**
 * The most bytes that a file of so many pixels is read with. 16-bit RGBA takes eight a pixel where nothing of it
 * can be compressed; a filter byte a row, chunk headers and deflate's blocks are less than an eighth of that; and
 * 16 MB are for what is no pixel, such as previews and colour profiles.
 */
export const largestFile = (maxPixels: number): number => 9 * maxPixels + 16e6;

/** What is at a path where no file is: its kind, and what to do. */
const KINDS: readonly (readonly [(stats: Stats) => boolean, string, string])[] = [
  [(stats) => stats.isDirectory(), 'is a folder', 'give an image'],
  [(stats) => stats.isFIFO(), 'is a pipe', 'give it on standard input, as -'],
  [(stats) => !stats.isFile(), 'is a device, not a file', 'give an image'],
];

/** Why a file cannot be read, by the code of the system. */
const CAUSES: Record<string, string> = {
  ENOENT: 'no such file; correct the path',
  ENOTDIR: 'no such file; correct the path',
  ENAMETOOLONG: 'no such file; correct the path',
  EACCES: 'may not be read; change its permissions',
  EPERM: 'may not be read; change its permissions',
  ELOOP: 'a link that leads back to itself; remove it',
};

/** The codes of those that are not there. */
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']);

/**
 * Reads an image file whole, when it is a file and no larger than an image can be: a pipe would never come to its
 * end, nor would /dev/zero.
 *
 * @param name what an error calls the file
 * @param maxPixels the largest picture that is read
 * @throws InkgradError in one line that starts with `name`
 */
export function readImageFile(path: string, name: string, maxPixels: number): Uint8Array {
  try {
    const stats = statSync(path);
    for (const [holds, what, advice] of KINDS) {
      if (holds(stats)) throw new PipelineError(`${name}: ${what}; ${advice}`, 'unreadable');
    }
    if (stats.size > largestFile(maxPixels)) refuseSize(name, maxPixels);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof PipelineError || !(error instanceof Error && 'code' in error)) throw error;
    const code = String(error.code);
    throw new PipelineError(
      `${name}: ${CAUSES[code] ?? `cannot be read (${code}); copy it to another place, or leave it out`}`,
      ABSENT.has(code) ? 'missing' : 'unreadable',
    );
  }
}

/**
 * Reads an image from a stream, and no further than it can be one: what starts otherwise, or is longer than an
 * image can be, is refused at once, and the stream is ended.
 *
 * @param name what an error calls the stream
 * @param maxPixels the largest picture that is read
 * @throws InkgradError in one line that starts with `name`
 */
export async function readImageStream(
  stream: AsyncIterable<Uint8Array>,
  name: string,
  maxPixels: number,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let checked = false;
  for await (const part of stream) {
    parts.push(part);
    length += part.length;
    if (length > largestFile(maxPixels)) refuseSize(name, maxPixels);
    if (checked || length < HEAD_BYTES) continue;
    const head = Buffer.concat(parts);
    if (!hasSharp() || !isSharpFormat(formatOf(head))) checkFormat(head, name);
    checked = true;
  }
  return Buffer.concat(parts);
}

function refuseSize(name: string, maxPixels: number): never {
  const most = `${Math.round(largestFile(maxPixels) / 1e6).toLocaleString('en-US')} MB`;
  return failsFor(name)(
    `has more than ${most}, too many bytes for an image of at most ${maxPixels / 1e6} megapixels`,
    'shrink it, or raise `maxPixels`',
    'too-large',
  );
}
