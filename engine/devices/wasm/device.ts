import type { CapturedStep, Counters, Device, Operand, Storage } from '../../device.ts';
import type { DType, TypedArray } from '../../dtype.ts';
import { InkgradError } from '../../errors.ts';
import type { Op } from '../../op.ts';
import { keep, scope } from '../../scope.ts';
import type { Tensor } from '../../tensor.ts';
import { Recorder } from '../capture/recorder.ts';
import type { WasmTraits } from './launch.ts';
import type { WasmMemory } from './memory.ts';
import type { AnyLaunch, BoundLaunch, HostLaunch } from './program.ts';
import { Program } from './program.ts';
import type { WasmRecorder } from './step.ts';
import { WasmStep } from './step.ts';
import { bytesFor, WasmStorage } from './storage.ts';
import type { Team } from './team.ts';

/**
 * The CPU with WebAssembly SIMD on several threads: memory that all threads share, ops as kernels of wasm/ where they have
 * one, else by what the device `cpu` runs. How work is cut depends on shapes alone, so the same bits come out of any number of threads.
 */
export class WasmDevice implements Device {
  readonly kind = 'wasm';
  readonly floatType = 'float32';
  readonly adapter: string;
  #recorder: WasmRecorder | null = null;

  constructor(
    readonly team: Team,
    readonly memory: WasmMemory,
    readonly counters: Counters,
    readonly traits: WasmTraits,
    { features, poison }: { features: string; poison: boolean },
  ) {
    this.adapter = `WebAssembly ${features}, ${team.threads} thread${team.threads > 1 ? 's' : ''}`;
    this.#poison = poison;
  }
  readonly #poison: boolean;

  allocate(dtype: DType, length: number): Storage {
    if (dtype === 'float64') throw new InkgradError('wasm: float64 is not computed here; use --device cpu');
    if (this.#recorder !== null) return this.#recorder.allocate(dtype, length);
    const storage = new WasmStorage(dtype, length, this.memory.take(bytesFor(length)));
    if (this.#poison && dtype === 'float32') storage.viewIn(this.memory).fill(Number.NaN);
    return storage;
  }

  release(storage: Storage): void {
    const released = storage as WasmStorage;
    // Memory of a captured step belongs to the step.
    if (released.isPlanned || !released.isPlaced) return;
    if (this.#recorder !== null) this.#recorder.released.push(released);
    else this.free(released);
  }

  free({ place, length }: WasmStorage): void {
    this.memory.give(place, bytesFor(length));
  }

  part(storage: Storage, start: number, length: number): Storage {
    const whole = storage as WasmStorage;
    if (this.#recorder !== null) return this.#recorder.part(whole, start, length);
    return new WasmStorage(storage.dtype, length, whole.place + 4 * start);
  }

  write(storage: Storage, data: TypedArray): void {
    if (this.#recorder !== null) this.#recorder.write(storage as WasmStorage, data);
    else (storage as WasmStorage).viewIn(this.memory).set(data);
  }

  async read(storage: Storage): Promise<TypedArray> {
    if (this.#recorder !== null)
      throw new InkgradError('capture: the step reads a tensor; read it after a run');
    return (storage as WasmStorage).viewIn(this.memory).slice();
  }

  run<A extends object>(op: Op<A>, inputs: readonly Operand[], outputs: readonly Operand[], attrs: A): void {
    const placed = this.#place(op, inputs, outputs);
    const { launches, scratch }: { launches: readonly AnyLaunch[]; scratch: readonly number[] } =
      op.wasm?.(inputs, outputs, attrs, this.traits) ?? onHost(op, inputs, outputs, attrs);
    const memory: Operand[] = [];
    try {
      for (const length of scratch) {
        memory.push({ shape: [length], dtype: 'float32', storage: this.allocate('float32', length) });
      }
      // What was placed needs no copy.
      const isMade = ({ reads = [] }: AnyLaunch) => reads.length > 0 && reads.every((i) => placed.has(i));
      const wanted = launches.filter(
        (launch) => !isMade(launch) && !('parts' in launch && launch.parts === 0),
      );
      this.#launch(op.name, wanted, [...inputs, ...outputs, ...memory], inputs.length, outputs.length);
    } finally {
      for (const { storage } of memory) this.release(storage);
    }
  }

  /** Runs launches at once, or notes them. */
  #launch(
    op: string,
    launches: readonly AnyLaunch[],
    operands: readonly Operand[],
    inputs: number,
    outputs: number,
  ): void {
    if (this.#recorder !== null) {
      for (const launch of launches) this.#recorder.add(op, launch, operands, inputs, outputs);
      return;
    }
    this.counters.launches += launches.length;
    const bound = launches.map((launch) => bind(launch, operands, inputs, outputs));
    const program = new Program(bound, this.team, this.memory);
    program.run();
    program.dispose();
  }

  /** Notes all that `body` does, without doing it, and makes a step of it. */
  async capture(body: () => readonly Tensor[]): Promise<CapturedStep> {
    if (this.#recorder !== null)
      throw new InkgradError('capture: a step inside of a step; capture them apart');
    const recorder: WasmRecorder = new Recorder((dtype, length) => new WasmStorage(dtype, length, null));
    this.#recorder = recorder;
    try {
      let outputs: readonly Tensor[];
      try {
        // Views of their own: what the body returns may belong to somebody else.
        outputs = scope(() => scope(body).map((tensor) => tensor.detach())).map(keep);
      } finally {
        this.#recorder = null;
      }
      return new WasmStep(this, recorder, outputs);
    } catch (error) {
      for (const storage of recorder.released) this.free(storage);
      throw error;
    }
  }

  async finish(): Promise<void> {}

  close(): void {
    this.team.stop();
  }

  /** In a step, lets the inputs of an op that lays them side by side be made there; which, by index. */
  #place<A extends object>(op: Op<A>, inputs: readonly Operand[], outputs: readonly Operand[]): Set<number> {
    // A CPU kernel lays all of its inputs side by side at once, whether they are there already or not.
    if (this.#recorder === null || op.sideBySide === undefined || op.wasm === undefined) return new Set();
    const parts = inputs.map(({ storage }) => storage as WasmStorage);
    return this.#recorder.place(parts, outputs[0].storage as WasmStorage, op.sideBySide(inputs));
  }
}

/** An op by its kernel of the device `cpu`. */
function onHost<A extends object>(
  op: Op<A>,
  inputs: readonly Operand[],
  outputs: readonly Operand[],
  attrs: A,
): { launches: HostLaunch[]; scratch: [] } {
  const kernel = op.cpu ?? op.define;
  return {
    launches: [
      { cpu: (from, to) => kernel(from, to, attrs), inputs, outputs, note: 'in JavaScript, one thread' },
    ],
    scratch: [],
  };
}

function bind(launch: AnyLaunch, operands: readonly Operand[], inputs: number, outputs: number): BoundLaunch {
  const all = operands.map(({ storage }) => storage as WasmStorage);
  return {
    launch,
    reads: launch.reads?.map((i) => all[i]) ?? all.slice(0, inputs),
    writes: launch.writes?.map((i) => all[i]) ?? all.slice(inputs, inputs + outputs),
  };
}
