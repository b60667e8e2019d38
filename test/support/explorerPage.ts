import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { launchChromium } from './chromium.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
};

/** A page of the explorer in headless Chromium, with all that it said in its console. */
export interface Opened {
  readonly page: Page;
  /** errors of the console and rejections that nobody handled */
  readonly errors: string[];
}

/** The built explorer behind a plain web server, as any other may serve it, and a browser to open it in. */
export class ExplorerSite {
  readonly #server;

  private constructor(
    readonly browser: Browser,
    folder: string,
    headers: Readonly<Record<string, string>>,
  ) {
    this.#server = createServer(({ url = '/' }, response) => {
      const path = normalize(new URL(url, 'http://page').pathname);
      const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
      try {
        const body = readFileSync(file);
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
  static async start(isolated = true, folder = 'dist/explorer'): Promise<ExplorerSite> {
    const headers = isolated
      ? { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' }
      : {};
    const site = new ExplorerSite(await launchChromium(), folder, headers as Record<string, string>);
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async open(address = '', width = 1280, height = 900): Promise<Opened> {
    const page = await this.browser.newPage();
    await page.setViewport({ width, height });
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String((error as Error).stack)));
    await page.goto(this.url + address);
    return { page, errors };
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.#server.close();
  }
}
