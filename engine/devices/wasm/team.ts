import { InkgradError } from '../../errors.ts';
import type { WasmMemory } from './memory.ts';
import type { Spawn, Thread } from './threads.ts';
import { instantiate } from './threads.ts';

/** The words that threads share, by their index; wasm/team.ts says what they mean. */
const words = {
  begun: 0,
  waiting: 1,
  opened: 2,
  launches: 3,
  count: 4,
  threads: 5,
  own: 6,
  ownBytes: 7,
  failed: 8,
  patience: 9,
  maySleep: 10,
  next: 11,
} as const;

/** Words of a launch in memory: kernel, parts, and the address of its arguments. */
export const LAUNCH_WORDS = 3;

/** How long a thread may take for a part, in milliseconds, before it is given up: parts take under one. */
const PATIENCE = 30_000;

interface Exports extends WebAssembly.Exports {
  run(team: number, launches: number, count: number): number;
  runAlone(team: number, launches: number, count: number): void;
}

export interface TeamOptions {
  /** How many threads compute, this one included. */
  readonly threads: number;
  readonly spawn: Spawn | null;
  /** Whether this thread may sleep: not on the first one of a page. */
  readonly maySleep: boolean;
  readonly patience?: number;
}

/** The threads that make launches together. This one is the first of them. */
export class Team {
  /** Kernels by name: their indices in the table. */
  readonly kernels: ReadonlyMap<string, number>;
  readonly #exports: Exports;
  readonly #address: number;
  readonly #words: Int32Array;
  #threads: Thread[] = [];
  #ownBytes = 0;
  #error: InkgradError | null = null;

  private constructor(
    module: WebAssembly.Module,
    readonly memory: WasmMemory,
    { maySleep, patience = PATIENCE }: TeamOptions,
  ) {
    const { exports, indices } = instantiate(module, memory.memory);
    this.#exports = exports as Exports;
    this.kernels = indices;
    this.#address = memory.takeUncounted(Object.keys(words).length * 4);
    this.#words = memory.words(this.#address, Object.keys(words).length);
    this.#words[words.patience] = patience;
    this.#words[words.maySleep] = maySleep ? 1 : 0;
    this.#words[words.threads] = 1;
  }

  /**
   * Starts the other threads, and waits until they are ready. Where one cannot be started, as under a limit on processes
   * (`ulimit -u`, a container's), the team is made of those before it.
   */
  static async start(module: WebAssembly.Module, memory: WasmMemory, options: TeamOptions): Promise<Team> {
    const team = new Team(module, memory, options);
    const { threads, spawn } = options;
    if (spawn === null) return team;
    const { begun, failed } = words;
    const ended = new Set<Thread>();
    try {
      for (let i = 1; i < threads; i++) {
        const data = { module, memory: memory.memory, team: team.#address, thread: i, begun, failed };
        const thread = spawn(data);
        thread.onEnd = () => void ended.add(thread);
        team.#threads.push(thread);
      }
    } catch {
      // Those that were started are enough.
    }
    const ready = await Promise.allSettled(team.#threads.map((thread) => thread.ready));
    const lost = team.#threads.findIndex((thread, i) => ready[i].status === 'rejected' || ended.has(thread));
    if (lost >= 0) dismiss(team.#threads.splice(lost));
    for (const [i, thread] of team.#threads.entries())
      thread.onEnd = (reason) => team.#fail(`thread ${i + 2} of ${threads} ended: ${reason}`);
    team.#words[words.threads] = 1 + team.#threads.length;
    return team;
  }

  get threads(): number {
    return this.#words[words.threads];
  }

  /** Makes sure that each thread has so many bytes of its own. */
  reserve(ownBytes: number): void {
    if (ownBytes <= this.#ownBytes) return;
    const { memory, threads } = this;
    const before = { address: this.#words[words.own], bytes: this.#ownBytes * threads };
    // Whole pages, so that threads do not share any.
    const bytes = Math.ceil(ownBytes / 4096) * 4096;
    // Where there is no memory for it, all stays as it is.
    this.#words[words.own] = memory.takeUncounted(bytes * threads);
    this.#words[words.ownBytes] = bytes;
    this.#ownBytes = bytes;
    if (before.bytes > 0) memory.giveUncounted(before.address, before.bytes);
  }

  /**
   * Runs launches, and returns when all are done.
   *
   * @param launches the address of the first
   * @param alone without the other threads, for what is too little to wake them
   * @throws InkgradError when a thread has failed
   */
  run(launches: number, count: number, alone: boolean): void {
    if (this.#error !== null) throw this.#error;
    if (alone || this.threads === 1) {
      this.#exports.runAlone(this.#address, launches, count);
      return;
    }
    let reason = 'a thread failed or did not come back from its work';
    try {
      if (this.#exports.run(this.#address, launches, count) === 1) return;
    } catch (error) {
      reason = `a kernel failed: ${(error as Error).message}`;
    }
    this.#fail(reason);
    throw this.#error!;
  }

  /** Lets the threads end. */
  stop(): void {
    dismiss(this.#threads);
    this.#threads = [];
    this.#words[words.threads] = 1;
  }

  #fail(reason: string): void {
    this.#error ??= new InkgradError(`wasm: ${reason}; run it again, or use --threads 1`);
    // Whoever waits for the one that is gone stops waiting.
    Atomics.store(this.#words, words.failed, 1);
  }
}

function dismiss(threads: readonly Thread[]): void {
  for (const thread of threads) {
    thread.onEnd = null;
    thread.terminate();
  }
}
