// `explore` as it is shipped: an address of this machine alone, its own files and no others, the run that is opened, signals.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ShownRun } from '../../pipeline/node/explore/runFiles.ts';
import { assertRefused, cliFile, strokes, tinyModel } from '../support/cli.ts';
import { inkgradHere, succeedsHere } from '../support/cliHere.ts';
import { sendRaw } from '../support/served.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
test.after(folders.remove);
const { path: cwd } = folders.make({
  ...strokes('strokes/'),
  'tiny.json': tinyModel,
  'notes.txt': 'not a run',
});
const flags = '--model tiny.json --epochs 1 --batch 8 --device cpu --out run --no-cache';
await succeedsHere(['train', '--data', 'strokes', ...flags.split(' ')], { cwd });

/** Starts it on a free port, and gives its address once it tells it. */
async function start(...args: string[]) {
  const child = spawn(process.execPath, [cliFile, 'explore', ...args, '--no-open', '--port', '0'], { cwd });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      const found = String(text).match(/ on (http:\/\/127\.0\.0\.1:\d+\/)\n$/)?.[1];
      if (found !== undefined) resolve(found);
    });
    void ended.then((code) => reject(new Error(`ended with ${code}: ${stderr}`)));
  });
  return { child, ended, url };
}

const { child, ended, url } = await start('run');

test('it serves the page, isolated and with a strict policy', async () => {
  const page = await fetch(url);
  assert.is(page.status, 200);
  assert.match(await page.text(), '<title>inkgrad explorer</title>');
  const policy = page.headers.get('content-security-policy')!;
  assert.match(policy, "default-src 'none'");
  assert.not.match(policy, 'unsafe-inline');
  assert.not.match(policy, "'unsafe-eval'");
  assert.is(page.headers.get('cross-origin-opener-policy'), 'same-origin');
  assert.is(page.headers.get('cross-origin-embedder-policy'), 'require-corp');
  for (const file of ['main.js', 'lab.js', 'style.css']) {
    const answer = await fetch(url + file);
    assert.is(answer.status, 200, file);
    assert.equal(Buffer.from(await answer.arrayBuffer()), readFileSync(join('dist/explorer', file)));
  }
});

test('it gives the run with its checkpoint and its test images', async () => {
  const shown = (await (await fetch(`${url}run/run.json`)).json()) as ShownRun;
  assert.is(shown.name, 'run');
  assert.ok(shown.steps.length > 0);
  assert.is(shown.epochs.length, 1);
  const { size, labels } = shown.images!;
  const images = await (await fetch(`${url}run/images.bin`)).arrayBuffer();
  assert.is(images.byteLength, labels.length * size * size);
  const { model: spec, classes } = shown;
  assert.equal([spec.name, classes.length], ['tiny', 3]);
  const model = Buffer.from(await (await fetch(`${url}run/model.safetensors`)).arrayBuffer());
  assert.equal(model, readFileSync(join(cwd, 'run/checkpoints/best.safetensors')));
});

/** What comes back for a request as it is. */
const raw = (head: string): Promise<string> =>
  sendRaw(url, [`${head.replaceAll('\n', '\r\n')}\r\nConnection: close\r\n\r\n`]);

test('it serves nothing else', async () => {
  for (const path of [
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '//etc/passwd',
    '/main.js/',
    '/chunks',
  ]) {
    assert.match(await raw(`GET ${path} HTTP/1.1\nHost: 127.0.0.1`), / 404 /, path);
  }
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const answer = await raw(`${method} / HTTP/1.1\nHost: 127.0.0.1`);
    assert.match(answer, / 405 /, method);
    assert.match(answer, 'allow: GET, HEAD');
  }
  assert.match(await raw('GET / HTTP/1.1\nHost: example.org'), / 421 /);
  const head = await fetch(`${url}main.js`, { method: 'HEAD' });
  assert.is(head.status, 200);
  assert.is((await head.arrayBuffer()).byteLength, 0);
});

test('no other machine reaches it', async () => {
  const { port } = new URL(url);
  const others = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of others) {
    const reached = await fetch(`http://${address}:${port}/`).then(
      () => true,
      () => false,
    );
    assert.not(reached, address);
  }
});

test('it ends in order on SIGINT', async () => {
  child.kill('SIGINT');
  assert.is(await ended, 130);
});

test('what cannot be opened is said in a line', async () => {
  const refuse = async (code: number, pattern: RegExp, ...args: string[]) =>
    assertRefused(await inkgradHere(['explore', ...args, '--no-open'], { cwd }), code, pattern);
  await refuse(1, /notes\.txt/, 'notes.txt', '--port', '0');
  await refuse(1, /nowhere/, 'nowhere');
  await refuse(2, /--port/, '--port', '70000');
});

test.run();
