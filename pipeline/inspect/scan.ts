import { setImmediate } from 'node:timers/promises';
import { InkgradError } from '../../engine/errors.ts';
import { Random } from '../../engine/random.ts';
import { EXAMPLES_STREAM } from '../data/streams.ts';
import type { RgbaImage } from '../image.ts';
import { MAX_PIXELS } from '../refusal.ts';
import { factsOf, type ImageFacts, inspectImage } from './facts.ts';
import type { ImageList } from './list.ts';

export interface ScanOptions {
  /** the largest picture that is read; `MAX_PIXELS` when left out */
  readonly maxPixels?: number;
  /** pixels of the longer side of a thumbnail */
  readonly thumbnail: number;
  /** positions of the images of which a thumbnail is wanted */
  readonly examples: Iterable<number>;
  /** called after each image with how many are done and how many there are */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What one pass over the images of a data set found. */
export interface Scan {
  /** for each image of the list; null where it cannot be read */
  readonly facts: readonly (ImageFacts | null)[];
  /** why, for those that cannot be read */
  readonly reasons: ReadonlyMap<number, string>;
  readonly thumbnails: ReadonlyMap<number, RgbaImage>;
}

/**
 * Reads every image of a data set once, one at a time. What is kept of each is a few numbers, and a thumbnail of
 * some.
 */
export async function scanImages(list: ImageList, options: ScanOptions): Promise<Scan> {
  const wanted = new Set(options.examples);
  const facts: (ImageFacts | null)[] = [];
  const reasons = new Map<number, string>();
  const thumbnails = new Map<number, RgbaImage>();
  for (const [i, { name }] of list.images.entries()) {
    try {
      const { thumbnail, ...found } = readFacts(list, i, options, wanted.has(i));
      facts.push(found);
      if (thumbnail) thumbnails.set(i, thumbnail);
    } catch (error) {
      if (!(error instanceof InkgradError)) throw error;
      facts.push(null);
      reasons.set(i, reasonOf(error, name));
    }
    options.onProgress?.(i + 1, list.images.length);
    // Timers and signals get their turn.
    await setImmediate();
  }
  return { facts, reasons, thumbnails };
}

function readFacts(
  list: ImageList,
  i: number,
  { maxPixels = MAX_PIXELS, thumbnail }: Pick<ScanOptions, 'maxPixels' | 'thumbnail'>,
  wanted: boolean,
): ImageFacts {
  const contents = list.read(i, maxPixels);
  const options = { name: list.images[i].name, maxPixels, ...(wanted && { thumbnail }) };
  return contents instanceof Uint8Array ? inspectImage(contents, options) : factsOf(contents, options);
}

/** What is wrong with a file, without its name in front. */
const reasonOf = ({ message }: InkgradError, name: string): string =>
  message.startsWith(name) ? message.slice(name.length).replace(/^:? /, '') : message;

/**
 * Draws some images of each class at random.
 *
 * @param seed the same seed draws the same ones
 * @returns positions, ascending, for each class
 */
export function drawExamples(
  { classes, images }: Pick<ImageList, 'classes' | 'images'>,
  perClass: number,
  seed: number,
): Map<string, number[]> {
  const members = new Map(classes.map((label): [string, number[]] => [label, []]));
  images.forEach(({ label }, i) => {
    members.get(label)!.push(i);
  });
  return new Map(
    [...members].map(([label, all], c) => {
      const order = new Random(seed, EXAMPLES_STREAM, c).permutation(all.length).subarray(0, perClass);
      return [label, Array.from(order.sort(), (at) => all[at])];
    }),
  );
}

/** Thumbnails of images that were found to be worth a look, as far as there are none yet. */
export function addThumbnails(
  list: ImageList,
  { thumbnails }: Scan,
  positions: Iterable<number>,
  options: Pick<ScanOptions, 'maxPixels' | 'thumbnail'>,
): Map<number, RgbaImage> {
  const all = new Map(thumbnails);
  for (const i of new Set(positions)) {
    if (all.has(i)) continue;
    all.set(i, readFacts(list, i, options, true).thumbnail!);
  }
  return all;
}
