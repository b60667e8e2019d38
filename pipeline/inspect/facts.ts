import { createHash } from 'node:crypto';
import { decodeImage } from '../decode.ts';
import { meanBrightness, type RgbaImage } from '../image.ts';
import { isJpeg } from '../jpeg.ts';
import { grayscale } from '../preprocess/grayscale.ts';
import { inkIsDark } from '../preprocess/polarity.ts';
import { thumbnail } from '../thumbnail.ts';

/** What is noted of an image: a few numbers, however large it is. */
export interface ImageFacts {
  readonly width: number;
  readonly height: number;
  /** mean brightness, 0 black to 1 white */
  readonly mean: number;
  /** standard deviation of the brightness of its pixels, 0 to 0.5 */
  readonly deviation: number;
  /** by the rule of the step `polarity` */
  readonly inkIsDark: boolean;
  /** the same for the same pixels, however their file is written */
  readonly hash: string;
  /** what the file holds; null where the image has no file of its own */
  readonly format: 'PNG' | 'JPEG' | null;
  /** the image in few pixels, where it was asked for */
  readonly thumbnail?: RgbaImage;
}

export interface InspectOptions {
  /** what an error calls the file */
  readonly name: string;
  /** the largest picture that is read; `MAX_PIXELS` when left out */
  readonly maxPixels?: number;
  /** pixels of the longer side of a thumbnail; none is made when left out */
  readonly thumbnail?: number;
}

/**
 * Decodes an image file and notes its facts.
 *
 * @throws InkgradError `<name>: <what is wrong>; <what to do>` where it cannot be read
 */
export function inspectImage(bytes: Uint8Array, options: InspectOptions): ImageFacts {
  const picture = decodeImage(bytes, options.name, options.maxPixels);
  return { ...factsOf(picture, options), format: isJpeg(bytes) ? 'JPEG' : 'PNG' };
}

/** The facts of an image that is in memory. */
export function factsOf(image: RgbaImage, options: Pick<InspectOptions, 'thumbnail'> = {}): ImageFacts {
  const { width, height } = image;
  const grey = grayscale(image, 'rec709');
  const mean = meanBrightness(grey);
  let squares = 0;
  for (const value of grey.data) squares += (value - mean) ** 2;
  return {
    width,
    height,
    mean,
    deviation: Math.sqrt(squares / grey.data.length),
    inkIsDark: inkIsDark(grey),
    // Half of a SHA-256 tells 10¹⁵ pictures apart, and a million of them fit into memory.
    hash: createHash('sha256').update(`${width}×${height}`).update(image.data).digest('base64').slice(0, 22),
    format: null,
    ...(options.thumbnail !== undefined && { thumbnail: thumbnail(image, options.thumbnail) }),
  };
}
