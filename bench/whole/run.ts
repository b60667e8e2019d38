/** How long a training takes from the start of the process to its end, and how well it reads then. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from '../../report/machine.ts';
import { describeMachine } from '../../report/machine.ts';
import { median } from '../timing.ts';

/** One process. */
export interface WholeRun {
  readonly device: string;
  readonly seed: number;
  /** training images that it had; null for all */
  readonly limit: number | null;
  /** from the start of the process to its end */
  readonly seconds: number;
  readonly samplesPerSecond: number;
  /** of the test images, which it looks at once, at the end */
  readonly accuracy: number;
  readonly loss: number;
}

/** All processes of a device with so many images. */
export interface WholeSummary {
  readonly device: string;
  readonly limit: number | null;
  readonly seconds: { readonly median: number; readonly most: number };
  readonly accuracy: { readonly median: number; readonly least: number };
}

export interface WholeReport {
  readonly machine: Machine;
  readonly config: string;
  readonly settings: Pick<WholeBench, 'seeds' | 'limits'>;
  readonly devices: readonly { readonly device: string; readonly adapter: string }[];
  readonly runs: readonly WholeRun[];
  readonly summaries: readonly WholeSummary[];
}

export interface WholeBench {
  /** the command line as a program: what is started, and its first arguments */
  readonly program: readonly [command: string, ...args: string[]];
  /** what `train --config` takes */
  readonly config: string;
  readonly devices: readonly string[];
  readonly seeds: readonly number[];
  /** how many training images each run has; null for all */
  readonly limits: readonly (number | null)[];
  readonly signal?: AbortSignal | undefined;
  /** After each process: how many of all are done. */
  onProgress?(done: number, total: number, text: string): void;
}

/** Starts a process for each seed, device and number of images, one after the other; these take turns. */
export async function benchWhole(bench: WholeBench): Promise<WholeReport> {
  const { config, devices, seeds, limits, onProgress } = bench;
  const jobs = seeds.flatMap((seed) =>
    limits.flatMap((limit) => devices.map((device) => ({ device, seed, limit }))),
  );
  const runs: WholeRun[] = [];
  const adapters = new Map<string, string>();
  for (const job of jobs) {
    const { adapter, ...run } = await runOnce(bench, job);
    adapters.set(run.device, adapter);
    runs.push(run);
    const read = `${(100 * run.accuracy).toFixed(2)} % after ${run.seconds.toFixed(2)} s`;
    onProgress?.(runs.length, jobs.length, `${run.device} seed ${run.seed}  ${read}`);
  }
  const kinds = [...adapters.keys()];
  return {
    machine: describeMachine(),
    config,
    settings: { seeds, limits },
    devices: kinds.map((device) => ({ device, adapter: adapters.get(device)! })),
    runs,
    summaries: kinds.flatMap((device) => limits.map((limit) => summaryOf(runs, device, limit))),
  };
}

function summaryOf(runs: readonly WholeRun[], device: string, limit: number | null): WholeSummary {
  const own = runs.filter((run) => run.device === device && run.limit === limit);
  const seconds = own.map((run) => run.seconds);
  const accuracies = own.map((run) => run.accuracy);
  return {
    device,
    limit,
    seconds: { median: median(seconds), most: Math.max(...seconds) },
    accuracy: { median: median(accuracies), least: Math.min(...accuracies) },
  };
}

/** What `train --json` prints, as far as it is read here. */
interface Told {
  readonly device: string;
  readonly adapter: string;
  readonly samplesPerSecond: number;
  readonly test: { readonly loss: number; readonly accuracy: number };
}

async function runOnce(
  { program, config, signal }: WholeBench,
  { device, seed, limit }: { readonly device: string; readonly seed: number; readonly limit: number | null },
): Promise<WholeRun & { readonly adapter: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'inkgrad-whole-'));
  const [command, ...before] = program;
  const words = ['train', '--config', config, '--device', device, '--seed', String(seed)];
  const rest = [
    '--json',
    '--out',
    join(folder, 'run'),
    ...(limit === null ? [] : ['--limit', String(limit)]),
  ];
  try {
    const { output, seconds } = await timedProcess(command, [...before, ...words, ...rest], signal);
    const { test, samplesPerSecond, ...told } = JSON.parse(output) as Told;
    return { ...told, seed, limit, seconds, samplesPerSecond, accuracy: test.accuracy, loss: test.loss };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What a process prints, and how long it takes from its start until it is gone.
 *
 * @throws Error with the last line that it said where it fails
 */
function timedProcess(
  command: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ output: string; seconds: number }> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  let [output, said] = ['', ''];
  child.stdout.on('data', (text) => {
    output += text;
  });
  child.stderr.on('data', (text) => {
    said = (said + text).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = (performance.now() - start) / 1000;
      if (code === 0) resolve({ output, seconds });
      else reject(new Error(said.trimEnd().split('\n').at(-1) || `the process ended with ${code}`));
    });
  });
}
