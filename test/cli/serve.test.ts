// `serve` as it is shipped: its address, the same answers as predict, its page, signals, and what it refuses to start with.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { assertRefused, cliFile, draw, inkgrad, stroke, strokes, tinyModel } from '../support/cli.ts';
import { inkgradHere, succeedsHere } from '../support/cliHere.ts';
import { encodeJpeg } from '../support/encodeJpeg.ts';
import { bodyComes, request, sendRaw } from '../support/served.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const photo = new Uint8Array(
  await encodeJpeg(draw(300, 200, (x, y) => Math.abs(x + y / 3 - 150) < 9 && y > 20 && y < 170)),
);
const { path: cwd } = folders.make({
  ...strokes('strokes/'),
  'tiny.json': tinyModel,
  'photo.jpg': photo,
  'bad.png': stroke('bar').subarray(0, 90),
  'blank.png': stroke('bar', 0).subarray(0, 0),
});
await succeedsHere(
  [
    ...['train', '--data', 'strokes', '--model', 'tiny.json', '--epochs', '2', '--batch', '8'],
    ...['--device', 'cpu', '--out', 'run', '--no-cache'],
  ],
  { cwd },
);

/** Starts it on a free port, and gives its address once it tells it. */
async function start(...flags: string[]) {
  const child = spawn(process.execPath, [cliFile, 'serve', 'run', '--port', '0', ...flags], { cwd });
  const said = { stdout: '', stderr: '' };
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  child.stderr.on('data', (text) => {
    said.stderr += text;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      said.stdout += text;
      const found = said.stdout.match(/^run on (http:\/\/127\.0\.0\.1:\d+\/)\n$/)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${said.stderr}`)));
  });
  return { child, said, ended, url };
}

test('it answers as predict --json does, serves its page, and ends in order on SIGINT', async () => {
  const paths = ['strokes/bar/00.png', 'strokes/slash/03.png', 'photo.jpg', 'bad.png', 'blank.png'];
  const { stdout } = await inkgradHere(['predict', 'run', ...paths, '--json'], { cwd });
  const expected = JSON.parse(stdout);
  assert.is(expected.length, paths.length);
  const { child, said, ended, url } = await start('--verbose');
  const form = new FormData();
  for (const path of paths) form.append('picture', new Blob([readFileSync(join(cwd, path))]), path);
  const response = await fetch(`${url}predict`, { method: 'POST', body: form });
  assert.equal(await response.json(), expected);
  const alone = await fetch(`${url}predict`, { method: 'POST', body: photo });
  assert.equal(await alone.json(), [{ ...expected[2], path: 'body' }]);

  const page = await (await fetch(url)).text();
  assert.not.match(page, /<script>|<style|style=|\son\w+=/, 'nothing within the page');
  for (const [, file] of page.matchAll(/(?:src|href)="([^":]+)"/g)) {
    const { status, headers } = await fetch(url + file);
    assert.is(status, 200, file);
    assert.match(headers.get('content-type')!, file.endsWith('.js') ? 'text/javascript' : 'text/css');
  }
  assert.match(page, /bar dash slash/);

  const whole = request('POST /predict', photo);
  const told = async () => {
    while (!said.stderr.includes('stopping; ')) await sleep(20);
  };
  const underWay = sendRaw(url, [whole.subarray(0, -50), whole.subarray(-50)], { between: told });
  await bodyComes(url);
  child.kill('SIGINT');
  assert.match(await underWay, /^HTTP\/1\.1 200 /);
  assert.is(await ended, 130);
  assert.match(said.stderr, /POST \/predict 200 \d+ ms\n/);
  assert.match(said.stderr, /\nstopping; /);
});

for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} ends it with ${code}, and a request is no line without --verbose`, async () => {
    const { child, said, ended, url } = await start();
    await fetch(`${url}healthz`);
    child.kill(signal);
    assert.is(await ended, code);
    assert.not.match(said.stderr, /healthz/);
  });
}

test('a port that is taken is a line', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  const result = await inkgrad(['serve', 'run', '--port', String(port)], { cwd });
  assertRefused(result, 1, new RegExp(`127.0.0.1:${port}: another program listens there; .*--port`));
  other.close();
});

test('flags out of range are wrong usage', async () => {
  for (const words of ['--port 65536', '--port -1', '--timeout 0', '--max-body 0', '--max-waiting 0'])
    assertRefused(await inkgradHere(['serve', 'run', ...words.split(' ')], { cwd }), 2, /expected/);
});

test.run();
