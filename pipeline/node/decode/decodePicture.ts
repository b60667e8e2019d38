import type { RgbaImage } from '../../image/image.ts';
import { type Format, isSharpFormat } from '../files/imageNames.ts';
import { decodeImage } from './decode.ts';
import { checkFormat, formatOf } from './formats.ts';
import { MAX_PIXELS } from './refusal.ts';
import { decodeWithSharp, loadSharp } from './sharp.ts';

/** A picture and what its file holds. */
export interface DecodedPicture {
  readonly image: RgbaImage;
  readonly format: Format;
}

/**
 * Decodes a picture of any format that is read: PNG and JPEG here, others by the npm package sharp where it is there.
 *
 * @param bytes the whole file
 * @param name what an error calls the file, its path as a rule
 * @param maxPixels the largest picture that is read
 * @param load finds sharp; for tests
 * @throws InkgradError `<name>: <what is wrong>; <what to do>`
 */
export async function decodePicture(
  bytes: Uint8Array,
  name: string,
  maxPixels = MAX_PIXELS,
  load = loadSharp,
): Promise<DecodedPicture> {
  const format = formatOf(bytes);
  if (!isSharpFormat(format)) return { image: decodeImage(bytes, name, maxPixels), format: format! };
  const sharp = await load();
  if (sharp === undefined) checkFormat(bytes, name);
  return { image: await decodeWithSharp(sharp!, bytes, format, name, maxPixels), format };
}
