/**
 * `npm run bench:serve -- RUN`: what `serve` of the shipped file does with many clients, and with what no honest one sends.
 * Each of CLIENTS (200) sends the pictures of RUN/examples, one after the other, for SECONDS (60); then HOSTILE (1000)
 * requests come that are cut, or have bytes changed. DEVICE (cpu) and THREADS are handed on.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { Random } from '../../engine/random.ts';

const [run] = process.argv.slice(2);
const setting = (name: string, usual: number): number => Number(process.env[name] ?? usual);
const CLIENTS = setting('CLIENTS', 200);
const SECONDS = setting('SECONDS', 60);
const HOSTILE = setting('HOSTILE', 1000);
/** Of those, so many at once. */
const AT_ONCE = 50;
/** Milliseconds after which a hostile client hangs up. */
const PATIENCE = 2000;

const { DEVICE = 'cpu', THREADS } = process.env;
const folder = join(run, 'examples');
const pictures = readdirSync(folder).map((name) => readFileSync(join(folder, name)));

const threads = THREADS === undefined ? [] : ['--threads', THREADS];
const words = ['serve', run, '--port', '0', '--device', DEVICE, ...threads];
const child = spawn(process.execPath, [resolve('dist/cli.js'), ...words], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise<number | null>((done) => child.once('close', done));
const url = await new Promise<URL>((found, fail) => {
  child.stdout.on('data', (text) => {
    const address = /http:\S+/.exec(String(text))?.[0];
    if (address !== undefined) found(new URL(address));
  });
  void ended.then((code) => fail(new Error(`serve ended with ${code}`)));
});

const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });

/** @returns the status of the answer */
const ask = (picture: Buffer): Promise<number> =>
  new Promise((done, fail) => {
    const { hostname, port } = url;
    const asked = request({ hostname, port, path: '/predict', method: 'POST', agent }, (answer) => {
      answer.resume();
      answer.once('end', () => done(answer.statusCode!));
      answer.once('error', fail);
    });
    asked.once('error', fail);
    asked.end(picture);
  });

/** Counts how often each thing was met. */
class Tally extends Map<string, number> {
  add(what: string): void {
    this.set(what, (this.get(what) ?? 0) + 1);
  }

  override toString(): string {
    return [...this].map(([what, count]) => `${what}: ${count}`).join(', ');
  }
}

async function manyClients(): Promise<void> {
  const met = new Tally();
  const times: number[] = [];
  const start = performance.now();
  const client = async (_: unknown, i: number): Promise<void> => {
    for (let n = i; performance.now() - start < 1000 * SECONDS; n++) {
      const asked = performance.now();
      met.add(await ask(pictures[n % pictures.length]).then(String, (error) => error.code ?? error.message));
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const seconds = (performance.now() - start) / 1000;
  times.sort((a, b) => a - b);
  const at = (part: number): string => `${Math.round(times[Math.floor(part * (times.length - 1))])} ms`;
  console.log(`${CLIENTS} clients for ${seconds.toFixed(1)} s: ${met}`);
  console.log(
    `${(times.length / seconds).toFixed(0)} pictures/s; half within ${at(0.5)}, 99 % within ${at(0.99)}, all within ${at(1)}`,
  );
}

/** Sends bytes, and gives the status of what comes back, or `none`. */
const provoke = (bytes: Buffer): Promise<string> =>
  new Promise((done) => {
    const socket = connect(Number(url.port), url.hostname);
    let heard = '';
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.on('data', (part) => {
      heard += part.toString('latin1');
    });
    socket.on('error', () => {});
    socket.once('close', () => done(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1] ?? 'none'));
    socket.write(bytes);
  });

async function hostileClients(): Promise<void> {
  const random = new Random(setting('SEED', 1), 0x5e7e);
  const met = new Tally();
  const type = 'multipart/form-data; boundary=xx';
  const whole = pictures.flatMap((picture) => {
    const part = Buffer.from('--xx\r\ncontent-disposition: form-data; name="a"; filename="a"\r\n\r\n');
    const form = Buffer.concat([part, picture, Buffer.from('\r\n--xx--\r\n')]);
    const head = (body: Buffer, kind: string) =>
      `POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: ${kind}\r\ncontent-length: ${body.length}\r\n\r\n`;
    return [
      Buffer.concat([Buffer.from(head(picture, 'image/png')), picture]),
      Buffer.concat([Buffer.from(head(form, type)), form]),
    ];
  });
  for (let sent = 0; sent < HOSTILE; sent += AT_ONCE) {
    const all = Array.from({ length: Math.min(AT_ONCE, HOSTILE - sent) }, () => {
      const bytes = Buffer.from(whole[random.integer(whole.length)]);
      const changes = random.integer(9);
      for (let n = 0; n < changes; n++) bytes[random.integer(bytes.length)] = random.integer(256);
      return provoke(changes === 0 ? bytes.subarray(0, random.integer(bytes.length)) : bytes);
    });
    for (const status of await Promise.all(all)) met.add(status);
  }
  console.log(`${HOSTILE} hostile requests: ${met}; then a picture: ${await ask(pictures[0])}`);
}

try {
  await manyClients();
  await hostileClients();
  const text = await (await fetch(new URL('/metrics', url))).text();
  for (const name of [
    'inkgrad_batch_pictures_count',
    'inkgrad_batch_pictures_sum',
    'process_resident_memory_bytes',
  ])
    console.log(text.match(new RegExp(`^${name} .*$`, 'm'))?.[0]);
} finally {
  child.kill('SIGTERM');
  agent.destroy();
  console.log(`ended with ${await ended}`);
}
