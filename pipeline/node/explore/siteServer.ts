import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../serve/listen.ts';
import { bytesOf, type SiteFiles } from './siteFile.ts';

/**
 * The page runs its own scripts, WebAssembly and workers, asks nobody else, and is shown in no other page. That it is
 * isolated from others lets it share memory with its workers: https://web.dev/articles/coop-coep
 */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self'; " +
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), microphone=(), geolocation=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

const HOST = '127.0.0.1';

/** Names under which a browser on this machine asks; another one is a page elsewhere that had its name point here. */
const OWN = /^(127\.0\.0\.1|localhost)(:\d+)?$/;

/** Serves files to this machine alone; what is none of them, or no GET or HEAD, is refused. */
export class SiteServer {
  readonly #http = createServer((request, response) => void this.#answer(request, response));

  constructor(
    readonly files: SiteFiles,
    readonly port: number,
  ) {}

  /**
   * @returns its address, as a URL
   * @throws PipelineError where that cannot be listened on
   */
  start(): Promise<string> {
    return listen(this.#http, HOST, this.port);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeAllConnections();
    await closed;
  }

  async #answer({ method, headers, url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const refuse = (status: number, why: string, more: Readonly<Record<string, string>> = {}) =>
      response.writeHead(status, { ...HEADERS, ...more, 'content-type': 'text/plain' }).end(`${why}\n`);
    if (!OWN.test(headers.host ?? '')) return void refuse(421, 'this page is for the machine it runs on');
    if (method !== 'GET' && method !== 'HEAD')
      return void refuse(405, 'this page is only read', { allow: 'GET, HEAD' });
    const [path] = url.split(/[?#]/, 1);
    const file = this.files.get(path === '/' ? '/index.html' : path);
    if (file === undefined) return void refuse(404, 'nothing is here; see /');
    try {
      const bytes = await bytesOf(file);
      response.writeHead(200, { ...HEADERS, 'content-type': file.type, 'content-length': bytes.length });
      response.end(method === 'HEAD' ? undefined : bytes);
    } catch {
      refuse(500, 'this file of the page is gone; build it again');
    }
  }
}
