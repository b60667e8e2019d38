import type { CapturedStep, TypedArray } from '../../device.ts';
import type { Plan, PlanRow } from '../../plan.ts';
import type { Tensor } from '../../tensor.ts';
import { findPlaces } from '../capture/places.ts';
import type { Recorder } from '../capture/recorder.ts';
import { rowOf } from '../capture/recorder.ts';
import type { WasmDevice } from './device.ts';
import type { AnyLaunch } from './program.ts';
import { Program } from './program.ts';
import type { WasmStorage } from './storage.ts';

export type WasmRecorder = Recorder<WasmStorage, AnyLaunch>;

const bytesFor = (length: number): number => Math.max(4, length * 4);

/** A captured step on WebAssembly: its launches lie ready in memory, and the threads run through them. */
export class WasmStep implements CapturedStep {
  readonly plan: Plan;
  readonly #program: Program;
  readonly #blocks: readonly number[];
  readonly #sizes: readonly number[];
  #isDisposed = false;

  constructor(
    readonly device: WasmDevice,
    readonly recorder: WasmRecorder,
    readonly outputs: readonly Tensor[],
  ) {
    const { memory, team } = device;
    const kept = outputs.map(({ storage }) => storage as WasmStorage);
    const { blocks, sizes, bytesUnshared } = findPlaces<number, WasmStorage>(recorder, kept, {
      bytesFor,
      take: (bytes) => memory.take(bytes),
      at: (address, elements) => address + 4 * elements,
    });
    this.#blocks = blocks;
    this.#sizes = sizes;
    for (const storage of recorder.zeroed) storage.viewIn(memory).fill(0);
    for (const [storage, data] of recorder.constants) storage.viewIn(memory).set(data);
    this.#program = new Program(recorder.launches, team, memory);
    this.plan = {
      rows: recorder.launches.map((noted) =>
        rowOf(noted, ['parts' in noted.launch ? noted.launch.parts : 1, 1, 1]),
      ),
      buffers: blocks.length,
      bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
      bytesUnshared,
    };
  }

  run(): void {
    this.device.counters.launches += this.plan.rows.length;
    this.#program.run();
  }

  async runAndRead(tensor: Tensor): Promise<TypedArray> {
    this.run();
    return tensor.read();
  }

  async runTimed(): Promise<PlanRow[]> {
    this.device.counters.launches += this.plan.rows.length;
    const times = this.#program.runTimed();
    return this.plan.rows.map((row, i) => ({ ...row, milliseconds: times[i] }));
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    for (const tensor of this.outputs) tensor.dispose();
    this.#program.dispose();
    this.#blocks.forEach((address, i) => {
      this.device.memory.give(address, this.#sizes[i]);
    });
    for (const storage of this.recorder.released) this.device.free(storage);
  }
}
