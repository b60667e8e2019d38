/** PyTorch on the same machine, by the scripts of this folder and of bench/peers. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerCommand } from '../peers/worker.ts';
import type { GpuSettings } from './settings.ts';

export interface Torch {
  readonly python: string;
  readonly version: string;
  readonly device: GpuSettings['torch'];
  /** What PyTorch calls the device. */
  readonly name: string;
}

const CHECK = `
import json, sys, torch
cuda = sys.argv[1] == "cuda"
if cuda and not torch.cuda.is_available():
    print(json.dumps({"reason": "PyTorch " + torch.__version__ + " finds no CUDA device"}))
else:
    name = torch.cuda.get_device_name() if cuda else "cpu"
    print(json.dumps({"version": torch.__version__, "name": name}))
`;

/** The longest that the first `import torch` of a machine may take. */
const PATIENCE_MS = 100_000;

/** The first Python with a PyTorch that can compute there, or the reason why there is none. */
export async function findTorch(device: Torch['device']): Promise<Torch | string> {
  if (scriptFolder() === null) return 'no folder bench/gpu; run it in a checkout of inkgrad';
  let reason = '';
  for (const python of ['python3', '/usr/bin/python3']) {
    const found = await check(python, device);
    if (typeof found !== 'string') return found;
    reason ||= found;
  }
  return reason;
}

const check = (python: string, device: Torch['device']): Promise<Torch | string> =>
  new Promise((resolve) => {
    execFile(python, ['-c', CHECK, device], { timeout: PATIENCE_MS }, (error, stdout, stderr) => {
      const last = stderr.trim().split('\n').at(-1);
      if (error !== null) return resolve(`${python}: ${last || error.message.split('\n')[0]}`);
      // Before it others may have printed what they like.
      const said = JSON.parse(stdout.match(/\{.*\}\s*$/)?.[0] ?? '{"reason": "says nothing"}');
      resolve('reason' in said ? `${python}: ${said.reason}` : { python, device, ...said });
    });
  });

/** The root of the checkout; this file itself runs bundled, from somewhere in it. */
function scriptFolder(): string | null {
  for (const start of [dirname(fileURLToPath(import.meta.url)), process.cwd()]) {
    for (let folder = start; ; folder = dirname(folder)) {
      if (existsSync(join(folder, 'bench/gpu/convs.py'))) return join(folder, 'bench');
      if (folder === dirname(folder)) break;
    }
  }
  return null;
}

/** PyTorch's worker among the peers. */
export const torchWorker = ({ python, device }: Torch, model: string, batch: number): WorkerCommand => ({
  name: 'PyTorch',
  command: python,
  args: [
    ...[join(scriptFolder()!, 'peers/pytorch.py'), '--backend', device],
    ...['--model', model, '--batch', String(batch), '--work', 'train'],
  ],
});

/** A convolution for convs.py. */
export interface ConvCase {
  readonly name: string;
  readonly kind: 'forward' | 'inputGrad' | 'weightGrad';
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly y: readonly number[];
  /** Whether a relu, and a pooling by 2, follow. */
  readonly relu: boolean;
  readonly pool: boolean;
}

/** Milliseconds of one launch: in a CUDA graph where that can be had, and called one by one. */
export type ConvTime =
  | { readonly name: string; readonly ms: number; readonly graph: boolean; readonly eagerMs: number }
  | { readonly name: string; readonly error: string };

/** Starts convs.py, which loads PyTorch, and waits for its cases. */
export function startConvs({ python, device }: Torch) {
  const args = [join(scriptFolder()!, 'gpu/convs.py'), '--device', device];
  const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr = (stderr + text).slice(-2000);
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<ConvTime[]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
      if (code !== 0 && lines.length === 0) {
        reject(new Error(stderr.trim().split('\n').at(-1) || `convs.py ended with ${code}`));
      } else resolve(lines.map((line) => JSON.parse(line) as ConvTime));
    });
  });
  ended.catch(() => {});
  return {
    /** Measures them, one after the other; gives those that were measured when the time is over. */
    async measure(cases: readonly ConvCase[], seconds: number): Promise<ConvTime[]> {
      child.stdin.end(JSON.stringify(cases));
      const impatience = setTimeout(() => child.kill('SIGKILL'), Math.max(1, seconds) * 1000);
      return ended.finally(() => clearTimeout(impatience));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
