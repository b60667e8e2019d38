// What the system says is told in one line, with the place and what to do; a slip in the program stays one.
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Fault, PipelineError } from '../../../../pipeline/faults.ts';
import { withFile } from '../../../../pipeline/node/files/openFile.ts';
import { systemFault } from '../../../../pipeline/node/files/systemFault.ts';
import { attempt } from '../../../../pipeline/node/threads/attempt.ts';
import { refuses } from '../../../support/images.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const { path } = folders.make({ 'file.txt': 'x', 'large.txt': '' });
const at = (name: string) => join(path, name);
symlinkSync('loop', at('loop'));
truncateSync(at('large.txt'), 2 ** 31);

/** What goes wrong on any system and for any user, and the kind of fault that it is. */
const REAL: Record<string, readonly [action: () => unknown, code: Fault, ...names: string[]]> = {
  'no such file': [() => readFileSync(at('gone')), 'missing', at('gone')],
  'a file as a folder': [() => readFileSync(at('file.txt/x')), 'missing', at('file.txt/x')],
  'a folder as a file': [() => readFileSync(path), 'unreadable', 'is a folder'],
  'a link to itself': [() => readdirSync(at('loop')), 'unreadable', at('loop')],
  'a name too long': [() => mkdirSync(at('x'.repeat(300))), 'missing', 'xxx'],
  'what is there already': [() => openSync(at('file.txt'), 'wx'), 'unwritable', at('file.txt')],
  'a file of 2 GB': [() => readFileSync(at('large.txt')), 'too-large', '2 GB'],
  'a path with a zero byte': [() => readFileSync('a\0b'), 'missing', 'zero byte'],
  'no such program': [() => execFileSync('no-such-program'), 'not-installed', 'no-such-program', 'install'],
  'no memory': [() => new ArrayBuffer(2 ** 53 - 1), 'exhausted', 'memory'],
};

for (const [what, [action, code, ...names]] of Object.entries(REAL)) {
  test(what, async () => {
    const refused = () => {
      try {
        return action();
      } catch (error) {
        throw systemFault(error) ?? error;
      }
    };
    const line = await refuses(refused, code, ...names);
    assert.match(line, /.; ./);
  });
}

test('a working folder that is gone', async () => {
  const home = process.cwd();
  mkdirSync(at('here'));
  process.chdir(at('here'));
  try {
    rmdirSync(at('here'));
    process.cwd();
    assert.unreachable();
  } catch (error) {
    assert.match(systemFault(error)?.message ?? '', /the folder that you are in is gone; change to another/);
  } finally {
    process.chdir(home);
  }
});

test('slips of the program are none of it, whatever they carry', () => {
  const slips = [
    new TypeError('x is not a function'),
    new RangeError('Invalid array length'),
    Object.assign(new TypeError('The "path" argument must be of type string'), {
      code: 'ERR_INVALID_ARG_TYPE',
    }),
    Object.assign(new Error('odd'), { code: 'toString' }),
    Object.assign(new Error('odd'), { code: 7 }),
    new PipelineError('damaged', 'damaged'),
    'a text',
    undefined,
  ];
  for (const slip of slips) assert.is(systemFault(slip), undefined, String(slip));
});

test('a task of a thread is refused with it', async () => {
  const tasks = { read: (_: null, name: string) => readFileSync(name) };
  const outcome = await attempt(tasks, 'read', null, at('gone'));
  assert.equal(outcome, {
    refused: `${at('gone')}: no such file or folder; correct the path`,
    code: 'missing',
  });
});

test('a file is read, anything else is refused before it is waited for', async () => {
  writeFileSync(at('full.txt'), 'seven');
  assert.equal(
    withFile(at('full.txt'), (file, bytes) => [readFileSync(file, 'utf8'), bytes]),
    ['seven', 5],
  );
  execFileSync('mkfifo', [at('pipe')]);
  const read = (name: string) => withFile(name, (file) => readFileSync(file));
  await refuses(() => read(at('pipe')), 'unreadable', at('pipe'), 'is a pipe');
  await refuses(() => read('/dev/zero'), 'unreadable', '/dev/zero', 'is a device');
  await refuses(() => read(path), 'unreadable', path, 'is a folder');
});

test.run();
