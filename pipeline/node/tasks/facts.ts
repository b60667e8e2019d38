import { createHash } from 'node:crypto';
import type { RgbaImage } from '../../image/image.ts';
import { thumbnail } from '../../image/thumbnail.ts';
import { type Brightness, brightnessOf } from '../../inspect/brightness.ts';
import { type SeenInk, seenInkOf } from '../../inspect/seenInk.ts';
import { grayRows } from '../../preprocess/grayscale.ts';
import type { DecodeOptions } from '../decode/decodeOptions.ts';
import { decodePicture } from '../decode/decodePicture.ts';
import type { Format } from '../files/imageNames.ts';

/** What is noted of an image: a few numbers, however large it is. */
export interface ImageFacts extends Brightness {
  readonly width: number;
  readonly height: number;
  /** the same for the same pixels, however their file is written */
  readonly hash: string;
  /** what the file holds; null where the image has no file of its own */
  readonly format: Format | null;
  /** what the front sees in a file; null where the image has none, for most of those never meet it */
  readonly ink: SeenInk | null;
  /** the image in few pixels, where it was asked for */
  readonly thumbnail?: RgbaImage;
}

export interface InspectOptions extends DecodeOptions {
  /** what an error calls the file */
  readonly name: string;
  /** pixels of the longer side of a thumbnail; none is made when left out */
  readonly thumbnail?: number;
}

/**
 * Decodes an image file, finds its ink as training does, and notes its facts.
 *
 * @throws InkgradError `<name>: <what is wrong>; <what to do>` where it cannot be read
 */
export async function inspectImage(bytes: Uint8Array, options: InspectOptions): Promise<ImageFacts> {
  const { image, format } = await decodePicture(bytes, options.name, options);
  return { ...factsOf(image, options), format, ink: seenInkOf(image) };
}

/** The facts of an image that is in memory. */
export function factsOf(image: RgbaImage, options: Pick<InspectOptions, 'thumbnail'> = {}): ImageFacts {
  const { width, height } = image;
  return {
    width,
    height,
    ...brightnessOf(grayRows(image, 'rec709')),
    // Half of a SHA-256 tells 10¹⁵ pictures apart, and a million of them fit into memory.
    hash: createHash('sha256').update(`${width}×${height}`).update(image.data).digest('base64').slice(0, 22),
    format: null,
    ink: null,
    ...(options.thumbnail !== undefined && { thumbnail: thumbnail(image, options.thumbnail) }),
  };
}
