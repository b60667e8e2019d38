import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import type { Fault } from '../../../../pipeline/faults.ts';
import { identifySource } from '../../../../pipeline/node/data/source.ts';
import { refuses, tempFolder } from '../../../support/images.ts';

const ZIP = Buffer.from('PK\x03\x04 and so on', 'latin1');

/** Sources that are none: their file or folder, what it holds, what the error says. */
const wrong: readonly (readonly [string, Record<string, string | Uint8Array>, Fault, ...string[]])[] = [
  ['gzip.zip', { 'gzip.zip': ZIP }, 'not-a-dataset', 'gzip.zip:', 'zip archive'],
  ['download', { download: ZIP }, 'not-a-dataset', 'download:', 'zip archive'],
  ['emnist.mat', { 'emnist.mat': 'MATLAB 5.0 MAT-file' }, 'not-a-dataset', 'emnist.mat', 'MATLAB'],
  ['k49-train-imgs.npz', { 'k49-train-imgs.npz': ZIP }, 'not-a-dataset', 'k49-train-imgs.npz', 'NumPy'],
  ['x.parquet', { 'x.parquet': 'PAR1' }, 'not-a-dataset', 'x.parquet', 'Parquet file'],
  ['blob', { blob: 'PAR1....PAR1' }, 'not-a-dataset', 'blob:', 'Parquet'],
  ['chars.tar.gz', { 'chars.tar.gz': gzipSync('x') }, 'not-a-dataset', 'chars.tar.gz', 'tar archive'],
  ['chars.tgz', { 'chars.tgz': gzipSync('x') }, 'not-a-dataset', 'chars.tgz', 'tar archive'],
  ['labels.xlsx', { 'labels.xlsx': ZIP }, 'not-a-dataset', 'labels.xlsx', 'Excel'],
  ['a.png', { 'a.png': '' }, 'not-a-dataset', 'a.png:', 'one image'],
  ['notes.txt', { 'notes.txt': 'hello' }, 'not-a-dataset', 'notes.txt'],
  ['empty', { empty: '' }, 'not-a-dataset', 'empty:'],
  ['x.gz', { 'x.gz': gzipSync('x') }, 'not-a-dataset', 'x.gz:'],
  ['nowhere', {}, 'missing', 'nowhere:'],
  ['', { 'chars/a/1.png': '', 'chars/b/1.png': '' }, 'not-a-dataset', 'sub-folder chars', '/chars'],
  ['', { 'gzip/emnist-letters-train-images-idx3-ubyte.gz': '' }, 'not-a-dataset', 'sub-folder gzip', '/gzip'],
  [
    '',
    { 'archive/english.csv': '', 'archive/Img/1.png': '' },
    'not-a-dataset',
    'sub-folder archive',
    '/archive',
  ],
  ['', { 'data/data/a/1.png': '', 'data/data/b/1.png': '' }, 'not-a-dataset', '/data/data'],
];
for (const [name, files, code, ...names] of wrong) {
  test(`refuses ${name || Object.keys(files)[0]}`, async () => {
    const folder = tempFolder(files);
    await refuses(() => identifySource(join(folder.path, name)), code, ...names);
    folder.remove();
  });
}

test.run();
