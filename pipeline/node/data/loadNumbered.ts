import { basename, dirname, join } from 'node:path';
import { PipelineError } from '../../faults.ts';
import { visible } from '../../text/visible.ts';
import { readIdxPair } from './idx.ts';
import { findMappingFile } from './idxFiles.ts';
import type { LoadedParts } from './listed.ts';
import { listFolder } from './listFolder.ts';
import { findMapping, readMapping } from './mapping.ts';
import { isTransposed, type Numbered, named } from './numbered.ts';
import { readPixelCsv } from './pixelCsv.ts';
import type { Reading } from './reading.ts';
import type { Source } from './source.ts';

type NumberedSource = Extract<Source, { kind: 'idx' | 'pixels' }>;

/**
 * Loads IDX files or CSV files of pixels, upright and with the names of their classes.
 *
 * @throws InkgradError where a file is bad, the parts have images of two sizes, or a label has no name
 */
export function loadNumbered(source: NumberedSource, { transpose, mapping: wanted }: Reading): LoadedParts {
  const { train, test } = readParts(source, transpose);
  if (test && train.size !== test.size) {
    throw new PipelineError(
      `${visible(train.path)}: images are ${train.size}×${train.size}, but ${test.size}×${test.size} in ` +
        `${visible(test.path)}; take both files from the same data set`,
      'wrong-size',
    );
  }
  const beside = mappingBeside(source);
  const mapping = wanted !== undefined ? findMapping(wanted) : beside ? readMapping(beside) : undefined;
  const transposed = transpose ?? isTransposed(train.path);
  const remarks = [
    ...(transposed ? ['images are stored transposed and turned upright; `transpose` false leaves them'] : []),
    ...(wanted === undefined && beside ? [`${visible(basename(beside))} names the classes`] : []),
  ];
  return {
    train: named(train, mapping, train),
    ...(test && { test: named(test, mapping, train) }),
    remarks,
  };
}

function readParts(source: NumberedSource, transpose?: boolean): { train: Numbered; test?: Numbered } {
  if (source.kind === 'idx') {
    const { train, test } = source.files;
    return { train: readIdxPair(train, transpose), ...(test && { test: readIdxPair(test, transpose) }) };
  }
  const { train, test } = source.files;
  return { train: readPixelCsv(train, transpose), ...(test && { test: readPixelCsv(test, transpose) }) };
}

/** The mapping file that lies beside the images. */
function mappingBeside(source: NumberedSource): string | undefined {
  if (source.kind === 'idx') return source.files.mapping;
  const { train } = source.files;
  const set = basename(train).replace(/[-_]?(train|test)?\.csv$/i, '');
  const name = findMappingFile(listFolder(dirname(train)).files, set);
  return name && join(dirname(train), name);
}
