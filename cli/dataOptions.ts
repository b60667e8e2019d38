import type { Options } from 'yargs';
import { mappings } from '../pipeline/node/data/mappings.ts';
import type { Reading } from '../pipeline/node/data/reading.ts';

/** Flags that say how a data set is read, for every command that reads one. */
export const dataOptions = {
  'image-column': { type: 'string', requiresArg: true, describe: 'Column of a CSV file with the paths' },
  'label-column': {
    type: 'string',
    requiresArg: true,
    describe: 'Column of a CSV file with the labels, by name, or by number where columns have none',
  },
  'split-column': {
    type: 'string',
    requiresArg: true,
    describe: 'Column of a CSV file that says train, validation or test in every row',
  },
  mapping: {
    type: 'string',
    requiresArg: true,
    describe: `Names of the labels of IDX and pixel files: ${Object.keys(mappings).join(', ')} or a file`,
  },
  transpose: {
    type: 'boolean',
    describe: 'Turn the images of IDX and pixel files upright; done for emnist-…, --no-transpose does not',
  },
} as const satisfies Record<string, Options>;

/** What these flags give. */
export interface DataArgs {
  readonly imageColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly splitColumn?: string | undefined;
  readonly mapping?: string | undefined;
  readonly transpose?: boolean | undefined;
}

/** What the flags say; nothing of what was left out. */
export function readingOf(args: DataArgs): Reading {
  const columns = given({ image: args.imageColumn, label: args.labelColumn, split: args.splitColumn });
  const { mapping, transpose } = args;
  return given({ columns: Object.keys(columns).length > 0 ? columns : undefined, mapping, transpose });
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that are not undefined. */
const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;
