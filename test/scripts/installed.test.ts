// Whether `npm start` has to install: by what is there, not by when files were written.
import { utimesSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolders } from '../support/tempFolders.ts';

const { isInstalled } = await import(pathToFileURL(resolve('scripts/installed.mjs')).href);
const folders = tempFolders();
test.after(folders.remove);

const wanted = {
  '': { name: 'it' },
  'packages/cli': { version: '1.0.0' },
  'node_modules/it-cli': { resolved: 'packages/cli', link: true },
  'node_modules/a': { version: '1.2.0', integrity: 'sha512-a' },
  'node_modules/for-windows': { version: '1.0.0', integrity: 'sha512-w', optional: true },
};
const { a, windows } = { a: wanted['node_modules/a'], windows: wanted['node_modules/for-windows'] };
const lock = (packages: object) => JSON.stringify({ lockfileVersion: 3, packages });

const cases: readonly (readonly [string, Record<string, string>, boolean])[] = [
  ['nothing', {}, false],
  ['a list that breaks off', { 'node_modules/.package-lock.json': '{"packages": {' }, false],
  ['no package', { 'node_modules/.package-lock.json': lock({}) }, false],
  [
    'all but those of other systems',
    { 'node_modules/.package-lock.json': lock({ 'node_modules/a': a }) },
    true,
  ],
  [
    'another version',
    { 'node_modules/.package-lock.json': lock({ 'node_modules/a': { ...a, integrity: 'sha512-b' } }) },
    false,
  ],
  [
    'another version of one for some systems',
    {
      'node_modules/.package-lock.json': lock({
        ...{ 'node_modules/a': a, 'node_modules/for-windows': { ...windows, integrity: 'sha512-x' } },
      }),
    },
    false,
  ],
];

for (const [name, files, expected] of cases) {
  test(`${name} is there: ${expected ? 'nothing has to' : 'it has to'} be installed`, () => {
    const { path } = folders.make({ 'package-lock.json': lock(wanted), ...files });
    // As git leaves it: written after all else.
    const later = new Date(Date.now() + 60_000);
    utimesSync(join(path, 'package-lock.json'), later, later);
    assert.is(isInstalled(path), expected);
  });
}

test.run();
