import { availableParallelism } from 'node:os';
import { describeMachine } from '../../report/machine.ts';
import { median } from '../timing.ts';
import type { MissingPeer } from './commands.ts';
import type { About, Timed, WorkerCommand } from './worker.ts';
import { WorkerProcess, withoutOrphans } from './worker.ts';

export type { WorkerCommand } from './worker.ts';
/** A network's training or inference, or what `model` names, a kernel. */
export type Work = 'train' | 'infer' | 'kernel';

/** What workers do side by side. */
export interface Task {
  readonly model: string;
  readonly batch: number;
  readonly work: Work;
}

/** Every model with every work and batch. */
export const tasksOf = (
  models: readonly string[],
  works: readonly Work[],
  batches: readonly number[],
): Task[] =>
  models.flatMap((model) => works.flatMap((work) => batches.map((batch) => ({ model, batch, work }))));

export interface PeerOptions {
  readonly tasks: readonly Task[];
  /** How long each worker is measured on each model and work. */
  readonly seconds: number;
  /** In how many turns; five when left out. */
  readonly rounds?: number;
  /** With how many threads each computes on the processor, where it can; one for each core when left out. */
  readonly threads?: number;
  /** inkgrad's own workers. All are compared with the first of those that compute in the same place. */
  readonly ours: readonly WorkerCommand[];
  readonly peers: readonly WorkerCommand[];
  onProgress?(text: string): void;
}

/** What one worker did on one model. */
export interface PeerRow extends About, Task {
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
  /** How many times as fast inkgrad is in the same place, in each round; none where it did not run. */
  readonly ratios: readonly number[];
  /** The median of them, null where there are none. */
  readonly ratio: number | null;
}

/** A worker that could not run, and why. */
export interface PeerFailure extends Task {
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
  /** How many each worker was given; its `adapter` says how many it took. */
  readonly threads: number;
  readonly rows: readonly PeerRow[];
  readonly failures: readonly PeerFailure[];
  /** Those that were wanted and are not on this machine. */
  readonly missing: readonly MissingPeer[];
}

const ROUNDS = 5;

/**
 * Measures inkgrad and its peers on the same work. All workers are alive at the same time and take turns, so
 * that a machine that gets slower or faster does so for all; only one computes at a time.
 */
export async function benchPeers(options: PeerOptions): Promise<Omit<PeerReport, 'missing'>> {
  const { ours, peers, threads = availableParallelism(), rounds: turns = ROUNDS, onProgress } = options;
  const rows: PeerRow[] = [];
  const failures: PeerFailure[] = [];
  for (const task of options.tasks) {
    const able = peers.filter(({ trains = true }) => trains || task.work !== 'train');
    const entrants = [...ours, ...able].map((command) => new Entrant(command, task));
    const say = (text: string) => onProgress?.(`${task.model} ${task.work} ${task.batch}: ${text}`);
    await withoutOrphans(entrants, () =>
      compete(entrants, { seconds: options.seconds, turns, threads, say }),
    );
    for (const entrant of entrants) {
      if (entrant.reason === null) rows.push(entrant.row(entrants.slice(0, ours.length)));
      else failures.push({ ...task, name: entrant.name, reason: entrant.reason });
    }
  }
  const { date, cpu, threads: cores, platform: system, node } = describeMachine();
  return {
    date,
    machine: { cpu, cores, system, node },
    adapter: rows.find(({ adapter }) => placeOf(adapter) === 'gpu')?.adapter ?? null,
    threads,
    rows,
    failures,
  };
}

interface Rules {
  readonly seconds: number;
  readonly turns: number;
  readonly threads: number;
  say(text: string): void;
}

/** All start, one after the other; then they do their rounds, in turns. */
async function compete(entrants: readonly Entrant[], { seconds, turns, threads, say }: Rules): Promise<void> {
  for (const entrant of entrants) {
    say(`${entrant.name} starts`);
    await entrant.start(threads, seconds * 1000, turns);
  }
  for (let round = 1; round <= turns; round++) {
    say(`round ${round} of ${turns}`);
    for (const entrant of entrants) await entrant.round();
  }
}

/** One worker with what it has done so far. */
class Entrant {
  readonly name: string;
  /** Why it is out; null while it is not. */
  reason: string | null = null;
  readonly #command: WorkerCommand;
  readonly #task: Task;
  #process: WorkerProcess | null = null;
  #about: About = { version: '', adapter: '' };
  #steps = 1;
  #rounds: number[] = [];
  #loss = Number.NaN;
  /** One step takes longer than all rounds should: the first is all that it does. */
  #slow = false;

  constructor(command: WorkerCommand, task: Task) {
    this.name = command.name;
    this.#command = command;
    this.#task = task;
  }

  /** Starts the process, and finds how many steps fit into one of so many turns when all of them take `ms`. */
  async start(threads: number, ms: number, turns: number): Promise<void> {
    await this.#unlessOut(async () => {
      const { command, args } = this.#command;
      const options = Object.entries({ ...this.#task, threads }).flatMap(([name, value]) => [
        `--${name}`,
        String(value),
      ]);
      this.#process = new WorkerProcess(command, [...args, ...options]);
      this.#about = await this.#process.ready();
      let trial = await this.#process.run(1);
      this.#slow = trial.ms > ms;
      if (this.#slow) return this.#note(trial);
      while (trial.ms < ms / turns / 4) trial = await this.#process.run(4 * trial.steps);
      this.#steps = Math.max(1, Math.round((ms / turns / trial.ms) * trial.steps));
    });
  }

  async round(): Promise<void> {
    if (this.#slow) return;
    await this.#unlessOut(async () => this.#note(await this.#process!.run(this.#steps)));
  }

  kill(): void {
    this.#process?.kill();
  }

  row(ours: readonly Entrant[]): PeerRow {
    const ms = median(this.#rounds);
    const there = ours.find(
      (our) => our.reason === null && placeOf(our.#about.adapter) === placeOf(this.#about.adapter),
    );
    const ratios = there === undefined ? [] : this.#ratios(there);
    return {
      ...this.#task,
      name: this.name,
      version: this.#about.version,
      adapter: this.#about.adapter,
      steps: this.#steps,
      rounds: this.#rounds,
      ms,
      samplesPerSecond: (1000 * this.#task.batch) / ms,
      loss: this.#loss,
      ratios,
      ratio: ratios.length === 0 ? null : median(ratios),
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
