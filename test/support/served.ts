import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CpuDevice } from '../../engine/devices/cpu/device.ts';
import type { ModelSpec } from '../../pipeline/model/model.ts';
import { readCheckpoint } from '../../pipeline/node/runs/checkpointFile.ts';
import { runTraining } from '../../pipeline/node/runs/runTraining.ts';
import { ModelServer, type ServeOptions } from '../../pipeline/node/serve/server.ts';
import { Predictor } from '../../pipeline/predict/predict.ts';
import { recipes } from '../../pipeline/preprocess/recipe.ts';
import { tinyModel } from './cli.ts';
import { settings, stripes } from './tinyRuns.ts';

/** A model that was trained for a step, and reads drawings as predict does. */
export async function tinyPredictor(folder: string): Promise<Predictor> {
  const out = join(folder, 'run');
  const device = new CpuDevice();
  const [train, test] = [stripes(30, 28, 1), stripes(3, 28, 2)];
  const data = { source: 'stripes', recipe: recipes.handwriting, train, test };
  const model = JSON.parse(tinyModel) as ModelSpec;
  await runTraining({ device, model, data, settings, about: {}, out });
  return new Predictor(device, readCheckpoint(out), 'run');
}

/** A server on a port of its own, what it was told of slips, and its address. */
export async function served(predictor: Predictor, options: Partial<ServeOptions> = {}) {
  const bugs: unknown[] = [];
  const server = new ModelServer(predictor, {
    ...{ host: '127.0.0.1', port: 0, top: 3, maxPixels: 1e6, maxBody: 1e6, maxWaiting: 64, timeout: 20 },
    ...{ threads: 1, assets: {}, tell: (message) => message, onBug: (error) => bugs.push(error) },
    ...options,
  });
  const url = await server.start();
  return { server, url, bugs };
}

/**
 * Sends bytes as they are, piece by piece, and gives what comes back until the other end closes.
 *
 * @param between waited for before each piece but the first
 * @param hangUp ends the connection behind the last piece, whatever comes
 */
export async function sendRaw(
  url: string,
  pieces: readonly (string | Uint8Array)[],
  {
    between = async () => {},
    hangUp = false,
    limit = 8000,
  }: { between?: () => Promise<unknown>; hangUp?: boolean; limit?: number } = {},
): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let heard = '';
  socket.on('error', () => {});
  socket.on('data', (part) => {
    heard += part.toString('latin1');
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  for (const [i, piece] of pieces.entries()) {
    if (i > 0) await between();
    socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece);
  }
  if (hangUp) socket.destroySoon();
  const late = setTimeout(() => socket.destroy(), limit);
  await closed;
  clearTimeout(late);
  return heard;
}

/** Waits until a request has sent a part of its body. */
export async function bodyComes(url: string): Promise<void> {
  while ((await metric(url, 'inkgrad_body_bytes')) === 0) await sleep(20);
}

/** A request as it travels; the connection ends with its answer. */
export const request = (
  line: string,
  body: string | Uint8Array = '',
  headers: Readonly<Record<string, string | number>> = {},
): Buffer => {
  const bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : Buffer.from(body);
  const all = { host: 'x', connection: 'close', 'content-length': bytes.length, ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), bytes]);
};

/** The value of a metric without labels. */
export async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}metrics`)).text();
  return Number(text.match(new RegExp(`^${name} (\\S+)$`, 'm'))?.[1]);
}
