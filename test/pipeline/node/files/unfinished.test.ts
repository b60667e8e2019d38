// What a process leaves half written when it is killed: who may remove it, and when.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cacheFolder } from '../../../../pipeline/node/files/cacheFolder.ts';
import { makeFolder } from '../../../../pipeline/node/files/makeFolder.ts';
import { sweep, unfinishedName } from '../../../../pipeline/node/files/unfinished.ts';
import { writeDurably, writeWhole } from '../../../../pipeline/node/files/writeFile.ts';
import { refuses } from '../../../support/images.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const gone = spawnSync(process.execPath, ['-e', '']).pid;
const colleague = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
test.after(() => void colleague.kill());

/** `NAME.HOST-PID.part` of another process here. */
const nameOf = (name: string, pid = 0) =>
  unfinishedName(name).replace(`-${process.pid}.part`, `-${pid}.part`);

const DAY = 24 * 3600;

test('what is left is swept when its maker is gone, and a colleague keeps what it is writing', () => {
  const { path } = folders.make();
  const files: Record<string, { age: number; stays: boolean }> = {
    [nameOf('a', gone)]: { age: 0, stays: false },
    [`a.${gone}.part`]: { age: 0, stays: false },
    [nameOf('a', colleague.pid)]: { age: DAY - 60, stays: true },
    [`a.${colleague.pid}.part`]: { age: 0, stays: true },
    // Its number went to another process since.
    [nameOf('b', colleague.pid)]: { age: DAY + 60, stays: false },
    [`a.elsewhere-${gone}.part`]: { age: DAY - 60, stays: true },
    [`b.elsewhere-${gone}.part`]: { age: DAY + 60, stays: false },
    'unpacking-a1B2c3': { age: DAY + 60, stays: false },
    'unpacking-a1B2c4': { age: 60, stays: true },
    'unpacking-my-holidays': { age: 9 * DAY, stays: true },
    'film.part': { age: 9 * DAY, stays: true },
    a: { age: 9 * DAY, stays: true },
  };
  for (const [name, { age }] of Object.entries(files)) {
    if (name.startsWith('unpacking')) mkdirSync(join(path, name));
    else writeFileSync(join(path, name), '');
    const then = Date.now() / 1000 - age;
    utimesSync(join(path, name), then, then);
  }
  sweep(path, () => true);
  const staying = Object.keys(files).filter((name) => files[name].stays);
  assert.equal(readdirSync(path).sort(), staying.sort());
  assert.ok(
    unfinishedName('a').includes(
      hostname()
        .slice(0, 8)
        .replaceAll(/[^\w-]/g, '_'),
    ),
  );
});

test('writing a file sweeps what another left of it, and nothing else in a folder that may be anyone’s', () => {
  for (const write of [writeDurably, writeWhole]) {
    const other = nameOf('other.png', gone);
    const { path } = folders.make({ [nameOf('page.png', gone)]: '', [other]: '', 'backup.7.part': 'mine' });
    write(join(path, 'page.png'), 'new');
    assert.equal(readdirSync(path).sort(), ['backup.7.part', other, 'page.png'].sort());
    assert.is(readFileSync(join(path, 'page.png'), 'utf8'), 'new');
  }
});

test('a file that cannot be written stays as it was, without a trace', async () => {
  const { path } = folders.make({ 'folder/inside': '' });
  await refuses(() => writeDurably(join(path, 'folder'), 'x'), 'unwritable', 'folder');
  await refuses(() => writeDurably(join(path, 'nowhere/x'), 'x'), 'unwritable', 'nowhere/x');
  assert.equal(readdirSync(path, { recursive: true }).sort(), ['folder', join('folder/inside')]);
});

test('folders are made one by one, and none is left where the last cannot be', () => {
  const { path } = folders.make({ file: '' });
  const made = makeFolder(join(path, 'a/b/c'));
  assert.equal(
    made,
    ['a', 'a/b', 'a/b/c'].map((name) => join(path, name)),
  );
  assert.equal(makeFolder(join(path, 'a/b')), []);
  for (const wrong of ['file', 'file/below', `new/${'x'.repeat(300)}`]) {
    assert.throws(() => makeFolder(join(path, wrong)));
  }
  assert.equal(readdirSync(path).sort(), ['a', 'file']);
  if (existsSync('/proc/self')) assert.throws(() => makeFolder('/proc/nowhere/at/all'), /ENOENT/);
});

test('a cache is never below the working folder', () => {
  const { XDG_CACHE_HOME } = process.env;
  try {
    for (const place of ['.', 'cache']) {
      process.env.XDG_CACHE_HOME = place;
      assert.throws(cacheFolder, /set HOME or XDG_CACHE_HOME/);
    }
    process.env.XDG_CACHE_HOME = '/var/cache';
    assert.is(cacheFolder(), '/var/cache/inkgrad');
  } finally {
    if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME;
  }
});

test.run();
