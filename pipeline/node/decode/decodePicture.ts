import type { RgbaImage } from '../../image/image.ts';
import type { Format } from '../files/imageNames.ts';
import { decodeJpeg } from './decode.ts';
import type { DecodeOptions } from './decodeOptions.ts';
import { decodePngInParts } from './decodePng.ts';
import { checkFormat, formatOf } from './formats.ts';
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
 * @param load finds sharp; for tests
 * @throws InkgradError `<name>: <what is wrong>; <what to do>`
 */
export async function decodePicture(
  bytes: Uint8Array,
  name: string,
  options: DecodeOptions = {},
  load = loadSharp,
): Promise<DecodedPicture> {
  const format = formatOf(bytes);
  if (format === 'PNG') return { image: await decodePngInParts(bytes, name, options), format };
  if (format === 'JPEG') return { image: decodeJpeg(bytes, name, options), format };
  const sharp = format && (await load());
  if (!sharp) checkFormat(bytes, name);
  return { image: await decodeWithSharp(sharp!, bytes, format!, name, options), format: format! };
}
