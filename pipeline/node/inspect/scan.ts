import { setImmediate } from 'node:timers/promises';
import { Random } from '../../../engine/random.ts';
import { EXAMPLES_STREAM } from '../../data/streams.ts';
import type { RgbaImage } from '../../image/image.ts';
import { crew } from '../tasks/crew.ts';
import { factsOf, type ImageFacts } from '../tasks/facts.ts';
import type { Inspecting } from '../tasks/inspectFile.ts';
import type { Outcome } from '../tasks/tasks.ts';
import { newBudget } from '../threads/budget.ts';
import { mapInThreads } from '../threads/mapInThreads.ts';
import type { ImageList } from './list.ts';

export interface ScanOptions extends Inspecting {
  /** positions of the images of which a thumbnail is wanted */
  readonly examples: Iterable<number>;
  /** threads that read files; one for each core when left out */
  readonly threads?: number | undefined;
  /** ends the scan; the promise is then rejected with the signal's reason */
  readonly signal?: AbortSignal | undefined;
  /** called after each image with how many are done and how many there are */
  readonly onProgress?: (done: number, total: number) => void;
  /** told where the system starts fewer threads */
  readonly onRemark?: (remark: string) => void;
}

/** What one pass over the images of a data set found. */
export interface Scan {
  /** for each image of the list; null where it cannot be read */
  readonly facts: readonly (ImageFacts | null)[];
  /** why, for those that cannot be read, in order */
  readonly reasons: ReadonlyMap<number, string>;
  readonly thumbnails: ReadonlyMap<number, RgbaImage>;
}

/**
 * Reads every image of a data set once: files on several threads, each of which has one at a time in memory. What is
 * kept of each is a few numbers, and a thumbnail of some.
 *
 * @throws the signal's reason
 */
export async function scanImages(list: ImageList, options: ScanOptions): Promise<Scan> {
  const total = list.images.length;
  const facts = new Array<ImageFacts | null>(total).fill(null);
  const reasons = new Map<number, string>();
  const thumbnails = new Map<number, RgbaImage>();
  let done = 0;
  await inspectAll(list, [...facts.keys()], new Set(options.examples), options, (i, outcome) => {
    if ('refused' in outcome) reasons.set(i, withoutName(outcome.refused, list.images[i].name));
    else {
      const { thumbnail, ...found } = outcome.value;
      facts[i] = found;
      if (thumbnail) thumbnails.set(i, thumbnail);
    }
    options.onProgress?.(++done, total);
  });
  return { facts, reasons: new Map([...reasons].sort(([a], [b]) => a - b)), thumbnails };
}

/** Inspects the images at some positions of a list, those that are shown with a thumbnail. */
async function inspectAll(
  { images, pixels }: ImageList,
  positions: readonly number[],
  shown: ReadonlySet<number>,
  { maxPixels, thumbnail, budget = newBudget(), threads, signal, onRemark }: Omit<ScanOptions, 'examples'>,
  onResult: (i: number, outcome: Outcome<'inspectFile'>) => void,
): Promise<void> {
  if (pixels === null) {
    const files = positions.map((i) => ({
      path: images[i].path!,
      where: images[i].name,
      shown: shown.has(i),
    }));
    await mapInThreads(crew, 'inspectFile', { maxPixels, thumbnail, budget }, files, {
      threads,
      signal,
      onRemark,
      onResult: (k, outcome) => onResult(positions[k], outcome),
    });
    return;
  }
  for (const i of positions) {
    onResult(i, { value: factsOf(pixels(i), shown.has(i) ? { thumbnail } : {}) });
    // Timers and signals get their turn.
    await setImmediate();
    signal?.throwIfAborted();
  }
}

/** What is wrong with a file, without its name in front. */
const withoutName = (line: string, name: string): string =>
  line.startsWith(name) ? line.slice(name.length).replace(/^:? /, '') : line;

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

/**
 * Thumbnails of images that were found to be worth a look, as far as there are none yet. One that can no longer be
 * read has none.
 *
 * @throws the signal's reason
 */
export async function addThumbnails(
  list: ImageList,
  { thumbnails }: Pick<Scan, 'thumbnails'>,
  positions: Iterable<number>,
  options: Omit<ScanOptions, 'examples' | 'onProgress'>,
): Promise<Map<number, RgbaImage>> {
  const all = new Map(thumbnails);
  const missing = new Set([...positions].filter((i) => !all.has(i)));
  await inspectAll(list, [...missing], missing, options, (i, outcome) => {
    if ('value' in outcome) all.set(i, outcome.value.thumbnail!);
  });
  return all;
}
