import type { CapturedStep, Counters, Storage } from '../../device.ts';
import type { TypedArray } from '../../dtype.ts';
import type { Tensor } from '../../tensor.ts';
import { findAddresses } from '../capture/addresses.ts';
import type { Ground } from '../capture/ground.ts';
import type { Recorder } from '../capture/recorder.ts';
import { rowOf } from '../capture/recorder.ts';
import type { Plan, PlanRow } from '../plan.ts';
import type { WasmMemory } from './memory.ts';
import type { AnyLaunch } from './program.ts';
import { Program } from './program.ts';
import type { WasmStorage } from './storage.ts';
import { bytesFor } from './storage.ts';
import type { Team } from './team.ts';

export type WasmRecorder = Recorder<WasmStorage, AnyLaunch>;

/** What a step needs of its device. */
interface Host {
  readonly counters: Counters;
  readonly memory: WasmMemory;
  readonly team: Team;
  free(storage: WasmStorage): void;
  read(storage: Storage): Promise<TypedArray>;
}

/** A captured step on WebAssembly: its launches lie ready in memory, and the threads run through them. */
export class WasmStep implements CapturedStep {
  readonly plan: Plan;
  readonly #program: Program;
  readonly #blocks: { readonly address: number; readonly bytes: number }[] = [];

  constructor(
    readonly host: Host,
    readonly recorder: WasmRecorder,
    readonly ground: Ground<WasmStorage>,
    readonly outputs: readonly Tensor[],
  ) {
    const { memory, team } = host;
    let sizes: Omit<Plan, 'rows'>;
    try {
      sizes = findAddresses<number, WasmStorage>(recorder, ground.handedOut, {
        bytesFor,
        take: (bytes) => {
          const address = memory.take(bytes);
          this.#blocks.push({ address, bytes });
          return address;
        },
        at: (address, elements) => address + 4 * elements,
        write: (storage, data) => storage.viewIn(memory).set(data),
      }).memory;
      this.#program = new Program(recorder.launches, team, memory);
    } catch (error) {
      this.#giveBlocks();
      throw error;
    }
    this.plan = {
      rows: recorder.launches.map((noted) =>
        rowOf(noted, ['parts' in noted.launch ? noted.launch.parts : 1, 1, 1]),
      ),
      ...sizes,
    };
  }

  run(): void {
    this.#begin();
    this.#program.run();
  }

  async runAndRead(tensor: Tensor): Promise<TypedArray> {
    const { storage } = tensor;
    this.run();
    return this.host.read(storage);
  }

  async runTimed(): Promise<PlanRow[]> {
    this.#begin();
    const times = this.#program.runTimed();
    return this.plan.rows.map((row, i) => ({ ...row, milliseconds: times[i] }));
  }

  dispose(): void {
    if (!this.ground.dispose()) return;
    for (const tensor of this.outputs) tensor.dispose();
    this.#program.dispose();
    this.#giveBlocks();
    for (const storage of this.recorder.released) this.host.free(storage);
  }

  #begin(): void {
    this.ground.begin();
    this.host.counters.launches += this.plan.rows.length;
  }

  #giveBlocks(): void {
    for (const { address, bytes } of this.#blocks) this.host.memory.give(address, bytes);
  }
}
