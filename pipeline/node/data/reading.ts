import type { CsvColumns } from './columns.ts';

/** How a data source is read where it does not say so itself: what flags say, and config.json records. */
export interface Reading {
  readonly columns?: CsvColumns;
  /** whether the images of IDX and pixel files are stored transposed; told by the file's name when left out */
  readonly transpose?: boolean;
  /** the name or file of what the labels of such files mean; a mapping file beside them when left out */
  readonly mapping?: string;
  /** the share of the images that is tested on where the source has no test part; above 0, below 1 */
  readonly testShare?: number;
}
