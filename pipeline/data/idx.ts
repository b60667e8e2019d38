/**
 * The IDX format of Yann LeCun's MNIST page, http://yann.lecun.com/exdb/mnist: two zero bytes, a type, the
 * number of dimensions, each dimension as a big-endian uint32, then the values, the last dimension fastest.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InkgradError } from '../../engine/errors.ts';
import type { Dataset } from './dataset.ts';

/** The type code of unsigned bytes, the only one that images and labels come in. */
const UNSIGNED_BYTE = 0x08;

/** More than this is no data set but a compression bomb; the largest EMNIST has 0.55 GB. */
const MAX_INFLATED = 2 ** 31 - 1;

/** An IDX file in memory. */
export interface IdxArray {
  readonly shape: readonly number[];
  /** as many bytes as the product of the shape */
  readonly data: Uint8Array;
}

/**
 * Reads an IDX file of unsigned bytes, gzipped or not (told by its first bytes, not by its name).
 *
 * @param dimensions how many it must have: 3 for images, 1 for labels
 * @throws InkgradError that names the file where it is not such a file, is cut short, or has bytes left over
 */
export function readIdx(path: string, dimensions: number): IdxArray {
  const bytes = readMaybeGzipped(path);
  if (bytes.length < 4 || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== UNSIGNED_BYTE) {
    const start = bytes.subarray(0, 4).toString('hex');
    throw new InkgradError(
      `${path}: starts with ${start || 'nothing'}, not with 0000080${dimensions}; ` +
        'expected an IDX file of unsigned bytes',
    );
  }
  if (bytes[3] !== dimensions) {
    throw new InkgradError(
      `${path}: IDX with ${bytes[3]} dimensions; expected ${dimensions}, as ` +
        `${dimensions === 1 ? 'labels' : 'images'} have`,
    );
  }
  const header = 4 + 4 * dimensions;
  if (bytes.length < header) {
    throw new InkgradError(`${path}: truncated IDX: the file ends in its header; download it again`);
  }
  const shape = Array.from({ length: dimensions }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const expected = header + shape.reduce((product, side) => product * side, 1);
  if (bytes.length !== expected) {
    const wrong = bytes.length < expected ? 'truncated IDX' : 'bytes after the end of the IDX data';
    throw new InkgradError(
      `${path}: ${wrong}: header says ${shape.join('×')} = ${expected} bytes, file has ${bytes.length}; ` +
        'download it again',
    );
  }
  return { shape, data: bytes.subarray(header) };
}

function readMaybeGzipped(path: string): Buffer {
  const bytes = readFileSync(path);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_INFLATED });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InkgradError(`${path}: damaged gzip file (${reason}); download it again`);
  }
}

/**
 * Loads images and their labels from two IDX files.
 *
 * Files whose name starts with `emnist` hold each image transposed (Cohen, Afshar, Tapson and van Schaik,
 * "EMNIST: an extension of MNIST to handwritten letters", 2017) and are turned upright here.
 *
 * @param names what each label in the file means; its labels in ascending order become classes 0, 1, 2, …
 *   Without it the classes are 0 … the largest label, named by their number
 * @throws InkgradError where a file is bad, the counts differ, images are not square or a label has no name
 */
export function loadIdxPair(
  imagesPath: string,
  labelsPath: string,
  names?: ReadonlyMap<number, string>,
): Dataset {
  const images = readIdx(imagesPath, 3);
  const labels = readIdx(labelsPath, 1);
  const [count, rows, columns] = images.shape;
  if (count !== labels.shape[0]) {
    throw new InkgradError(
      `${imagesPath}: ${count} images, but ${labelsPath} has ${labels.shape[0]} labels; ` +
        'take both files from the same data set',
    );
  }
  if (count === 0 || rows === 0 || rows !== columns) {
    throw new InkgradError(
      `${imagesPath}: ${count} images of ${rows}×${columns}; expected at least one, and square ones`,
    );
  }
  const transposed = basename(imagesPath).toLowerCase().startsWith('emnist');
  return {
    name: basename(imagesPath),
    size: rows,
    images: transposed ? transposeEach(images.data, rows) : images.data,
    ...nameLabels(labels.data, labelsPath, names),
  };
}

/** Transposes size×size images, one after the other. */
function transposeEach(images: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(images.length);
  for (let start = 0; start < images.length; start += size * size) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) out[start + y * size + x] = images[start + x * size + y];
    }
  }
  return out;
}

function nameLabels(
  labels: Uint8Array,
  path: string,
  names: ReadonlyMap<number, string> | undefined,
): Pick<Dataset, 'classes' | 'labels'> {
  if (!names) {
    const largest = labels.reduce((most, label) => Math.max(most, label), 0);
    return {
      classes: Array.from({ length: largest + 1 }, (_, label) => String(label)),
      labels: Int32Array.from(labels),
    };
  }
  const known = [...names].sort(([a], [b]) => a - b);
  const classOf = new Map(known.map(([label], index) => [label, index]));
  return {
    classes: known.map(([, name]) => name),
    labels: Int32Array.from(labels, (label, row) => {
      const index = classOf.get(label);
      if (index !== undefined) return index;
      throw new InkgradError(
        `${path} row ${row + 1}: label ${label} is not in the mapping file; it lists ` +
          `${known.map(([each]) => each).join(', ')}`,
      );
    }),
  };
}
