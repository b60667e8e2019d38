import { PipelineError } from '../../faults.ts';
import { grouped } from '../../text/grouped.ts';
import { hasSharp, isSharpFormat } from '../files/imageNames.ts';
import { readWhole } from '../files/readWhole.ts';
import { checkFormat, formatOf, HEAD_BYTES } from './formats.ts';

/**
 * The most bytes that a file of so many pixels is read with. 16-bit RGBA takes eight a pixel where nothing of it
 * can be compressed; a filter byte a row, chunk headers and deflate's blocks are less than an eighth of that; and
 * 16 MB are for what is no pixel, such as previews and colour profiles.
 */
export const largestFile = (maxPixels: number): number => 9 * maxPixels + 16e6;

/**
 * Reads an image file whole, when it is a file and no larger than an image can be: a pipe would never come to its
 * end, nor would /dev/zero.
 *
 * @param name what an error calls the file
 * @param maxPixels the largest picture that is read
 * @throws InkgradError in one line that starts with `name`
 */
export function readImageFile(path: string, name: string, maxPixels: number): Uint8Array {
  return readWhole(path, {
    ...{ name, most: largestFile(maxPixels), tooLarge: tooManyBytes(maxPixels) },
    ...{ advice: 'give an image', pipeAdvice: 'give it on standard input, as -' },
  });
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
    if (length > largestFile(maxPixels)) {
      throw new PipelineError(`${name}: ${tooManyBytes(maxPixels)}`, 'too-large');
    }
    if (checked || length < HEAD_BYTES) continue;
    const head = Buffer.concat(parts);
    if (!hasSharp() || !isSharpFormat(formatOf(head))) checkFormat(head, name);
    checked = true;
  }
  return Buffer.concat(parts);
}

/** What is said of what is longer. */
function tooManyBytes(maxPixels: number): string {
  const most = `${grouped(largestFile(maxPixels) / 1e6)} MB`;
  return (
    `has more than ${most}, too many bytes for an image of at most ${maxPixels / 1e6} megapixels; ` +
    'shrink it, or raise `maxPixels`'
  );
}
