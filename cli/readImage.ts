import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { InkgradError } from '../engine/errors.ts';
import { decodeImage } from '../pipeline/decode.ts';
import type { RgbaImage } from '../pipeline/image.ts';
import { STDIN } from '../pipeline/imagePaths.ts';

/** Reads and decodes an image file of at most `maxPixels` pixels, or standard input for `-`. */
export async function readImage(path: string, maxPixels: number): Promise<RgbaImage> {
  if (path === STDIN) return decodeImage(await buffer(process.stdin), 'standard input', maxPixels);
  try {
    return decodeImage(readFileSync(path), path, maxPixels);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const missing = error.code === 'ENOENT';
    throw new InkgradError(missing ? `${path}: no such file` : `${path}: cannot be read (${error.code})`);
  }
}

/** An error about one of several images names it. */
export function named(path: string, error: InkgradError): InkgradError {
  const name = path === STDIN ? 'standard input' : path;
  return error.message.startsWith(name) ? error : new InkgradError(`${name}: ${error.message}`);
}
