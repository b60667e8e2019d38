import { basename, dirname, join } from 'node:path';
import { sameShape } from '../../../engine/shape.ts';
import type { Parts } from '../../data/parts.ts';
import { PipelineError } from '../../faults.ts';
import { shapeOf } from '../../image/image.ts';
import { visible } from '../../text/visible.ts';
import type { CsvColumns } from './columns.ts';
import { readIdxPair } from './idx.ts';
import { findMappingFile, type IdxPaths } from './idxFiles.ts';
import type { LoadedParts } from './listed.ts';
import { listFolder } from './listFolder.ts';
import { findMapping, readMapping } from './mapping.ts';
import { isTransposed, type Numbered, named } from './numbered.ts';
import { hasLabels, type PixelFiles, readPixelCsv } from './pixelCsv.ts';
import type { Reading } from './reading.ts';
import type { Source } from './source.ts';

type NumberedSource = Extract<Source, { kind: 'idx' | 'pixels' }>;

/**
 * Loads IDX files or CSV files of pixels, upright and with the names of their classes.
 *
 * @throws InkgradError where a file is bad, the parts have images of two sizes, or a label has no name
 */
export function loadNumbered(source: NumberedSource, reading: Reading): LoadedParts {
  const { train, validation, test, remarks } = readParts(source, reading);
  for (const other of [validation, test]) if (other) refuseOtherSize(train, other);
  const { transpose, mapping: wanted } = reading;
  const beside = mappingBeside(source);
  const mapping = wanted !== undefined ? findMapping(wanted) : beside ? readMapping(beside) : undefined;
  const transposed = transpose ?? isTransposed(train.path);
  return {
    train: named(train, mapping, train),
    ...(validation && { validation: named(validation, mapping, train) }),
    ...(test && { test: named(test, mapping, train) }),
    remarks: [
      ...(transposed
        ? ['images are stored transposed and turned upright; `transpose` false leaves them']
        : []),
      ...(wanted === undefined && beside ? [`${visible(basename(beside))} names the classes`] : []),
      ...remarks,
    ],
  };
}

function refuseOtherSize(train: Numbered, other: Numbered): void {
  const [own, others] = [train, other].map(shapeOf);
  if (sameShape(own, others)) return;
  // Channels are told where they differ.
  const told = (shape: readonly number[]) => shape.slice(own[0] === others[0] ? 1 : 0).join('×');
  throw new PipelineError(
    `${visible(train.path)}: images are ${told(own)}, but ${told(others)} in ` +
      `${visible(other.path)}; take both files from the same data set`,
    'wrong-size',
  );
}

interface NumberedParts extends Parts<Numbered> {
  readonly remarks: readonly string[];
}

function readParts(source: NumberedSource, { transpose, columns }: Reading): NumberedParts {
  const { train, test } = source.files;
  if (source.kind === 'pixels') return readPixelParts(source.files, transpose, columns);
  return {
    train: readIdxPair(train as IdxPaths, transpose),
    ...(test && { test: readIdxPair(test as IdxPaths, transpose) }),
    remarks: [],
  };
}

/** The parts of one file, or those of two, of which the second is a test part that came along by its name. */
function readPixelParts(
  { train, test }: PixelFiles,
  transpose: boolean | undefined,
  columns: CsvColumns | undefined,
): NumberedParts {
  const parts = readPixelCsv(train, transpose, columns);
  if (test === undefined) return parts;
  const aside = (why: string) => ({
    ...parts,
    remarks: [...parts.remarks, `${visible(basename(test))} ${why}, so it is left aside`],
  });
  if (!hasLabels(test, columns)) return aside('has no labels');
  if (parts.test) return aside(`lies beside, but ${visible(basename(train))} has a test part itself`);
  const other = readPixelCsv(test, transpose, columns);
  if (other.test || other.validation) return aside('is parted itself');
  const remarks = [...new Set([...parts.remarks, ...other.remarks])];
  return { ...parts, test: other.train, remarks };
}

/** The mapping file that lies beside the images. */
function mappingBeside(source: NumberedSource): string | undefined {
  if (source.kind === 'idx') return source.files.mapping;
  const { train } = source.files;
  const set = basename(train).replace(/[-_]?(train|test)?\.csv$/i, '');
  const name = findMappingFile(listFolder(dirname(train)).files, set);
  return name && join(dirname(train), name);
}
