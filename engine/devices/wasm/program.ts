import type { Bound } from '../capture/recorder.ts';
import type { Spec, View } from '../launch.ts';
import type { WasmLaunch } from './launch.ts';
import type { WasmMemory } from './memory.ts';
import type { WasmStorage } from './storage.ts';
import type { Team } from './team.ts';
import { LAUNCH_WORDS } from './team.ts';

/** An op without a kernel in WebAssembly: its CPU kernel runs on the same memory, on the first thread. */
export interface HostLaunch {
  readonly cpu: (inputs: readonly View[], outputs: readonly View[]) => void;
  readonly inputs: readonly Spec[];
  readonly outputs: readonly Spec[];
  readonly reads?: readonly number[];
  readonly writes?: readonly number[];
  readonly flops?: number;
  readonly note: string;
}

export type AnyLaunch = WasmLaunch | HostLaunch;

export type BoundLaunch = Bound<WasmStorage, AnyLaunch>;

/** Launches that follow each other without JavaScript, or one of JavaScript. */
type Stretch =
  | { readonly first: number; readonly count: number; readonly alone: boolean }
  | { readonly host: () => void };

/** Launches as the team reads them: a row of words for each, then their arguments. */
export class Program {
  readonly #stretches: Stretch[] = [];
  readonly #address: number;
  readonly #bytes: number;

  constructor(
    launches: readonly BoundLaunch[],
    readonly team: Team,
    readonly memory: WasmMemory,
  ) {
    const kernels = launches.map(({ launch }) => ('cpu' in launch ? -1 : kernelOf(launch, team)));
    team.reserve(
      Math.max(0, ...launches.map(({ launch }) => ('cpu' in launch ? 0 : (launch.ownBytes ?? 0)))),
    );
    const args = launches.map(({ launch, reads, writes }) =>
      'cpu' in launch ? [] : [...[...reads, ...writes].map(({ address }) => address), ...launch.params],
    );
    const rows = launches.length * LAUNCH_WORDS;
    this.#bytes = 4 * (rows + args.reduce((sum, { length }) => sum + length, 0));
    this.#address = memory.take(Math.max(4, this.#bytes));
    const words = memory.words(this.#address, this.#bytes / 4);
    let at = rows;
    for (const [i, bound] of launches.entries()) {
      const { launch } = bound;
      if ('cpu' in launch) {
        this.#stretches.push({ host: hostOf(launch, bound, memory) });
        continue;
      }
      words.set([kernels[i], launch.parts, this.#address + 4 * at], i * LAUNCH_WORDS);
      words.set(
        args[i].map((word) => word | 0),
        at,
      );
      at += args[i].length;
      const last = this.#stretches.at(-1);
      if (last !== undefined && 'first' in last) {
        this.#stretches[this.#stretches.length - 1] = {
          first: last.first,
          count: last.count + 1,
          alone: last.alone && launch.parts === 1,
        };
      } else this.#stretches.push({ first: i, count: 1, alone: launch.parts === 1 });
    }
  }

  run(): void {
    for (const stretch of this.#stretches) {
      if ('host' in stretch) stretch.host();
      else this.#run(stretch.first, stretch.count, stretch.alone);
    }
  }

  /** Runs each launch apart and gives the milliseconds of each. */
  runTimed(): number[] {
    const times: number[] = [];
    const time = (body: () => void) => {
      const start = performance.now();
      body();
      times.push(performance.now() - start);
    };
    for (const stretch of this.#stretches) {
      if ('host' in stretch) time(stretch.host);
      else for (let i = 0; i < stretch.count; i++) time(() => this.#run(stretch.first + i, 1, false));
    }
    return times;
  }

  dispose(): void {
    this.memory.give(this.#address, Math.max(4, this.#bytes));
  }

  #run(first: number, count: number, alone: boolean): void {
    this.team.run(this.#address + 4 * LAUNCH_WORDS * first, count, alone);
  }
}

function kernelOf({ kernel }: WasmLaunch, { kernels }: Team): number {
  const index = kernels.get(kernel);
  if (index === undefined) throw new Error(`wasm: no kernel ${kernel}`);
  return index;
}

function hostOf(launch: HostLaunch, { reads, writes }: BoundLaunch, memory: WasmMemory): () => void {
  const bind = (specs: readonly Spec[], storages: readonly WasmStorage[]) =>
    specs.map(({ shape, dtype }, i) => ({ shape, dtype, data: storages[i].viewIn(memory) }));
  const inputs = bind(launch.inputs, reads);
  const outputs = bind(launch.outputs, writes);
  return () => launch.cpu(inputs, outputs);
}
