import { InkgradError } from '../engine/errors.ts';
import type { RgbaImage } from '../pipeline/image/image.ts';
import { decodePicture } from '../pipeline/node/decode/decodePicture.ts';
import { readImageFile, readImageStream } from '../pipeline/node/decode/readImageFile.ts';
import { STDIN } from '../pipeline/node/files/imagePaths.ts';
import { systemFault } from '../pipeline/node/files/systemFault.ts';

const nameOf = (path: string): string => (path === STDIN ? 'standard input' : path);

/**
 * Reads and decodes an image file of at most `maxPixels` pixels, or standard input for `-`.
 *
 * @throws PipelineError also for what the system says, so that one such picture does not end the others
 */
export async function readImage(path: string, maxPixels: number): Promise<RgbaImage> {
  const name = nameOf(path);
  try {
    const bytes =
      path === STDIN
        ? await readImageStream(process.stdin, name, maxPixels)
        : readImageFile(path, name, maxPixels);
    const { image } = await decodePicture(bytes, name, { maxPixels });
    return image;
  } catch (error) {
    throw systemFault(error) ?? error;
  }
}

/** An error about one of several images names it. */
export function named(path: string, error: InkgradError): InkgradError {
  const name = nameOf(path);
  return error.message.startsWith(name) ? error : new InkgradError(`${name}: ${error.message}`, error.code);
}
