// What stands at a path where an image should, and streams without an end. Nothing hangs, nothing is read for long.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PipelineError } from '../../../../pipeline/faults.ts';
import { encodePng } from '../../../../pipeline/node/decode/decode.ts';
import {
  largestFile,
  readImageFile,
  readImageStream,
} from '../../../../pipeline/node/decode/readImageFile.ts';
import { MAX_PIXELS } from '../../../../pipeline/node/decode/refusal.ts';
import { imagePaths } from '../../../../pipeline/node/files/imagePaths.ts';
import { gray, refuses } from '../../../support/images.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

const png = encodePng(gray([0, 1], [1, 0]));
const folder = folders.make({ 'good.png': png, 'empty.png': '' }).path;
const at = (name: string) => join(folder, name);
const read = (name: string, maxPixels = MAX_PIXELS) => readImageFile(at(name), name, maxPixels);

test('a file is read whole, through a link too', () => {
  symlinkSync('good.png', at('link.png'));
  assert.is(Buffer.compare(read('good.png'), png), 0);
  assert.is(Buffer.compare(read('link.png'), png), 0);
  assert.is(read('empty.png').length, 0);
});

test('what is no file is refused in one line', async () => {
  mkdirSync(at('folder.png'));
  symlinkSync('gone.png', at('broken.png'));
  symlinkSync('loop.png', at('loop.png'));
  await refuses(() => read('folder.png'), 'unreadable', 'folder.png:', 'is a folder');
  await refuses(() => read('gone.png'), 'missing', 'gone.png:');
  await refuses(() => read('broken.png'), 'missing', 'broken.png:');
  await refuses(() => read('good.png/x.png'), 'missing', 'good.png/x.png:');
  await refuses(() => read(`${'x'.repeat(5000)}.png`), 'missing', 'xxx.png:');
  await refuses(() => read('loop.png'), 'unreadable', 'loop.png:', 'link');
});

if (process.platform !== 'win32') {
  test('pipes, devices and sockets are refused without a byte read', async () => {
    execFileSync('mkfifo', [at('pipe.png')]);
    await refuses(() => read('pipe.png'), 'unreadable', 'pipe.png:', 'is a pipe');
    symlinkSync('/dev/zero', at('zero.png'));
    await refuses(() => read('zero.png'), 'unreadable', 'zero.png:', 'is a device');
    const server = createServer().listen(at('socket.png'));
    await new Promise((resolve) => server.once('listening', resolve));
    await refuses(() => read('socket.png'), 'unreadable', 'socket.png:', 'is a device');
    server.close();
  });

  test('a file that may not be read says so, and so does a folder', async () => {
    writeFileSync(at('secret.png'), png);
    mkdirSync(at('closed'));
    chmodSync(at('secret.png'), 0);
    chmodSync(at('closed'), 0);
    chmodSync(folder, 0o755);
    // Nothing is closed to root, so that this is another user for the moment.
    const isRoot = process.getuid!() === 0;
    if (isRoot) process.seteuid!(65534);
    const errors: PipelineError[] = [];
    try {
      await refuses(() => read('secret.png'), 'unreadable', 'secret.png:', 'permissions');
      await refuses(() => read('closed/a.png'), 'unreadable', 'closed/a.png:', 'permissions');
      assert.equal(
        imagePaths([at('closed')], (_, error) => errors.push(error as PipelineError)),
        [],
      );
    } finally {
      if (isRoot) process.seteuid!(0);
    }
    assert.is(errors.length, 1);
    assert.is(errors[0].code, 'unreadable');
    assert.match(errors[0].message, /\/closed: .*\(EACCES\); /);
  });
}

test('a file larger than an image can be is refused by its size alone', async () => {
  writeFileSync(at('huge.png'), png);
  // A file with a hole takes no place on the disk.
  truncateSync(at('huge.png'), 10e9);
  const before = process.memoryUsage().rss;
  const start = performance.now();
  await refuses(() => read('huge.png'), 'too-large', 'huge.png:', '592 MB', '64 megapixels', '`maxPixels`');
  assert.ok(performance.now() - start < 1000);
  assert.ok(process.memoryUsage().rss - before < 50e6);
  truncateSync(at('huge.png'), largestFile(1000));
  assert.is(read('huge.png', 1000).length, largestFile(1000));
  truncateSync(at('huge.png'), largestFile(1000) + 1);
  await refuses(() => read('huge.png', 1000), 'too-large', 'huge.png:', '16 MB');
});

/** A stream that never ends: a start, and then zeros. */
function endless(start: Uint8Array) {
  const seen = { bytes: 0, closed: false };
  function* pieces() {
    try {
      for (let piece = Buffer.from(start); ; piece = Buffer.alloc(65536)) {
        seen.bytes += piece.length;
        yield piece;
      }
    } finally {
      seen.closed = true;
    }
  }
  return { stream: Readable.from(pieces()), seen };
}

test('a stream that is no image is refused after its first bytes, and ended', async () => {
  const zeros = endless(Buffer.alloc(1));
  await refuses(
    () => readImageStream(zeros.stream, 'standard input', 1e6),
    'not-an-image',
    'standard input:',
  );
  assert.ok(zeros.seen.bytes < 20 * 65536 && zeros.seen.closed, `${zeros.seen.bytes} bytes`);
});

test('a stream longer than an image can be is refused, and ended', async () => {
  const long = endless(png);
  await refuses(
    () => readImageStream(long.stream, 'standard input', 1e4),
    'too-large',
    'standard input:',
    '16 MB',
  );
  assert.ok(long.seen.bytes < largestFile(1e4) + 20 * 65536 && long.seen.closed);
});

test('a stream is read whole, in pieces of any size', async () => {
  const bytes = Array.from(png, (byte) => Buffer.of(byte));
  assert.is(Buffer.compare(await readImageStream(Readable.from(bytes), 'a', 1e6), png), 0);
  assert.is((await readImageStream(Readable.from([]), 'a', 1e6)).length, 0);
});

test('a folder named like an image is a folder, not an image', () => {
  const names = folders.make({ 'a/b.png/c.png': png, 'a/d.png': png }).path;
  const none = () => assert.unreachable();
  assert.equal(imagePaths([join(names, 'a')], none), [join(names, 'a/b.png/c.png'), join(names, 'a/d.png')]);
});

test.run();
