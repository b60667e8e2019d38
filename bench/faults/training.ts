import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Random } from '../../engine/random.ts';

const cli = resolve(process.env.CLI ?? 'dist/cli.js');
export const EPOCHS = 20;
const BATCH = 8;
const DEVICE = process.env.DEVICE ?? 'cpu';
/** Images of each fifth of the data; one is tested on, and VALIDATION of the others set aside. */
const IMAGES = 40;
const VALIDATION = 0.2;
export const STEPS_PER_EPOCH = (4 * IMAGES * (1 - VALIDATION)) / BATCH;
/** Where all of it happens. */
export const folder = mkdtempSync(join(tmpdir(), 'inkgrad-faults-'));
export const random = new Random(Number(process.env.SEED ?? 1));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Training {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export function start(
  args: readonly string[],
  env: Record<string, string> = {},
  preload: string[] = [],
): Training {
  const child = spawn(process.execPath, [...preload, cli, ...args], { env: { ...process.env, ...env } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const ended = new Promise<Ended>((done) => child.on('close', (code) => done({ code, ...said })));
  return { child, ended };
}

export const trainWords = (out: string) => [
  ...['train', '--data', join(folder, 'data'), '--model', join(folder, 'linear.json'), '--device', DEVICE],
  ...['--epochs', String(EPOCHS), '--batch', String(BATCH), '--validation', String(VALIDATION), '--out', out],
];

/** Lines of two directions as IDX files, and a model of one layer: what takes time is to start and to write. */
export function writeData(): void {
  const count = 5 * IMAGES;
  const pixels = Uint8Array.from({ length: count * 784 }, (_, i) => {
    const [n, y, x] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28];
    return (n % 2 === 0 ? x : y) === 10 + (n % 7) ? 255 : 0;
  });
  const labels = Uint8Array.from({ length: count }, (_, n) => n % 2);
  const header = (...shape: number[]) => {
    const bytes = Buffer.alloc(4 + 4 * shape.length);
    bytes.set([0, 0, 8, shape.length]);
    for (const [i, side] of shape.entries()) bytes.writeUInt32BE(side, 4 + 4 * i);
    return bytes;
  };
  mkdirSync(join(folder, 'data'));
  for (const [name, head, body] of [
    ['images-idx3', header(count, 28, 28), pixels],
    ['labels-idx1', header(count), labels],
  ] as const) {
    writeFileSync(join(folder, `data/train-${name}-ubyte`), Buffer.concat([head, body]));
  }
  const layers = [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }];
  writeFileSync(join(folder, 'linear.json'), JSON.stringify({ name: 'linear', input: [1, 28, 28], layers }));
}
