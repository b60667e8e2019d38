import { pathToFileURL } from 'node:url';
import { describeMachine, type Machine } from '../../report/machine.ts';
import { WorkerProcess, withoutOrphans } from '../peers/worker.ts';
import { median, repetitionsFor } from '../timing.ts';
import type { Build } from './builds.ts';
import type { SelfCase } from './cases.ts';
import { type Comparison, compareTimes } from './verdict.ts';

export interface SelfOptions {
  readonly older: Build;
  readonly newer: Build;
  readonly cases: readonly SelfCase[];
  readonly device: string;
  readonly threads: number;
  /** How long each build is measured on each case. */
  readonly seconds: number;
  /** Of each build, ≥ 1; four when left out. */
  readonly processes?: number;
  /** The program that works with a build's library; null outside of a checkout. */
  readonly libraryWorker: string | null;
  /** How much of all is done, and what goes on. */
  onProgress?(done: number, total: number, text: string): void;
}

/** What one case came to. */
export interface SelfRow extends Comparison {
  readonly case: string;
  readonly steps: number;
  /** Milliseconds for a step of each process, in each round, and the median of all. */
  readonly old: Times;
  readonly new: Times;
  /** How far the first losses are apart, as a share: another result is no comparison. */
  readonly apart: number;
}

interface Times {
  readonly ms: number;
  readonly rounds: readonly (readonly number[])[];
}

/** A case that one of the builds could not do, and why. */
export interface SelfFailure {
  readonly case: string;
  readonly reason: string;
}

export interface SelfReport {
  readonly machine: Machine;
  readonly builds: { readonly old: BuildName; readonly new: BuildName };
  readonly device: string;
  readonly threads: number;
  readonly rows: readonly SelfRow[];
  readonly failures: readonly SelfFailure[];
}

interface BuildName {
  readonly name: string;
  /** null while nothing ran. */
  readonly version: string | null;
}

/**
 * One process would not do: where memory and code lie differs from process to process, and with it the speed, by up to some
 * percent, for as long as the process lives.
 */
const PROCESSES = 4;
/**
 * Many short rounds: on a shared machine the speed changes within tenths of a second. With 6 rounds of 80 ms processes of one
 * build were 4 to 9 % apart, with 24 of 40 ms 1 to 2 %.
 */
const ROUNDS = 24;
/** The step whose losses are compared. A worker does three to get warm, or fewer where those take long. */
const FIRST = 4;

/** Runs both builds on all cases. The processes of a case are alive at the same time and take turns. */
export async function benchSelf(options: SelfOptions): Promise<SelfReport> {
  const { older, newer, cases, device, threads, processes = PROCESSES } = options;
  const rows: SelfRow[] = [];
  const failures: SelfFailure[] = [];
  const versions: (string | null)[] = [null, null];
  const total = cases.length * (ROUNDS + 1);
  for (const [at, one] of cases.entries()) {
    const entrants: Entrant[] = [];
    try {
      for (let i = 0; i < processes; i++) {
        for (const build of [older, newer]) entrants.push(new Entrant(build, one, options));
      }
      const say = (done: number, text: string) =>
        options.onProgress?.(at * (ROUNDS + 1) + done, total, `${one.name}: ${text}`);
      rows.push(await withoutOrphans(entrants, () => race(one, entrants, options.seconds, say)));
      entrants.slice(0, 2).forEach((entrant, i) => {
        versions[i] = entrant.version;
      });
    } catch (error) {
      for (const entrant of entrants) entrant.kill();
      failures.push({ case: one.name, reason: (error as Error).message });
    }
  }
  return {
    machine: describeMachine(),
    builds: {
      old: { name: older.name, version: versions[0] },
      new: { name: newer.name, version: versions[1] },
    },
    ...{ device, threads, rows, failures },
  };
}

/** All start, one after the other; then they do their rounds, old and new in turns. */
async function race(
  one: SelfCase,
  entrants: readonly Entrant[],
  seconds: number,
  say: (done: number, text: string) => void,
): Promise<SelfRow> {
  say(0, 'starting');
  for (const entrant of entrants) await entrant.start();
  const target = (2000 * seconds) / entrants.length / ROUNDS;
  const { times: steps } = await repetitionsFor(target, (times) => entrants[0].run(times));
  // Untimed: compilers have seen the work then.
  for (const entrant of entrants.slice(1)) await entrant.run(steps);
  const rounds: number[][] = entrants.map(() => []);
  for (let round = 1; round <= ROUNDS; round++) {
    say(round, `round ${round} of ${ROUNDS}`);
    // Back and forth, so that neither build always follows the other.
    const order = [...entrants.keys()];
    if (round % 2 === 0) order.reverse();
    for (const at of order) rounds[at].push((await entrants[at].run(steps)) / steps);
  }
  const [older, newer] = [0, 1].map((side) => rounds.filter((_, at) => at % 2 === side));
  const [a, b] = entrants.map(({ loss }) => loss);
  return {
    case: one.name,
    steps,
    ...compareTimes(older, newer),
    old: { ms: median(older.flat()), rounds: older },
    new: { ms: median(newer.flat()), rounds: newer },
    apart: Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE),
  };
}

/** A process of a build. */
class Entrant {
  /** After `FIRST` steps. */
  loss = Number.NaN;
  version = '';
  readonly #build: Build;
  readonly #process: WorkerProcess;

  constructor(build: Build, { by, args }: SelfCase, { device, threads, libraryWorker }: SelfOptions) {
    this.#build = build;
    const start = by === 'worker' ? [build.worker] : libraryStart(build, libraryWorker);
    const more = ['--backend', device, '--threads', String(threads)];
    this.#process = new WorkerProcess(process.execPath, [...start, ...args, ...more]);
  }

  async start(): Promise<void> {
    const { version, warm = FIRST - 1 } = await this.#told(this.#process.ready());
    this.version = version;
    this.loss = (await this.#told(this.#process.run(FIRST - warm))).loss;
  }

  /** Milliseconds of so many steps. */
  async run(steps: number): Promise<number> {
    return (await this.#told(this.#process.run(steps))).ms;
  }

  kill(): void {
    this.#process.kill();
  }

  /** An answer, or its failure with the name of the build. */
  async #told<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw new Error(`${this.#build.name}: ${(error as Error).message}`);
    }
  }
}

function libraryStart({ name, library }: Build, worker: string | null): string[] {
  if (worker === null) throw new Error('it needs a checkout of inkgrad, for bench/self/library.mjs');
  if (library === null) throw new Error(`${name}: no library is built there (lib/index.js)`);
  return [worker, '--library', pathToFileURL(library).href];
}
