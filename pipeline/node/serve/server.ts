import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Predictor } from '../../predict/predict.ts';
import { listen } from './listen.ts';
import { Metrics } from './metrics.ts';
import { Predicting, type PredictingOptions } from './predicting.ts';
import { Refusal } from './refusal.ts';
import { json, type Reply, refused, send } from './reply.ts';

/** A file of the page to try the model on. */
export interface Asset {
  readonly type: string;
  readonly body: string;
}

export interface ServeOptions extends PredictingOptions {
  readonly host: string;
  /** 0 for any that is free */
  readonly port: number;
  /** seconds from the head of a request to its answer, at most */
  readonly timeout: number;
  /** files of the page, by their paths */
  readonly assets: Readonly<Record<string, Asset>>;
  /** told each request, in a line */
  readonly onRequest?: ((line: string) => void) | undefined;
  /** told of a slip in the program, which ends a request and not the server */
  readonly onBug: (error: unknown) => void;
}

type Route = (request: IncomingMessage, signal: AbortSignal) => Reply | Promise<Reply>;

/** Milliseconds in which a client must have sent the head of a request, may be silent between two, and how often that is looked at. */
const HEAD = 10_000;
const IDLE = 5_000;
const LOOK = 1_000;
/** Milliseconds that a request gets beyond its time, so that it is answered and not cut off. */
const BEYOND = 5_000;
const HEAD_BYTES = 16_384;
/** Connections for each picture that may wait: most clients have one, and some are idle. */
const CONNECTIONS = 4;

/** A model that answers over HTTP. */
export class ModelServer {
  readonly #metrics = new Metrics();
  readonly #predicting: Predicting;
  readonly #routes: Readonly<Record<string, Readonly<Partial<Record<'GET' | 'POST', Route>>>>>;
  readonly #http: Server;
  /** sockets of requests that are being answered, some of which send what cannot be parsed behind them */
  readonly #answering = new WeakSet<Socket>();
  #underWay = 0;
  #stopping = false;
  #allDone = (): void => {};

  /** @throws PipelineError where the system starts no thread */
  constructor(
    predictor: Predictor,
    readonly options: ServeOptions,
  ) {
    this.#predicting = new Predicting(predictor, this.#metrics, options);
    this.#routes = {
      '/predict': { POST: (request, signal) => this.#predicting.answer(request, signal) },
      '/healthz': { GET: () => json(200, { status: 'ok' }) },
      '/metrics': { GET: () => this.#metricsNow() },
      ...Object.fromEntries(
        Object.entries(options.assets).map(([path, asset]) => [
          path,
          { GET: (): Reply => ({ status: 200, ...asset }) },
        ]),
      ),
    };
    this.#http = this.#server();
  }

  /** Threads that prepare pictures. */
  get threads(): number {
    return this.#predicting.preparers.size;
  }

  /**
   * @returns its address, as a URL
   * @throws PipelineError where that cannot be listened on
   */
  start(): Promise<string> {
    return listen(this.#http, this.options.host, this.options.port);
  }

  /** Takes no further connection, ends the requests that are under way, refuses others, and lets its threads go. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const closed = new Promise((resolve) => this.#http.close(resolve));
    await new Promise<void>((resolve) => {
      this.#allDone = resolve;
      if (this.#underWay === 0) resolve();
    });
    this.#http.closeAllConnections();
    await Promise.all([closed, this.#predicting.preparers.close()]);
  }

  #server(): Server {
    const { timeout, maxWaiting } = this.options;
    const server = createServer(
      {
        headersTimeout: Math.min(HEAD, 1000 * timeout),
        requestTimeout: 1000 * timeout + BEYOND,
        keepAliveTimeout: IDLE,
        connectionsCheckingInterval: LOOK,
        maxHeaderSize: HEAD_BYTES,
      },
      (request, response) => void this.#hear(request, response),
    );
    // A client that takes no answer.
    server.timeout = 1000 * timeout + 2 * BEYOND;
    server.maxConnections = Math.max(64, CONNECTIONS * maxWaiting);
    // What is too large is refused before it is sent.
    server.on('checkContinue', (request, response) => {
      if (Number(request.headers['content-length'] ?? 0) <= this.options.maxBody) response.writeContinue();
      void this.#hear(request, response);
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      const answers = socket.writable && error.code !== 'ECONNRESET' && !this.#answering.has(socket);
      if (!answers) return void socket.destroy();
      const status = statusLines[error.code ?? ''] ?? '400 Bad Request';
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
        socket.destroy(),
      );
    });
    return server;
  }

  async #hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const start = performance.now();
    const path = (request.url ?? '').split('?', 1)[0];
    const deadline = new AbortController();
    const { timeout } = this.options;
    const late = setTimeout(() => deadline.abort(tookTooLong(request, timeout)), 1000 * timeout);
    this.#underWay++;
    this.#answering.add(request.socket);
    response.once('close', () => {
      clearTimeout(late);
      deadline.abort(new Refusal(499, 'the client is gone'));
      this.#answering.delete(request.socket);
      const status = response.writableFinished ? response.statusCode : 499;
      const seconds = (performance.now() - start) / 1000;
      this.#metrics.request(Object.hasOwn(this.#routes, path) ? path : 'other', status, seconds);
      this.options.onRequest?.(`${request.method} ${path} ${status} ${Math.round(1000 * seconds)} ms`);
      if (--this.#underWay === 0 && this.#stopping) this.#allDone();
    });
    // A client that is gone is told nothing.
    request.on('error', () => {});
    response.on('error', () => {});
    try {
      const reply = await this.#replyTo(request, path, deadline.signal);
      if (!response.destroyed) await send(request, response, reply, this.#stopping);
    } catch (error) {
      response.destroy();
      this.options.onBug(error);
    }
  }

  async #replyTo(request: IncomingMessage, path: string, signal: AbortSignal): Promise<Reply> {
    try {
      return await this.#routeOf(request, path)(request, signal);
    } catch (error) {
      if (error instanceof Refusal) return refused(error);
      this.options.onBug(error);
      return json(500, { error: 'something is wrong here; the log says what' });
    }
  }

  /** @throws Refusal where there is none */
  #routeOf({ method = '', headers }: IncomingMessage, path: string): Route {
    if (this.#stopping) throw new Refusal(503, 'the server is stopping', { 'retry-after': '5' });
    if (!Object.hasOwn(this.#routes, path)) throw new Refusal(404, 'nothing is here; see /');
    const methods = this.#routes[path];
    const route = method === 'HEAD' ? methods.GET : methods[method as 'GET' | 'POST'];
    if (route === undefined || !['GET', 'HEAD', 'POST'].includes(method)) {
      const allow = methods.GET === undefined ? 'POST' : 'GET, HEAD';
      throw new Refusal(405, `${path} takes ${allow}`, { allow });
    }
    // What any other page could have a browser send, without reading the answer.
    if (method === 'POST' && headers['sec-fetch-site'] === 'cross-site')
      throw new Refusal(403, 'no other page may ask here');
    return route;
  }

  #metricsNow(): Reply {
    const { waiting, bodies } = this.#predicting;
    return {
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: this.#metrics.text({ waiting: waiting.taken, bodyBytes: bodies.taken }),
    };
  }
}

const statusLines: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

const tookTooLong = ({ complete }: IncomingMessage, timeout: number): Refusal =>
  complete
    ? new Refusal(503, `not read within ${timeout} s; try again, or send a smaller picture`, {
        'retry-after': '5',
      })
    : new Refusal(408, `the body did not come within ${timeout} s`);
