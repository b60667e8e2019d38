// Runs that want a folder at the same time, those that were killed before they began, and what is given back.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { unfinishedName } from '../../../../pipeline/node/files/unfinished.ts';
import { readCheckpoint } from '../../../../pipeline/node/runs/checkpointFile.ts';
import { RunFolder } from '../../../../pipeline/node/runs/runFolder.ts';
import { briefRun } from '../../../support/briefRun.ts';
import { refuses } from '../../../support/images.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
const home = process.cwd();
test.before.each(() => process.chdir(folders.make().path));
test.after(() => {
  process.chdir(home);
  folders.remove();
});

/** The number of a process that is gone. */
const gone = spawnSync(process.execPath, ['-e', '']).pid;

const everything = () => readdirSync('.', { recursive: true, encoding: 'utf8' }).sort();

/** A folder as a run leaves it that was killed before it began. */
function killed(path: string, pid = gone): void {
  RunFolder.take(path);
  const claim = unfinishedName(join(path, 'checkpoints/claim'));
  renameSync(claim, claim.replace(`-${process.pid}.part`, `-${pid}.part`));
}

test('of two that want one folder one gets it, whether or not it is there', async () => {
  mkdirSync('empty');
  for (const path of ['new', 'empty', 'deep/er']) {
    const folder = RunFolder.take(path);
    await refuses(() => RunFolder.take(path), 'folder-in-use', path, 'another run');
    folder.release();
    RunFolder.take(path).release();
  }
  assert.equal(everything(), ['empty'], 'what was made is gone, and what was there stays');
});

test('those without a wish get different folders', () => {
  const taken = [1, 2, 3].map(() => RunFolder.takeNext('lenet'));
  assert.equal(
    taken.map(({ path }) => path),
    ['runs/lenet-1', 'runs/lenet-2', 'runs/lenet-3'].map((path) => join(path)),
  );
  taken[1].release();
  assert.equal(readdirSync('runs').sort(), ['lenet-1', 'lenet-3']);
  assert.is(RunFolder.takeNext('lenet').path, join('runs/lenet-2'));
});

test('a folder of a run that was killed before it began is taken over, by one', async () => {
  killed('run');
  RunFolder.take('run');
  await refuses(() => RunFolder.take('run'), 'folder-in-use', 'run');
});

test('one of a run on another machine is left to it for a day', async () => {
  killed('run');
  const claim = join('run/checkpoints', readdirSync('run/checkpoints')[0]);
  const foreign = join('run/checkpoints', `claim.elsewhere-${gone}.part`);
  renameSync(claim, foreign);
  await refuses(() => RunFolder.take('run'), 'folder-in-use', 'run');
  const before = Date.now() / 1000 - 25 * 3600;
  utimesSync(foreign, before, before);
  RunFolder.take('run').release();
});

test('a folder whose run was killed before it had begun is taken again, wherever that was', async () => {
  const begin = [
    ['run/config.json.vm-PID.part'],
    ['run/config.json', 'run/checkpoints/running.vm-PID.part'],
    ['run/config.json', 'run/checkpoints/last.safetensors.vm-PID.part'],
  ];
  for (const left of begin) {
    killed('run');
    for (const name of left) {
      const own = unfinishedName('x')
        .replace(/^x\./, '')
        .replace(/-\d+\.part$/, '');
      writeFileSync(name.replace('vm-PID', `${own}-${gone}`), '');
    }
    RunFolder.take('run').release();
    assert.equal(everything(), ['run'], String(left));
  }
  // With both of these it has begun, and can be resumed.
  killed('run');
  for (const name of ['run/config.json', 'run/checkpoints/last.safetensors']) writeFileSync(name, '');
  await refuses(() => RunFolder.take('run'), 'folder-in-use', 'run', 'not empty');
});

test('a folder that holds something stays as it is', async () => {
  mkdirSync('run/checkpoints', { recursive: true });
  for (const file of ['run/notes.txt', 'run/checkpoints/mine.txt']) {
    writeFileSync(file, '');
    const before = everything();
    await refuses(() => RunFolder.take('run'), 'folder-in-use', 'run', 'not empty');
    assert.equal(everything(), before);
    rmSync(file);
  }
  writeFileSync('file', '');
  await refuses(() => RunFolder.take('file'), 'folder-in-use', 'is a file');
});

test('a folder that can never be made is refused at once, and so is one in a file', async () => {
  writeFileSync('file', '');
  mkdirSync('a');
  const places = ['file/run', ...(existsSync('/proc/self') ? ['/proc/x', '/proc/x/y/z', '/sys/run'] : [])];
  for (const place of places) await refuses(() => RunFolder.take(place), 'unwritable', place);
  assert.equal(everything(), ['a', 'file']);
});

test('a run that cannot begin leaves no folder', async () => {
  const device = { kind: 'cpu' } as never;
  const error = await briefRun('runs/run', {}, device).catch((thrown) => thrown);
  assert.instance(error, Error);
  assert.equal(everything(), []);
});

test('what a killed run left unfinished is swept when it is read, and when another begins beside it', async () => {
  await briefRun('runs/first');
  const left = (pid: number) =>
    ['config.json', 'checkpoints/last.safetensors', 'checkpoints/claim'].map((name) =>
      unfinishedName(join('runs/first', name)).replace(`-${process.pid}.part`, `-${pid}.part`),
    );
  const kept = [...left(process.pid), 'runs/first/mine.7.part', 'runs/first/checkpoints/big.tar.7.part'];
  const sweepers = [() => readCheckpoint('runs/first'), () => RunFolder.take('runs/second').release()];
  for (const sweeps of sweepers) {
    const old = `runs/first/checkpoints/best.safetensors.${gone}.part`;
    for (const file of [...left(gone), old, ...kept]) writeFileSync(file, '');
    sweeps();
    const parts = everything().filter((name) => name.endsWith('.part'));
    assert.equal(parts, kept.map((path) => join(path)).sort());
  }
  assert.ok(existsSync(dirname(kept[0])));
});

test.run();
