import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import { identifySource } from '../../../../pipeline/node/data/source.ts';
import { refuses, tempFolder } from '../../../support/images.ts';

const ZIP = Buffer.from('PK\x03\x04 and so on', 'latin1');

/** Sources that are none: their file or folder, what it holds, what the error says. */
const wrong: readonly (readonly [string, Record<string, string | Uint8Array>, RegExp])[] = [
  ['gzip.zip', { 'gzip.zip': ZIP }, /gzip\.zip: is a zip archive; unpack it and give the folder or file/],
  ['download', { download: ZIP }, /download: is a zip archive; /],
  [
    'emnist.mat',
    { 'emnist.mat': 'MATLAB 5.0 MAT-file' },
    /is a MATLAB file; take the data set in its binary format, IDX/,
  ],
  [
    'k49-train-imgs.npz',
    { 'k49-train-imgs.npz': ZIP },
    /is NumPy arrays; save it as IDX, as image files, or as CSV/,
  ],
  ['x.parquet', { 'x.parquet': 'PAR1' }, /is a Parquet file; save it as/],
  ['blob', { blob: 'PAR1....PAR1' }, /blob: is a Parquet file/],
  ['chars.tar.gz', { 'chars.tar.gz': gzipSync('x') }, /is a tar archive; unpack it/],
  ['chars.tgz', { 'chars.tgz': gzipSync('x') }, /is a tar archive; unpack it/],
  ['labels.xlsx', { 'labels.xlsx': ZIP }, /is an Excel workbook; save the sheet as CSV/],
  ['a.png', { 'a.png': '' }, /is one image; give a folder with a sub-folder of images for each class/],
  [
    'notes.txt',
    { 'notes.txt': 'hello' },
    /notes\.txt: neither a CSV nor an IDX file; give mnist, synth, a folder/,
  ],
  ['empty', { empty: '' }, /empty: neither a CSV nor an IDX file; /],
  ['x.gz', { 'x.gz': gzipSync('x') }, /x\.gz: not named like IDX images; /],
  ['nowhere', {}, /nowhere: no such file or folder; give mnist/],
  ['', { 'chars/a/1.png': '', 'chars/b/1.png': '' }, /: has the one sub-folder chars; give .*\/chars$/],
  [
    '',
    { 'gzip/emnist-letters-train-images-idx3-ubyte.gz': '' },
    /: has the one sub-folder gzip; give .*\/gzip$/,
  ],
  [
    '',
    { 'archive/english.csv': '', 'archive/Img/1.png': '' },
    /: has the one sub-folder archive; give .*\/archive$/,
  ],
];
for (const [name, files, pattern] of wrong) {
  test(`refuses ${name || Object.keys(files)[0]}`, async () => {
    const folder = tempFolder(files);
    await refuses(() => identifySource(join(folder.path, name)), pattern);
    folder.remove();
  });
}

test.run();
