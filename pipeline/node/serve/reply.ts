import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { visibleJson } from '../../text/visible.ts';
import type { Refusal } from './refusal.ts';

/** What is sent. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Pages run what comes from here and nothing else, are shown in no other page, and no other page reads an answer: there is
 * no header of CORS.
 */
const SAFE = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

export const json = (status: number, value: unknown, headers: Reply['headers'] = {}): Reply => ({
  status,
  type: 'application/json; charset=utf-8',
  // As predict --json escapes what could drive a terminal.
  body: `${visibleJson(JSON.stringify(value))}\n`,
  headers,
});

export const refused = ({ status, message, headers }: Refusal): Reply =>
  json(status, { error: message }, headers);

/** Milliseconds for which a client that is still sending is listened to: closed at once, it would never read its answer. */
const LINGER = 1000;

/**
 * Answers a request.
 *
 * @param last whether the connection ends with it
 */
export async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { status, type, body, headers = {} }: Reply,
  last: boolean,
): Promise<void> {
  const close = last || !request.complete;
  response.writeHead(status, {
    ...SAFE,
    ...headers,
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    ...(close && { connection: 'close' }),
  });
  if (!request.complete) {
    response.write(request.method === 'HEAD' ? '' : body);
    const ended = new AbortController();
    const heard = new Promise<void>((resolve) => {
      request.once('end', resolve).once('close', resolve);
    });
    request.resume();
    await Promise.race([
      heard,
      setTimeout(LINGER, undefined, { signal: ended.signal, ref: false }).catch(() => {}),
    ]);
    ended.abort();
    response.end();
    return;
  }
  response.end(body);
}
