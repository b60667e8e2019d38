// Files and names that somebody else has chosen: what is written stays in its folder, what has no end is refused, and what the
// system does not let be done is one line.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assertRefused, cliFile, filesIn, idx, inkgrad, stroke } from '../support/cli.ts';
import { inkgradHere, succeedsHere } from '../support/cliHere.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);

test('pictures called like other folders, devices, the sheet or each other are written below --out', async () => {
  const names = [
    '...png',
    '..',
    '.png',
    'con.png',
    'contact-sheet.png.png',
    'report.html.png',
    'A.png',
    'a.PNG',
  ];
  const pictures = names.map((name) => (name === '..' ? 'in/.. .png' : `in/${name}`));
  const { path: cwd } = folders.make({
    ...Object.fromEntries(pictures.map((path, i) => [path, stroke('bar', i)])),
    'o/1-grayscale.png': 'mine',
    'o/p/2-threshold.png': 'mine too',
  });
  const { stdout } = await succeedsHere(['preprocess', ...pictures, '--out', 'o/p', '--html'], { cwd });
  const written = stdout.match(/(?<=pictures in o\/p\/).*/g);
  assert.equal(written, [
    ...['unnamed', 'unnamed-2', 'unnamed-3', '_con', 'contact-sheet.png-2', 'report.html-2', 'A', 'a-2'],
  ]);
  assert.equal(
    filesIn(join(cwd, 'o')).filter((name) => !name.startsWith('p')),
    ['1-grayscale.png'],
  );
  assert.is(readFileSync(join(cwd, 'o/1-grayscale.png'), 'utf8'), 'mine');
  assert.is(readFileSync(join(cwd, 'o/p/2-threshold.png'), 'utf8'), 'mine too');
  assert.is(readFileSync(join(cwd, 'o/p/contact-sheet.png')).toString('latin1', 1, 4), 'PNG');
});

test('data without end is refused, wherever it stands: pipes and devices, under their own name or by a link', async () => {
  const { path: cwd } = folders.make({
    'idx/train-images-idx3-ubyte': idx([2, 28, 28], new Uint8Array(2 * 784)),
    'table/a.txt': '',
  });
  execFileSync(
    'mkfifo',
    ['pipe.csv', 'table/t.csv'].map((name) => join(cwd, name)),
  );
  symlinkSync('/dev/zero', join(cwd, 'idx/train-labels-idx1-ubyte'));
  symlinkSync('/dev/zero', join(cwd, 'zero.csv'));
  for (const data of ['/dev/zero', 'pipe.csv', 'zero.csv']) {
    const result = await inkgradHere(['data', 'inspect', data], { cwd });
    assertRefused(result, 1, new RegExp(`${data}: neither a file nor a folder`));
  }
  for (const [data, what] of [
    ['table', 't\\.csv: is a pipe'],
    ['idx', 'train-labels-idx1-ubyte: is a device'],
  ]) {
    // One that waited for the end would be killed.
    const result = await inkgrad(['data', 'inspect', data], { cwd, timeout: 60_000 });
    assertRefused(result, 1, new RegExp(what));
  }
});

test('names of classes without end are refused', async () => {
  const { path: cwd } = folders.make({});
  execFileSync('mkfifo', [join(cwd, 'names.json')]);
  const result = await inkgrad(['import', 'x.onnx', '--classes', 'names.json'], { cwd, timeout: 60_000 });
  assertRefused(result, 2, /--classes names\.json: is a pipe/);
});

test('a working folder that is gone is one line', () => {
  const { path: cwd } = folders.make({});
  mkdirSync(join(cwd, 'here'));
  const words = `cd here && rmdir ../here && exec "${process.execPath}" "${cliFile}" summary lenet`;
  const { stderr, status, stdout } = spawnSync('sh', ['-c', words], { cwd, encoding: 'utf8' });
  assertRefused({ stderr, stdout, code: status }, 1, /the folder that you are in is gone; change to another/);
});

test('what the system does not let be done is one line, with the place', async () => {
  const { path: cwd } = folders.make({ file: 'x' });
  symlinkSync('loop', join(cwd, 'loop'));
  for (const data of ['loop', 'file/x', 'x'.repeat(300)]) {
    assertRefused(await inkgradHere(['data', 'inspect', data], { cwd }), 1, new RegExp(data), /; /);
  }
  rmSync(join(cwd, 'loop'));
});

test.run();
