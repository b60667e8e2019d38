import { count, type Dataset, imagesOf, labelsOf, subset } from './dataset.ts';

/** Where the images of a data set lie: all of a set, or rows of one. */
export interface Lying {
  readonly whole: Dataset;
  readonly rows?: Int32Array;
}

const lying = new WeakMap<Dataset, Lying>();

/** A part smaller than this share of its set is a set of its own: a device would hold the rest for nothing. */
const MOST = 0.75;

/**
 * A part of a data set: the same as `subset`, but images of most of a set are copied when they are first asked for. Whoever
 * reads them where they lie (`whereItLies`) does without: of MNIST that is 47 MB, and a quarter of a second where memory is
 * slow to come by. So neither may be changed while the part is in use.
 *
 * @param rows positions in 0 … count−1, in the order wanted
 */
export function partOf(whole: Dataset, rows: Int32Array): Dataset {
  if (rows.length < MOST * count(whole)) return subset(whole, rows);
  const { images: _, ...form } = whole;
  let images: Uint8Array | undefined;
  const part: Dataset = {
    ...form,
    ...labelsOf(whole, rows),
    get images() {
      images ??= imagesOf(whole, rows);
      return images;
    },
  };
  lying.set(part, { whole, rows });
  return part;
}

/** A data set, or the one that it is a part of, and which rows of that it is. */
export const whereItLies = (dataset: Dataset): Lying => lying.get(dataset) ?? { whole: dataset };
