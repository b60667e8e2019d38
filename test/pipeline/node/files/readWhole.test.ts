// Files are read whole up to a size; what has no end, or is no file, is refused at once.
import { execFileSync } from 'node:child_process';
import { truncateSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findMapping } from '../../../../pipeline/node/data/mapping.ts';
import { readWhole } from '../../../../pipeline/node/files/readWhole.ts';
import { findModel } from '../../../../pipeline/node/model/findModel.ts';
import { findRecipe } from '../../../../pipeline/node/model/findRecipe.ts';
import { readCheckpoint } from '../../../../pipeline/node/runs/checkpointFile.ts';
import { refuses, tempFolder } from '../../../support/images.ts';

const wanted = { name: 'it', most: 10, tooLarge: 'is too large; shrink it', advice: 'give a file' };
const folder = tempFolder({ 'ten.txt': '0123456789', 'eleven.txt': '0123456789a', 'empty.txt': '' });
const at = (name: string) => `${folder.path}/${name}`;
const unix = process.platform !== 'win32';

test.after(() => folder.remove());

test('a file of no more bytes than are wanted is read', () => {
  assert.is(readWhole(at('ten.txt'), wanted).toString(), '0123456789');
  assert.is(readWhole(at('empty.txt'), wanted).length, 0);
});

test('what is larger, no file, or not there is refused', async () => {
  await refuses(() => readWhole(at('eleven.txt'), wanted), 'too-large', 'it: is too large; shrink it');
  await refuses(() => readWhole(folder.path, wanted), 'unreadable', 'it: is a folder; give a file');
  await refuses(() => readWhole(at('none.txt'), wanted), 'missing', 'it: no such file');
});

if (unix) {
  test('a device and a pipe without an end are refused at once, by whatever reads a file', async () => {
    execFileSync('mkfifo', [at('pipe.json')]);
    await refuses(() => readWhole('/dev/zero', wanted), 'unreadable', 'it: is a device');
    for (const read of [findMapping, findModel, findRecipe]) {
      await refuses(() => read(at('pipe.json')), 'unreadable', 'pipe.json: is a pipe');
    }
    await refuses(() => findMapping('/dev/zero'), 'unreadable', '/dev/zero: is a device');
    await refuses(() => findModel('/dev/zero'), 'unreadable', '/dev/zero: is a device');
  });
}

test('a huge file is refused before memory is taken for it', async () => {
  truncateSync(at('eleven.txt'), 2 ** 33);
  const before = process.memoryUsage().arrayBuffers;
  for (const read of [findMapping, findModel, readCheckpoint]) {
    await refuses(() => read(at('eleven.txt')), 'too-large', 'eleven.txt');
  }
  assert.ok(process.memoryUsage().arrayBuffers - before < 1e6);
});

test.run();
