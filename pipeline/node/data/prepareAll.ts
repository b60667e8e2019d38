import { bytesOf } from '../../image/image.ts';
import { ImageCache, type Keepable, WORTH_KEEPING } from '../cache/imageCache.ts';
import type { KeptImages } from '../cache/keptImages.ts';
import { crew } from '../tasks/crew.ts';
import type { Context, Item } from '../tasks/tasks.ts';
import type { Refused } from '../threads/attempt.ts';
import { mapInThreads } from '../threads/mapInThreads.ts';

/** The tasks that prepare an image. */
export type PreparingTask = 'prepareFile' | 'prepareSynth';

export interface PrepareOptions {
  /** threads that prepare; one for each core when left out */
  readonly threads?: number | undefined;
  /** whether prepared images are kept for the next start; false when left out */
  readonly cache?: boolean | undefined;
  /** stops the work; what is prepared by then is kept */
  readonly signal?: AbortSignal | undefined;
  /** called after each image with how many are done and how many there are */
  readonly onProgress?: (done: number, total: number) => void;
  /** told once where the system starts fewer threads */
  readonly onRemark?: (remark: string) => void;
}

/**
 * Prepares the images of a data set on several threads, each of which has one original in memory at a time. They do
 * not depend on how many threads there are, nor on what is kept from before.
 *
 * @param contextOf what the task takes, with the images that are kept from before
 * @param onRefused called with the number of an image that is refused, and why: in any order
 * @returns channels·size² bytes for each item; zeros for images that are refused
 * @throws what `onRefused` throws; the signal's reason
 */
export async function prepareAll<Task extends PreparingTask>(
  task: Task,
  dataset: Keepable,
  contextOf: (kept: KeptImages | null) => Context<Task>,
  items: readonly Item<Task>[],
  {
    threads,
    cache,
    signal,
    onProgress,
    onRemark,
    onRefused,
  }: PrepareOptions & { readonly onRefused: (i: number, refused: Refused) => void },
): Promise<Uint8Array> {
  const bytes = bytesOf(dataset.recipe);
  const images = new Uint8Array(items.length * bytes);
  const keeper = cache && items.length >= WORTH_KEEPING ? new ImageCache(dataset, items.length) : null;
  let done = 0;
  try {
    await mapInThreads(crew, task, contextOf(keeper?.kept ?? null), items, {
      threads,
      signal,
      onRemark,
      onResult: (i, outcome) => {
        if ('refused' in outcome) onRefused(i, outcome);
        else {
          images.set(outcome.value.image, i * bytes);
          keeper?.note(i, outcome.value);
        }
        onProgress?.(++done, items.length);
      },
    });
  } finally {
    keeper?.keep(images, done < items.length);
  }
  return images;
}
