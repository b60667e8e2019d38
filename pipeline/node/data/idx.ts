/**
 * The IDX format of Yann LeCun's MNIST page, http://yann.lecun.com/exdb/mnist: two zero bytes, a type, the
 * number of dimensions, each dimension as a big-endian uint32, then the values, the last dimension fastest.
 */
import { readFileSync } from 'node:fs';
import { type Fault, PipelineError } from '../../faults.ts';
import { formOf } from '../../image/image.ts';
import { visible } from '../../text/visible.ts';
import { withFile } from '../files/openFile.ts';
import { gunzip, gunzipStart, isGzip } from './gunzip.ts';
import { imagesOfIdx } from './idxChannels.ts';
import type { IdxPaths } from './idxFiles.ts';
import { refuseLfsPointer } from './lfsPointer.ts';
import { isTransposed, type Numbered, transposeEach } from './numbered.ts';

/** The type code of unsigned bytes, the only one that images and labels come in. */
const UNSIGNED_BYTE = 0x08;

/** The other type codes. */
const otherTypes: Readonly<Record<number, string>> = {
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: '32-bit floats',
  14: '64-bit floats',
};

/** The largest data set that is read; the largest EMNIST has 0.55 GB. */
const MAX_BYTES = 2 ** 31 - 1;

/** An IDX file in memory. */
export interface IdxArray {
  readonly shape: readonly number[];
  /** as many bytes as the product of the shape */
  readonly data: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes, gzipped or not (told by its first bytes, not by its name). It is inflated
 * to what its header says and no further.
 *
 * @param dimensions how many it may have: 3 for images, 4 in colour, 1 for labels
 * @throws InkgradError that names the file where it is not such a file, is cut short, or has bytes left over
 */
export function readIdx(path: string, ...dimensions: number[]): IdxArray {
  const fail = (what: string, code: Fault): never => {
    throw new PipelineError(`${visible(path)}: ${what}`, code);
  };
  const file = withFile(path, (open, bytes) =>
    bytes > MAX_BYTES
      ? fail('more than 2 GB; leave out some of its images', 'too-large')
      : readFileSync(open),
  );
  refuseLfsPointer(file, visible(path));
  const packed = isGzip(file);
  const longest = 4 + 4 * Math.max(...dimensions);
  const start = packed ? gunzipStart(path, file, longest) : file.subarray(0, longest);
  if (start.length < 4 || start[0] !== 0 || start[1] !== 0) {
    const bytes = start.subarray(0, 4).toString('hex') || 'nothing';
    fail(
      `starts with ${bytes}, not with 0000080${dimensions[0]}; expected an IDX file of unsigned bytes`,
      'not-a-dataset',
    );
  }
  if (start[2] !== UNSIGNED_BYTE) {
    const type = otherTypes[start[2]] ?? `values of the unknown type ${start[2]}`;
    fail(`IDX with ${type}; expected unsigned bytes, 0 to 255`, 'not-a-dataset');
  }
  if (!dimensions.includes(start[3])) {
    const kind = dimensions[0] === 1 ? 'labels' : 'images';
    const expected =
      dimensions.length === 1 ? dimensions[0] : `${dimensions[0]}, or ${dimensions[1]} in colour`;
    fail(`IDX with ${start[3]} dimensions; expected ${expected}, as ${kind} have`, 'not-a-dataset');
  }
  const header = 4 + 4 * start[3];
  if (start.length < header) fail('truncated IDX: the file ends in its header; download it again', 'damaged');
  const shape = Array.from({ length: start[3] }, (_, i) => start.readUInt32BE(4 + 4 * i));
  const expected = header + shape.reduce((product, side) => product * side, 1);
  if (packed && expected > MAX_BYTES)
    fail(`header says ${shape.join('×')} = ${expected} bytes; at most 2 GB are read`, 'too-large');
  const bytes = packed ? gunzip(path, file, expected) : file;
  if (typeof bytes === 'string' || bytes.length !== expected) {
    const has = typeof bytes === 'string' ? bytes : bytes.length;
    const wrong =
      has === 'more' || Number(has) > expected ? 'bytes after the end of the IDX data' : 'truncated IDX';
    return fail(
      `${wrong}: header says ${shape.join('×')} = ${expected} bytes, file has ${has}; download it again`,
      'damaged',
    );
  }
  return { shape, data: bytes.subarray(header) };
}

/**
 * Reads images and their labels from two IDX files.
 *
 * @param transposed whether images are stored transposed and are to be turned upright; told by the name when left out
 * @throws InkgradError where a file is bad, the counts differ, or images are not square
 */
export function readIdxPair(paths: IdxPaths, transposed = isTransposed(paths.images)): Numbered {
  const { data, shape } = readIdx(paths.images, 3, 4);
  const labels = readIdx(paths.labels, 1);
  const [count, ...axes] = shape;
  if (count !== labels.shape[0]) {
    throw new PipelineError(
      `${visible(paths.images)}: ${count} images, but ${visible(paths.labels)} has ${labels.shape[0]} labels; ` +
        'take both files from the same data set',
      'not-a-dataset',
    );
  }
  const found = count === 0 ? undefined : imagesOfIdx(data, shape);
  if (found === undefined) {
    const channels = axes.length === 3 ? ', with 1, 3 or 4 channels' : '';
    throw new PipelineError(
      `${visible(paths.images)}: ${count} images of ${axes.join('×')}; expected at least one, and square ones${channels}`,
      'wrong-size',
    );
  }
  return {
    path: paths.images,
    whereLabel: (index) => `${paths.labels} row ${index + 1}`,
    ...formOf(found),
    images: transposed ? transposeEach(found.images, found.size) : found.images,
    labels: labels.data,
  };
}
