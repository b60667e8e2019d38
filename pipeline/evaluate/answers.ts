/** What a model read in each image of a data set, and how sure it was; from both, what is worth looking at. */
import type { Dataset } from '../data/dataset.ts';

/** What was read in each image of a data set. */
export interface Answers {
  /** a class index for each image */
  readonly predicted: Int32Array;
  /** the probability of that class, 0…1 */
  readonly certainties: Float32Array;
}

/** Whether each image was read as what it is. */
export const rightOf = ({ predicted }: Answers, { labels }: Dataset): boolean[] =>
  Array.from(predicted, (read, i) => read === labels[i]);

/** The images that were misread, by position, the surest mistake first. */
export function mistakesOf({ predicted, certainties }: Answers, { labels }: Dataset): number[] {
  const wrong = [...predicted.keys()].filter((i) => predicted[i] !== labels[i]);
  return wrong.sort((a, b) => certainties[b] - certainties[a] || a - b);
}

/** A cell of a confusion matrix with the images that are in it. */
export interface Cell {
  readonly label: number;
  readonly predicted: number;
  /** by position: of mistakes the surest first, of images read right the least sure */
  readonly images: readonly number[];
}

/** The cells of the confusion matrix that hold an image, row by row. */
export function cellsOf({ predicted, certainties }: Answers, { labels, classes }: Dataset): Cell[] {
  const cells = new Map<number, number[]>();
  for (const [i, read] of predicted.entries()) {
    const key = labels[i] * classes.length + read;
    const images = cells.get(key);
    if (images === undefined) cells.set(key, [i]);
    else images.push(i);
  }
  return [...cells]
    .sort(([a], [b]) => a - b)
    .map(([key, images]) => {
      const [label, read] = [Math.floor(key / classes.length), key % classes.length];
      const sign = label === read ? 1 : -1;
      images.sort((a, b) => sign * (certainties[a] - certainties[b]) || a - b);
      return { label, predicted: read, images };
    });
}
