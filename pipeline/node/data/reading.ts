import type { CsvColumns } from './columns.ts';
import type { Source } from './source.ts';

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

type Kind = Source['kind'];

/** Which sources an option says something of, and what they are called. */
const ABOUT: readonly (readonly [
  name: string,
  of: (reading: Reading) => unknown,
  kinds: readonly Kind[],
  what: string,
])[] = [
  ['columns.image', ({ columns }) => columns?.image, ['csv'], 'CSV files'],
  ['columns.label', ({ columns }) => columns?.label, ['csv', 'pixels'], 'CSV files'],
  ['columns.split', ({ columns }) => columns?.split, ['csv', 'pixels'], 'CSV files'],
  ['mapping', ({ mapping }) => mapping, ['idx', 'pixels'], 'IDX files and CSV files of pixels'],
  ['transpose', ({ transpose }) => transpose, ['idx', 'pixels'], 'IDX files and CSV files of pixels'],
];

/** What a person should know of options that say nothing of such a source, a sentence each. */
export const remarksOnUnused = (kind: Kind, reading: Reading): string[] =>
  ABOUT.filter(([, of, kinds]) => of(reading) !== undefined && !kinds.includes(kind)).map(
    ([name, , , what]) => `\`${name}\` says nothing of this data set: it is about ${what}`,
  );
