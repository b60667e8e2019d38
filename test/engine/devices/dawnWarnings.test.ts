// What a library prints from C++ while adapters are looked for: what is known is left out, all else is passed on, to
// whatever standard error leads. This file is also the process that is looked at.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, Worker } from 'node:worker_threads';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withoutDawnWarnings } from '../../../engine/devices/webgpu/dawnWarnings.ts';
import { tempFolders } from '../../support/tempFolders.ts';

const warning = (kind: string) =>
  `Warning: maxDynamic${kind}BuffersPerPipelineLayout artificially reduced from 1000000 to 16 to fit dynamic offset allocation limit.\n`;
const noVulkan = `Warning: Couldn't load Vulkan: libvulkan.so.1: cannot open shared object file: No such file\n    at operator() (/third_party/dawn/src/dawn/native/vulkan/BackendVk.cpp:368)\n`;
const others = 'Warning: another\nmaxDynamicUniformBuffersPerPipelineLayout\nError: one more\n';

const said = `${warning('Uniform')}${others}${warning('Storage')}${noVulkan}`;

/** What stands in for Dawn writes to the descriptor, not to the stream. */
function look(): number {
  writeSync(2, said);
  return 5;
}

function child(): void {
  process.stderr.on('error', () => {});
  process.stderr.write('before\n');
  process.stderr.write(`${withoutDawnWarnings(look)} found\n`);
  try {
    withoutDawnWarnings(() => {
      writeSync(2, warning('Storage'));
      throw new Error('failed');
    });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
  }
  try {
    writeSync(2, 'after\n');
  } catch (error) {
    assert.is((error as NodeJS.ErrnoException).code, 'EPIPE');
  }
}

const heard = `before\n${others}5 found\nfailed\nafter\n`;
const unchanged = `before\n${said}5 found\n${warning('Storage')}failed\nafter\n`;

if (!isMainThread) withoutDawnWarnings(look);
else if (process.env.DAWN_WARNINGS_CHILD === 'worker') new Worker(process.argv[1]);
else if (process.env.DAWN_WARNINGS_CHILD !== undefined) child();
else {
  const folders = tempFolders();
  test.after(folders.remove);
  const { path: cwd } = folders.make({ 'log.txt': 'earlier\n' });
  const run = (line: string, kind = '1') => {
    const node = `"${process.execPath}" "${process.argv[1]}"`;
    const env = { ...process.env, DAWN_WARNINGS_CHILD: kind, SHELL: '/bin/bash' };
    const command = line.replace('NODE', node);
    const { stdout } = spawnSync('bash', ['-c', command], { cwd, env, encoding: 'utf8', timeout: 60_000 });
    return stdout.replaceAll('\r', '');
  };
  if (process.platform === 'linux') {
    test('a pipe', () => assert.is(run('NODE 2>&1 | cat'), heard));
    test('a terminal', () => assert.is(run(`script -qec '${'NODE'}' /dev/null </dev/null`), heard));
    test('a file that is appended to', () => {
      run('NODE 2>>log.txt');
      assert.is(readFileSync(join(cwd, 'log.txt'), 'utf8'), `earlier\n${heard}`);
    });
    test('a file that stdout shares', () => {
      run('NODE >shared.txt 2>&1');
      assert.is(readFileSync(join(cwd, 'shared.txt'), 'utf8'), unchanged);
    });
    test('a pipe that nobody reads any more is not waited for', () => {
      assert.is(run('{ NODE 2>&1; echo $? >code; } | true; cat code'), '0\n');
    });
    test('another thread', () => assert.is(run('NODE 2>&1 | cat', 'worker'), said));
    test('no folder for the file', () => assert.is(run('TMPDIR=/nowhere NODE 2>&1 | cat'), unchanged));
  }
  test('what is found is given, and what fails throws', () => {
    assert.is(
      withoutDawnWarnings(() => 3),
      3,
    );
    assert.throws(() =>
      withoutDawnWarnings(() => {
        throw new Error('failed');
      }),
    );
  });
  test.run();
}
