// The explorer as files: from a sub-folder of any web server, isolated by itself, kept for when there is no network, within
// its budget, and with no request to anybody else.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dataFiles } from '../../pipeline/node/explore/dataFiles.ts';
import { bytesOf } from '../../pipeline/node/explore/siteFile.ts';
import { ExplorerSite, said, shown } from '../support/explorerPage.ts';
import { tempFolders } from '../support/tempFolders.ts';

const folders = tempFolders();
const { path: folder } = folders.make({ 'index.html': 'another page of this server' });
// As `npm run build:explorer` does it.
execFileSync(process.execPath, ['scripts/buildExplorer.mjs', '--out', join(folder, 'learn/cnn')]);
const site = await ExplorerSite.start(false, folder);

/** Bytes of script, style and WebAssembly, compressed, that the first view may take. */
const BUDGET = 250_000;

const { page, errors } = await site.open('learn/cnn/');
const asked: { url: string; bytes: number }[] = [];

test('what it trains on lies beside it', async () => {
  const files = dataFiles();
  for (const name of ['mnist.json', 'mnist-t10k-1.bin', 'fonts/delius.woff']) {
    const answer = await fetch(`${site.url}learn/cnn/data/${name}`);
    assert.is(answer.status, 200, name);
    assert.equal(Buffer.from(await answer.arrayBuffer()), await bytesOf(files.get(name)!), name);
  }
});

test('the first view is within its budget, and asks nobody else', async () => {
  const fresh = await site.browser.createBrowserContext();
  const tab = await fresh.newPage();
  const answers: Promise<unknown>[] = [];
  tab.on('response', (response) => {
    const isCode = /javascript|css|wasm/.test(response.headers()['content-type'] ?? '');
    answers.push(
      response.buffer().then(
        (body) =>
          asked.push({ url: response.url(), bytes: isCode ? gzipSync(body, { level: 9 }).length : 0 }),
        () => asked.push({ url: response.url(), bytes: 0 }),
      ),
    );
  });
  await tab.goto(`${site.url}learn/cnn/`);
  await shown(tab, '.bars li');
  await said(tab, 'Draw a digit.');
  await Promise.all(answers);
  await fresh.close();
  // The page's own keeper fetches the rest when all is there.
  // What page and worker share is cached.
  const unique = new Map(asked.map((each) => [each.url, each]));
  const own = [...unique.values()].filter(({ url }) => !url.endsWith('/sw.js'));
  const bytes = own.reduce((sum, each) => sum + each.bytes, 0);
  assert.ok(bytes > 50_000, `${bytes} bytes`);
  assert.ok(bytes <= BUDGET, `${bytes} bytes: ${JSON.stringify(own)}`);
  for (const { url } of asked)
    assert.ok(url.startsWith(site.url) || url.startsWith('blob:') || url.startsWith('data:'), url);
});

test('it isolates itself, so that WebAssembly has its threads, and works without a network', async () => {
  await shown(page, '.bars li');
  await page.evaluate(() => navigator.serviceWorker.ready.then(({ active }) => active?.state));
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await site.stopServing();
  await page.reload();
  await shown(page, '.bars li');
  assert.is(await page.evaluate(() => crossOriginIsolated), true);
  await page.click('.digit:nth-of-type(2)');
  await page.waitForFunction(() => /^It reads/.test(document.querySelector('.said')!.textContent!));
  assert.equal(errors, []);
});

test.after(async () => {
  await site.browser.close();
  folders.remove();
});
test.run();
