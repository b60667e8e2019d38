import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { checkout } from '../checkout.ts';
import { cpuAdapter, serve } from '../peers/protocol.mjs';
import { allBrowserCases } from './cases.ts';
import { launchChromium } from './chromium.ts';

/** What the page fetches, by the first folder of its address, and where that lies in the checkout. */
const folders: Readonly<Record<string, string>> = {
  page: 'bench/browser',
  inkgrad: 'dist/lib',
  jax: 'bench/peers/node_modules/@jax-js/jax/dist',
};

/** Serves an isolated page, whose workers may share memory. https://developer.mozilla.org/docs/Web/API/Window/crossOriginIsolated */
async function servePage(root: string): Promise<string> {
  const html =
    '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/page/page.mjs"></script>';
  const server = createServer(({ url }, response) => {
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('cross-origin-embedder-policy', 'require-corp');
    const [, folder, ...rest] = new URL(url!, 'http://127.0.0.1').pathname.split('/');
    try {
      const isPage = folder === '';
      const bytes = isPage ? html : readFileSync(join(root, folders[folder], ...rest));
      response.setHeader('content-type', isPage ? 'text/html' : 'text/javascript').end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const versionIn = (root: string, file: string): string =>
  (JSON.parse(readFileSync(join(root, file), 'utf8')) as { version: string }).version;

/** An engine in a Chromium of its own, as a worker among the peers: `--backend` is its name, `--model` the case. */
serve(async ({ model, backend, threads }) => {
  const root = checkout();
  const work = allBrowserCases.find(({ name }) => name === model);
  if (root === null || work === undefined) throw new Error(`no case ${model}, or no checkout`);
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(await servePage(root), { waitUntil: 'networkidle0' });
  const { form, shapes } = work;
  const prepared = (await page.evaluate(
    `prepare(${JSON.stringify({ engine: backend, threads, form, shapes })})`,
  )) as { threads: number };
  const own = backend === 'jax' ? 'bench/peers/node_modules/@jax-js/jax/package.json' : 'package.json';
  return {
    name: `${backend}-browser`,
    version: `${versionIn(root, own)} in ${(await browser.version()).replace('HeadlessChrome/', 'Chromium ')}`,
    adapter: cpuAdapter(prepared.threads),
    run: async (steps) => (await page.evaluate(`run(${steps})`)) as number,
  };
});
