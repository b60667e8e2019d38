import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { dataFiles } from '../../pipeline/node/explore/dataFiles.ts';
import { bytesOf } from '../../pipeline/node/explore/siteFile.ts';
import { launchChromium } from './chromium.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
};

/** A page of the explorer in headless Chromium, with all that it said in its console. */
export interface Opened {
  readonly page: Page;
  /** errors of the console and rejections that nobody handled */
  readonly errors: string[];
}

/**
 * The built explorer behind a plain web server, as any other may serve it, and a browser to open it in. What it trains on is
 * made when it is asked for, as `inkgrad explore` does.
 */
export class ExplorerSite {
  readonly #server;
  #lacking: readonly string[] = [];

  private constructor(
    readonly browser: Browser,
    folder: string,
    headers: Readonly<Record<string, string>>,
  ) {
    const data = dataFiles();
    this.#server = createServer(async ({ url = '/' }, response) => {
      const path = normalize(new URL(url, 'http://page').pathname);
      const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
      try {
        const trained = data.get(path.replace('/data/', ''));
        const whole = trained === undefined ? readFileSync(file) : await bytesOf(trained);
        const body = path === '/lab.js' ? Buffer.concat([this.#without(), whole]) : whole;
        response.writeHead(200, {
          'content-type': types[extname(file)] ?? 'application/octet-stream',
          ...headers,
        });
        response.end(body);
      } catch {
        response.writeHead(404).end();
      }
    });
  }

  /** @param isolated whether the page may share memory with its workers */
  static async start(isolated = true, folder = 'dist/explorer', browser?: Browser): Promise<ExplorerSite> {
    const headers = isolated
      ? { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
      : {};
    const site = new ExplorerSite(
      browser ?? (await launchChromium()),
      folder,
      headers as Record<string, string>,
    );
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** @param lacking what of the browser is not there, on the page and in its worker: `gpu`, `SharedArrayBuffer` */
  async open(address = '', width = 1280, height = 900, lacking: readonly string[] = []): Promise<Opened> {
    const page = await this.browser.newPage();
    this.#lacking = lacking;
    await page.setViewport({ width, height });
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String((error as Error).stack)));
    await page.goto(this.url + address);
    return { page, errors };
  }

  /** From now on nothing answers, as without a network. */
  async stopServing(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  /** @param all whether the browser ends too */
  async close(all = true): Promise<void> {
    if (all) await this.browser.close();
    this.#server.close();
  }

  /** What takes a part of the browser away from the worker before it looks. */
  #without(): Buffer {
    const gpu = "Object.defineProperty(navigator, 'gpu', { value: undefined });";
    const lines = this.#lacking.map((name) => (name === 'gpu' ? gpu : `delete globalThis.${name};`));
    return Buffer.from(`${lines.join('\n')}\n`);
  }
}

/** Waits until an element is there. */
export const shown = (page: Page, selector: string): Promise<unknown> =>
  page.waitForSelector(selector, { timeout: 60_000 });

/** Waits until the page says that of what is drawn. */
export const said = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction(
    (text) => document.querySelector('.said')?.textContent === text,
    { timeout: 60_000 },
    text,
  );
