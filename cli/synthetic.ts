import { count, type Dataset, type DatasetPair } from '../pipeline/data/dataset.ts';
import { grouped } from '../pipeline/text/grouped.ts';

/** How many images a data set has, in words that say so where no hand wrote them. */
export const imageCount = (dataset: Dataset): string =>
  `${grouped(count(dataset))} ${dataset.fonts ? 'synthetic ' : ''}images`;

/** Where synthetic images come from; undefined for real ones. */
export const syntheticNote = ({ train, test }: DatasetPair): string | undefined =>
  train.fonts &&
  `synthetic: drawn from ${train.fonts.length} handwriting fonts, tested on ${test.fonts?.length} others`;
