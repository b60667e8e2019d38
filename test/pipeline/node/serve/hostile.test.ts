// What no honest client sends. After each the server answers as before, nothing of it is kept, and nothing was a slip.
import { deflateSync, gzipSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Random } from '../../../../engine/random.ts';
import { encodePng } from '../../../../pipeline/node/decode/decode.ts';
import { draw, stroke } from '../../../support/cli.ts';
import { pngFile } from '../../../support/images.ts';
import { metric, request, sendRaw, served, tinyPredictor } from '../../../support/served.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
const predictor = await tinyPredictor(folders.make().path);
const { server, url, bugs } = await served(predictor);
test.after(async () => {
  await server.stop();
  folders.remove();
});

const bar = stroke('bar');
const FORM = { 'content-type': 'multipart/form-data; boundary=xx' };
const part = (name: string, content = 'x') =>
  `--xx\r\ncontent-disposition: form-data; name="${name}"; filename="${name}"\r\n\r\n${content}\r\n`;
const NAMED = 'content-disposition: form-data; name="a"; filename="a"\r\n';
const noise = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 256));
const bomb = pngFile({ width: 10, height: 10 }, deflateSync(Buffer.alloc(2e7)));
const huge = pngFile({ width: 15000, height: 15000 }, Buffer.alloc(9));
const post = (body: string | Uint8Array, headers = {}) => request('POST /predict', body, headers);

/** What is sent, and the status of the answer; several where it depends on when the other end is closed; 0 for none. */
const rows: Readonly<Record<string, readonly [Uint8Array | string, ...number[]]>> = {
  'what is no HTTP': [noise, 400, 0],
  'the hello of TLS': ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  'HTTP/0.9': ['GET /\r\n\r\n', 404],
  'no host': ['GET /healthz HTTP/1.1\r\n\r\n', 400],
  'a header of 20 KB': [request('GET /', '', { a: 'x'.repeat(20_000) }), 431],
  'a line of 20 KB': [request(`GET /${'x'.repeat(20_000)}`), 431],
  '3,000 headers': [`GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(3000)}\r\n`, 400],
  'a header with a zero byte': ['GET / HTTP/1.1\r\nhost: x\r\na: \0\r\n\r\n', 400],
  'a length that is no number': [post('', { 'content-length': 'ten' }), 400],
  'a negative length': [post('', { 'content-length': -5 }), 400],
  'a length without end': [post('', { 'content-length': '9'.repeat(40) }), 400, 413],
  'two lengths': [
    'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc',
    400,
  ],
  'a length and chunks': [post('0\r\n\r\n', { 'transfer-encoding': 'chunked' }), 400],
  'chunks of no size': [
    'POST /predict HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
    400,
    0,
  ],
  'a chunk of 2^64 bytes': [
    'POST /predict HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n',
    400,
    0,
  ],
  'chunks with an extension of 100 KB': [
    `POST /predict HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n1;${'x'.repeat(1e5)}\r\n`,
    413,
    0,
  ],
  'a way out of the folder': [request('GET /../../etc/passwd'), 404],
  'the same, encoded': [request('GET /%2e%2e%2f%2e%2e%2fetc/passwd'), 404],
  'two slashes': [request('GET //etc/passwd'), 404],
  'another server': [request('GET http://example.com/'), 404],
  'a name of every object': [request('GET /constructor'), 404],
  'its own name': [request('GET __proto__'), 400, 404],
  'no path': [request('OPTIONS *'), 404],
  'a tunnel': ['CONNECT example.com:80 HTTP/1.1\r\nhost: x\r\n\r\n', 0],
  'no method of HTTP': [request('BREW /coffee'), 400],
  PUT: [request('PUT /predict', bar), 405],
  DELETE: [request('DELETE /predict'), 405],
  PATCH: [request('PATCH /healthz'), 405],
  TRACE: [request('TRACE /predict'), 405],
  'OPTIONS, as before CORS': [request('OPTIONS /predict', '', { origin: 'http://elsewhere' }), 405],
  'GET /predict': [request('GET /predict'), 405],
  'POST /metrics': [request('POST /metrics', 'x'), 405],
  'another page': [post(bar, { 'sec-fetch-site': 'cross-site' }), 403],
  'an empty body': [post(''), 400],
  'a text': [post('hello'), 415],
  'a GIF': [post(`GIF89a${'\0'.repeat(40)}`), 415],
  noise: [post(noise), 415],
  'a PNG that is cut': [post(bar.subarray(0, 90)), 422],
  'a PNG that is longer than is said': [post(bar, { 'content-length': bar.length - 10 }), 422, 0],
  'a picture without ink': [post(encodePng(draw(40, 40, () => false))), 422],
  'a PNG that claims 15000×15000': [post(huge), 413],
  'a PNG of 20 KB that inflates to 20 MB': [post(bomb), 422],
  'a compressed body': [post(gzipSync(bar), { 'content-encoding': 'gzip' }), 415],
  'a body that is too long': [post(Buffer.alloc(2e6)), 413],
  'one that claims to be': [post('', { 'content-length': 2e6 }), 413],
  'one that asks before': [post('', { 'content-length': 2e6, expect: '100-continue' }), 413],
  'one that asks for something else': [post(bar, { expect: 'nothing' }), 417],
  'a form without a boundary': [post('x', { 'content-type': 'multipart/form-data;' }), 400],
  'a form with an empty boundary': [post('x', { 'content-type': 'multipart/form-data; boundary=""' }), 400],
  'a form that is none': [post('hello', FORM), 400],
  'a form that is cut': [post(`${part('a')}--xx\r\ncontent-dispo`, FORM), 400],
  'a form without an end': [post(part('a'), FORM), 400],
  'a form of texts': [
    post('--xx\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--xx--\r\n', FORM),
    400,
  ],
  'a form of 10,000 files': [post(`${part('a').repeat(10_000)}--xx--\r\n`, FORM), 413],
  'a form with 10,000 headers': [
    post(`--xx\r\n${NAMED}${'a: b\r\n'.repeat(10_000)}\r\nx\r\n--xx--\r\n`, FORM),
    400,
  ],
  'a form with a header of 100 KB': [
    post(`--xx\r\n${NAMED}a: ${'x'.repeat(1e5)}\r\n\r\nx\r\n--xx--\r\n`, FORM),
    400,
  ],
  'a file with the name of another': [post(`${part('../../etc/passwd')}--xx--\r\n`, FORM), 415],
};

