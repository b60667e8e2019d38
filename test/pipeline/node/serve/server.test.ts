// A server as its clients meet it: what it answers, what it refuses for want of room, and how it stops.
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeImage } from '../../../../pipeline/node/decode/decode.ts';
import { answerOf } from '../../../../pipeline/predict/answer.ts';
import { stroke } from '../../../support/cli.ts';
import { bodyComes, metric, request, sendRaw, served, tinyPredictor } from '../../../support/served.ts';
import { tempFolders } from '../../../support/tempFolders.ts';

const folders = tempFolders();
const predictor = await tinyPredictor(folders.make().path);
const asset = { type: 'text/html; charset=utf-8', body: '<!doctype html>' };
const { server, url, bugs } = await served(predictor, {
  threads: 2,
  maxWaiting: 100,
  assets: { '/': asset },
});
test.after(async () => {
  await server.stop();
  folders.remove();
});

const post = (body: FormData | Uint8Array, to = url) =>
  fetch(`${to}predict`, { method: 'POST', body: body instanceof FormData ? body : new Uint8Array(body) });
const formOf = (files: Readonly<Record<string, Uint8Array>>): FormData => {
  const form = new FormData();
  for (const [name, bytes] of Object.entries(files))
    form.append('picture', new Blob([new Uint8Array(bytes)]), name);
  return form;
};
/** What the predictor itself says of a picture. */
const expected = async (bytes: Uint8Array) =>
  answerOf(await predictor.predict(decodeImage(bytes, 'a picture')), 3);

test('an image that is the body is answered as the predictor answers it', async () => {
  const response = await post(stroke('bar'));
  assert.is(response.status, 200);
  assert.is(response.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(await response.json(), [{ path: 'body', ...(await expected(stroke('bar'))) }]);
});

test('a form of several is answered in its order, and one bad image does not end it', async () => {
  const files = { 'a.png': stroke('bar'), 'b.png': stroke('dash').subarray(0, 90), 'c.png': stroke('slash') };
  const response = await post(formOf(files));
  assert.is(response.status, 200);
  const [a, b, c] = await response.json();
  assert.equal(a, { path: 'a.png', ...(await expected(stroke('bar'))) });
  assert.equal(c, { path: 'c.png', ...(await expected(stroke('slash'))) });
  assert.is(b.path, 'b.png');
  assert.match(b.error, /^b\.png: /);
});

test('every answer has the headers that keep a browser from doing more, and none of CORS', async () => {
  for (const [path, status] of [
    ['', 200],
    ['healthz', 200],
    ['metrics', 200],
    ['nowhere', 404],
    ['predict', 405],
  ] as const) {
    const { headers, status: found } = await fetch(url + path, { headers: { origin: 'http://elsewhere' } });
    assert.is(found, status, path);
    assert.match(headers.get('content-security-policy')!, /^default-src 'none'; script-src 'self';/);
    assert.not.match(headers.get('content-security-policy')!, /unsafe/);
    assert.is(headers.get('x-content-type-options'), 'nosniff');
    assert.is(headers.get('access-control-allow-origin'), null);
  }
});

test('HEAD is GET without its body', async () => {
  const response = await fetch(`${url}healthz`, { method: 'HEAD' });
  assert.equal([response.status, await response.text()], [200, '']);
  assert.is((await (await fetch(`${url}healthz`)).json()).status, 'ok');
});

test('metrics count requests, pictures and batches, and what a client makes up takes no room', async () => {
  const before = await metric(url, 'inkgrad_batch_pictures_sum');
  await post(formOf({ 'a.png': stroke('bar'), 'b.png': stroke('dash'), 'c.png': stroke('slash') }));
  for (let i = 0; i < 5; i++) await fetch(`${url}made-up-${i}`);
  assert.is(await metric(url, 'inkgrad_batch_pictures_sum'), before + 3);
  const text = await (await fetch(`${url}metrics`)).text();
  assert.match(text, /^inkgrad_requests_total\{route="\/predict",status="200"\} \d+$/m);
  assert.match(text, /^inkgrad_requests_total\{route="other",status="404"\} \d+$/m);
  assert.not.match(text, /made-up/);
  for (const line of text.trimEnd().split('\n'))
    assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [\d.e+-]+)$/);
});

test('a hundred at once are all answered, alike', async () => {
  const kinds = ['bar', 'dash', 'slash'];
  const all = await Promise.all(
    Array.from({ length: 60 }, async (_, i) => (await post(stroke(kinds[i % 3]))).json()),
  );
  for (const [i, [answer]] of all.entries()) {
    const { path, ...rest } = answer;
    assert.equal(rest, await expected(stroke(kinds[i % 3])), path);
  }
  assert.is(await metric(url, 'inkgrad_waiting_pictures'), 0);
  assert.is(await metric(url, 'inkgrad_body_bytes'), 0);
});

test('where all places are taken a picture is refused, and welcome in a moment', async () => {
  const small = await served(predictor, { maxWaiting: 2 });
  const all = await Promise.all(Array.from({ length: 20 }, () => post(stroke('bar'), small.url)));
  const refused = all.filter(({ status }) => status === 503);
  assert.ok(refused.length > 0, 'some are refused');
  assert.ok(
    all.every(({ status }) => status === 200 || status === 503),
    all.map(({ status }) => status).join(),
  );
  for (const response of refused) {
    assert.is(response.headers.get('retry-after'), '1');
    assert.match((await response.json()).error, /waiting/);
  }
  const most = (count: number) =>
    formOf(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.txt`, Buffer.from('hello')])));
  assert.equal([(await post(most(64))).status, (await post(most(65))).status], [415, 413]);
  const many = formOf({ 'a.png': stroke('bar'), 'b.png': stroke('bar'), 'c.png': stroke('bar') });
  assert.is((await post(many, small.url)).status, 413, 'more than it ever has places for');
  assert.is((await post(stroke('bar'), small.url)).status, 200);
  await small.server.stop();
});

test('a client that is slow is told so and let go', async () => {
  const hasty = await served(predictor, { timeout: 1 });
  const started = request('POST /predict', stroke('bar'));
  const all = await Promise.all([
    sendRaw(hasty.url, ['GET / HTTP/1.1\r\n', 'a: b\r\n', 'c: d\r\n'], { between: () => sleep(300) }),
    sendRaw(hasty.url, [started.subarray(0, -20)]),
    sendRaw(hasty.url, []),
  ]);
  assert.match(all[0], /^HTTP\/1\.1 408 /);
  assert.match(all[1], /^HTTP\/1\.1 408 .*did not come within 1 s/s);
  // Who has said nothing is told the same, or nothing.
  assert.match(all[2], /^(HTTP\/1\.1 408 |$)/);
  assert.is(await metric(hasty.url, 'inkgrad_body_bytes'), 0);
  await hasty.server.stop();
});

test('as it stops it ends what is under way, and takes nothing else', async () => {
  const own = await served(predictor);
  const whole = request('POST /predict', stroke('bar'), { connection: 'keep-alive' });
  let stopping = (): void => {};
  const stops = new Promise<void>((resolve) => {
    stopping = resolve;
  });
  const pieces = [whole.subarray(0, -20), whole.subarray(-20)];
  const waiting = sendRaw(own.url, pieces, { between: () => stops });
  await bodyComes(own.url);
  const stopped = own.server.stop();
  const refused = await fetch(`${own.url}healthz`).catch((error) => error);
  assert.instance(refused, Error);
  stopping();
  assert.match(await waiting, /^HTTP\/1\.1 200 .*connection: close/is);
  await stopped;
});

test('nothing of all this was a slip', () => assert.equal(bugs, []));

test.run();
