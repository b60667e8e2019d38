import { availableParallelism, cpus, constants as osConstants } from 'node:os';
import { peerCommands } from './commands.ts';
import type { About, Timed, WorkerCommand } from './worker.ts';
import { WorkerProcess } from './worker.ts';

export type { WorkerCommand } from './worker.ts';
export type Work = 'train' | 'infer';

export interface PeerOptions {
  readonly models: readonly string[];
  readonly batch: number;
  readonly work: readonly Work[];
  /** How long each worker is measured on each model and work. */
  readonly seconds: number;
  /** Some of `peerNames`; all when left out. */
  readonly peers?: readonly string[];
  /** inkgrad's own workers. */
  readonly ours: readonly WorkerCommand[];
  onProgress?(text: string): void;
}

/** What one worker did on one model. */
export interface PeerRow extends About {
  readonly model: string;
  readonly work: Work;
  readonly name: string;
  /** Steps in a round, after which the device was waited for. */
  readonly steps: number;
  /** Milliseconds for a step, in each round. */
  readonly rounds: readonly number[];
  /** The median of them. */
  readonly ms: number;
  readonly samplesPerSecond: number;
  /** After the last step; a network that does not learn is no comparison. */
  readonly loss: number;
  /** How many times as fast inkgrad is in the same place, the median over rounds; null where it did not run. */
  readonly ratio: number | null;
}

/** A worker that could not run, and why. */
export interface PeerFailure {
  readonly model: string;
  readonly work: Work;
  readonly name: string;
  readonly reason: string;
}

export interface PeerReport {
  readonly date: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly system: string;
    readonly node: string;
  };
  /** What WebGPU ran on; null when nothing did. */
  readonly adapter: string | null;
  readonly batch: number;
  readonly rows: readonly PeerRow[];
  readonly failures: readonly PeerFailure[];
}

const ROUNDS = 5;

/**
 * Measures inkgrad and its peers on the same work. All workers are alive at the same time and take turns, so
 * that a machine that gets slower or faster does so for all; only one computes at a time.
 *
 * @throws InkgradError when the peers are not installed
 */
export async function benchPeers(options: PeerOptions): Promise<PeerReport> {
  const commands = [...options.ours, ...peerCommands(options.peers)];
  const rows: PeerRow[] = [];
  const failures: PeerFailure[] = [];
  for (const model of options.models) {
    for (const work of options.work) {
      const entrants = commands.map((command) => new Entrant(command));
      await withoutOrphans(entrants, () => compete(entrants, model, work, options));
      const ours = entrants.slice(0, options.ours.length);
      for (const entrant of entrants) {
        if (entrant.reason === null) rows.push(entrant.row(model, work, options.batch, ours));
        else failures.push({ model, work, name: entrant.name, reason: entrant.reason });
      }
    }
  }
  return {
    date: new Date().toISOString(),
    machine: {
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      cores: availableParallelism(),
      system: `${process.platform} ${process.arch}`,
      node: process.version,
    },
    adapter: rows.find(({ adapter }) => placeOf(adapter) === 'gpu')?.adapter ?? null,
    batch: options.batch,
    rows,
    failures,
  };
}

/** All start, one after the other; then they do their rounds, in turns. */
async function compete(entrants: readonly Entrant[], model: string, work: Work, options: PeerOptions) {
  const say = (text: string) => options.onProgress?.(`${model} ${work}: ${text}`);
  const args = ['--model', model, '--batch', String(options.batch), '--work', work];
  for (const entrant of entrants) {
    say(`${entrant.name} starts`);
    await entrant.start(args, options.seconds * 1000);
  }
  for (let round = 1; round <= ROUNDS; round++) {
    say(`round ${round} of ${ROUNDS}`);
    for (const entrant of entrants) await entrant.round();
  }
}

/** Runs `body`, and ends all children after it, whatever becomes of it or of this process. */
async function withoutOrphans(entrants: readonly Entrant[], body: () => Promise<void>): Promise<void> {
  const killAll = () => {
    for (const entrant of entrants) entrant.kill();
  };
  const leave = (signal: 'SIGINT' | 'SIGTERM') => process.exit(128 + osConstants.signals[signal]);
  process.on('exit', killAll).on('SIGINT', leave).on('SIGTERM', leave);
  try {
    await body();
  } finally {
    process.off('exit', killAll).off('SIGINT', leave).off('SIGTERM', leave);
    killAll();
  }
}

/** One worker with what it has done so far. */
class Entrant {
  readonly name: string;
  /** Why it is out; null while it is not. */
  reason: string | null = null;
  readonly #command: WorkerCommand;
  #process: WorkerProcess | null = null;
  #about: About = { version: '', adapter: '' };
  #steps = 1;
  #rounds: number[] = [];
  #loss = Number.NaN;
  /** One step takes longer than all rounds should: the first is all that it does. */
  #slow = false;

  constructor(command: WorkerCommand) {
    this.name = command.name;
    this.#command = command;
  }

  /** Starts the process, and finds how many steps fit into a round when all rounds take `ms`. */
  async start(args: readonly string[], ms: number): Promise<void> {
    await this.#unlessOut(async () => {
      this.#process = new WorkerProcess(this.#command.command, [...this.#command.args, ...args]);
      this.#about = await this.#process.ready();
      let trial = await this.#process.run(1);
      this.#slow = trial.ms > ms;
      if (this.#slow) return this.#note(trial);
      while (trial.ms < ms / ROUNDS / 4) trial = await this.#process.run(4 * trial.steps);
      this.#steps = Math.max(1, Math.round((ms / ROUNDS / trial.ms) * trial.steps));
    });
  }

  async round(): Promise<void> {
    if (this.#slow) return;
    await this.#unlessOut(async () => this.#note(await this.#process!.run(this.#steps)));
  }

  kill(): void {
    this.#process?.kill();
  }

  row(model: string, work: Work, batch: number, ours: readonly Entrant[]): PeerRow {
    const ms = median(this.#rounds);
    const there = ours
      .filter((our) => our.reason === null && placeOf(our.#about.adapter) === placeOf(this.#about.adapter))
      .sort((a, b) => median(a.#rounds) - median(b.#rounds))
      .at(0);
    const ratio = there && median(this.#ratios(there));
    return {
      model,
      work,
      name: this.name,
      version: this.#about.version,
      adapter: this.#about.adapter,
      steps: this.#steps,
      rounds: this.#rounds,
      ms,
      samplesPerSecond: (1000 * batch) / ms,
      loss: this.#loss,
      ratio: ratio ?? null,
    };
  }

  /** How this compares to another, round by round; as far as both went. */
  #ratios(other: Entrant): number[] {
    const rounds = Math.min(this.#rounds.length, other.#rounds.length);
    return Array.from({ length: rounds }, (_, round) => this.#rounds[round] / other.#rounds[round]);
  }

  #note({ ms, steps, loss }: Timed): void {
    this.#rounds.push(ms / steps);
    this.#loss = loss;
  }

  /** A worker that fails is out, with its reason; the others go on. */
  async #unlessOut(body: () => Promise<void>): Promise<void> {
    if (this.reason !== null) return;
    try {
      await body();
    } catch (error) {
      this.reason = (error as Error).message;
      this.kill();
    }
  }
}

/** The processor, or else the one GPU (or driver that computes in its place) that all workers inherit. */
const placeOf = (adapter: string): 'cpu' | 'gpu' => (adapter.startsWith('cpu') ? 'cpu' : 'gpu');

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
