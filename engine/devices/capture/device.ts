import type { CapturedStep, Counters, Device, Operand, Storage } from '../../device.ts';
import type { DType, TypedArray } from '../../dtype.ts';
import { InkgradError } from '../../errors.ts';
import type { Op } from '../../op.ts';
import { expectBody } from '../../scope.ts';
import type { Tensor } from '../../tensor.ts';
import { newCounters } from './counters.ts';
import { Ground } from './ground.ts';
import { withNotes } from './notes.ts';
import { outputsOf } from './outputs.ts';
import type { Bound, Noted } from './recorder.ts';
import { bind, Recorder } from './recorder.ts';
import type { PlannedStorage } from './storage.ts';

/** The launches of an op, with memory between them: as many floats for each scratch operand. */
export interface Launches<L> {
  readonly launches: readonly L[];
  readonly scratch: readonly number[];
}

/**
 * A device that does each launch at once, or notes it while a step is captured. What it is asked is the same either way;
 * how memory is made, filled and read, and what a launch is, each device says for itself.
 */
export abstract class RecordingDevice<S extends PlannedStorage<unknown>, L extends Noted> implements Device {
  abstract readonly kind: Device['kind'];
  abstract readonly adapter: string;
  readonly floatType = 'float32';
  #recorder: Recorder<S, L> | null = null;

  constructor(readonly counters: Counters = newCounters()) {}

  /** Refuses memory that this device cannot have. */
  protected abstract expectRoom(dtype: DType, length: number): void;
  protected abstract make(dtype: DType, length: number): S;
  /** The same, for a step that is noted: its address is found later. */
  protected abstract makeWithoutAddress(dtype: DType, length: number): S;
  protected abstract partOf(whole: S, start: number, length: number): S;
  /** @internal */
  abstract free(storage: S): void;
  protected abstract writeNow(storage: S, data: TypedArray): void;
  protected abstract readNow(storage: S): Promise<TypedArray>;
  /** The launches of an op; those that have nothing to do are left out. */
  protected abstract launchesOf<A extends object>(
    op: Op<A>,
    inputs: readonly Operand[],
    outputs: readonly Operand[],
    attrs: A,
  ): Launches<L>;
  protected abstract launch(launches: readonly Bound<S, L>[]): void;
  /** Whether each input of an op that lays them side by side is a launch of its own, which can be left out. */
  protected abstract canLaySideBySide(op: Op): boolean;
  protected abstract stepOf(
    recorder: Recorder<S, L>,
    ground: Ground<S>,
    outputs: readonly Tensor[],
  ): Promise<CapturedStep>;
  abstract finish(): Promise<void>;
  abstract close(): void;

  /** @internal */
  allocate(dtype: DType, length: number): Storage {
    this.expectRoom(dtype, length);
    return this.#recorder === null ? this.make(dtype, length) : this.#recorder.allocate(dtype, length);
  }

  /** @internal */
  part(storage: Storage, start: number, length: number): Storage {
    const whole = storage as S;
    return this.#recorder === null
      ? this.partOf(whole, start, length)
      : this.#recorder.part(whole, start, length);
  }

  /** @internal */
  release(storage: Storage): void {
    const released = storage as S;
    // Memory of a captured step belongs to the step.
    if (released.isPlanned || !released.hasAddress) return;
    if (this.#recorder !== null) this.#recorder.released.push(released);
    else this.free(released);
  }

  /** @internal */
  write(storage: Storage, data: TypedArray): void {
    if (data.length === 0) return;
    if (this.#recorder !== null) this.#recorder.write(storage as S, data);
    else this.writeNow(storage as S, data);
  }

  /** @internal */
  async read(storage: Storage): Promise<TypedArray> {
    if (this.#recorder !== null) {
      throw new InkgradError('capture: the step reads a tensor; read it after a run');
    }
    return this.readNow(storage as S);
  }

  /** @internal */
  run<A extends object>(op: Op<A>, inputs: readonly Operand[], outputs: readonly Operand[], attrs: A): void {
    const laid = this.#laySideBySide(op, inputs, outputs);
    const { launches, scratch } = this.launchesOf(op, inputs, outputs, attrs);
    const memory: Operand[] = [];
    try {
      for (const length of scratch) {
        memory.push({ shape: [length], dtype: 'float32', storage: this.allocate('float32', length) });
      }
      const operands = [...inputs, ...outputs, ...memory];
      // What was laid needs no copy.
      const isMade = ({ reads = [] }: L) => reads.length > 0 && reads.every((i) => laid.has(i));
      const bound = launches
        .filter((launch) => !isMade(launch))
        .map((launch) => bind<S, L>(launch, operands, inputs.length, outputs.length));
      if (this.#recorder === null) this.launch(bound);
      else for (const each of bound) this.#recorder.add(op.name, each, inputs, outputs);
    } finally {
      for (const { storage } of memory) this.release(storage);
    }
  }

  /**
   * Notes all that `body` does, without doing it, and makes a step of it. Tensors that `body` returns can be read after
   * each run.
   *
   * @throws InkgradError, by its promise, for a step inside of a step, and what could not be done again
   */
  async capture(body: () => readonly Tensor[]): Promise<CapturedStep> {
    if (this.#recorder !== null) {
      throw new InkgradError('capture: a step inside of a step; capture them apart');
    }
    expectBody('capture', body);
    const recorder = new Recorder<S, L>((dtype, length) => this.makeWithoutAddress(dtype, length));
    this.#recorder = recorder;
    try {
      let outputs: readonly Tensor[];
      let ground: Ground<S>;
      try {
        outputs = withNotes(recorder.notes, () => outputsOf(body));
        recorder.expectRepeatable();
        ground = new Ground<S>(recorder);
      } finally {
        this.#recorder = null;
        recorder.notes.restoreVersions();
      }
      return await this.stepOf(recorder, ground, outputs);
    } catch (error) {
      recorder.notes.dropGradients();
      for (const storage of recorder.released) this.free(storage);
      throw error;
    }
  }

  /** In a step, lets the inputs of an op that lays them side by side be made there; which, by index. */
  #laySideBySide<A extends object>(
    op: Op<A>,
    inputs: readonly Operand[],
    outputs: readonly Operand[],
  ): ReadonlySet<number> {
    if (this.#recorder === null || op.sideBySide === undefined || !this.canLaySideBySide(op as Op))
      return new Set();
    const parts = inputs.map(({ storage }) => storage as S);
    return this.#recorder.laySideBySide(parts, outputs[0].storage as S, op.sideBySide(inputs));
  }
}