const statusOf = (heard: string): number => Number(heard.match(/^HTTP\/1\.1 (\d+) /)?.[1] ?? 0);

for (const [name, [sent, ...statuses]] of Object.entries(rows)) {
  test(name, async () => {
    const heard = await sendRaw(url, [sent], { limit: 3000 });
    assert.ok(
      statuses.includes(statusOf(heard)),
      `${statuses.join(' or ')} expected: ${heard.slice(0, 300)}`,
    );
    assert.not.match(heard, /\n {4}at |node_modules/);
  });
}

test('clients that hang up at any moment', async () => {
  const whole = post(bar);
  const cuts = Array.from({ length: 60 }, (_, i) => Math.floor((i / 60) * whole.length));
  await Promise.all(cuts.map((cut) => sendRaw(url, [whole.subarray(0, cut)], { hangUp: true })));
});

test('240 requests with bytes changed', async () => {
  const random = new Random(17, 0x5e7e);
  const form = post(`${part('a.png', Buffer.from(bar).toString('latin1'))}--xx--\r\n`, FORM);
  const whole = [post(bar), form, request('GET /metrics')];
  for (let round = 0; round < 8; round++) {
    const all = Array.from({ length: 30 }, (_, i) => {
      const bytes = Buffer.from(whole[i % whole.length]);
      for (let n = 0; n <= round; n++) bytes[random.integer(bytes.length)] = random.integer(256);
      return sendRaw(url, [bytes], { hangUp: i % 2 === 0, limit: 500 });
    });
    for (const heard of await Promise.all(all)) assert.match(heard, /^(HTTP\/1\.1 [1-4]\d\d |$)/);
  }
});

test('after all that it answers as ever, and kept nothing', async () => {
  const response = await fetch(`${url}predict`, { method: 'POST', body: new Uint8Array(bar) });
  assert.is(response.status, 200);
  assert.is((await response.json())[0].top.length, 3);
  assert.is(await metric(url, 'inkgrad_waiting_pictures'), 0);
  assert.is(await metric(url, 'inkgrad_body_bytes'), 0);
  assert.equal(bugs, []);
});

test.run();
