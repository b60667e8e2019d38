import type { Holder } from './devices/holder.ts';
import type { Spec } from './devices/launch.ts';
import type { Plan, PlanRow } from './devices/plan.ts';
import type { DType, FloatType, TypedArray } from './dtype.ts';
import type { Op } from './op.ts';
import type { Tensor } from './tensor.ts';

export type { Tensor };

/** Memory of one device, as that device knows it. */
export interface Storage {
  readonly dtype: DType;
  /** In elements. */
  readonly length: number;
  /** Whose memory it is: null while it is nobody's, such as a kernel's scratch memory. */
  holder: Holder | null;
}

/** A shape and a place in memory: what a kernel reads or writes. */
export interface Operand extends Spec {
  readonly storage: Storage;
}

/** What a device has done so far. Tests hold training steps to these counts. */
export interface Counters {
  /** Kernel launches. */
  launches: number;
  /** Queue submissions; 0 on the CPU. */
  submits: number;
  /** Memory blocks made, not counting those re-used from the pool. */
  allocations: number;
  /** Bind groups made; 0 on the CPU. */
  bindGroups: number;
  /** Storages in use now. */
  live: number;
  /** Their bytes. */
  liveBytes: number;
}

/** A step that was captured: what it did once can be done again without building it again. */
export interface CapturedStep {
  /** What the step's body returned; each run writes them anew. */
  readonly outputs: readonly Tensor[];
  /** Queues the step once more. */
  run(): void;
  /** The same, and gives the content of a tensor as it is after this run, without another submission. */
  runAndRead(tensor: Tensor): Promise<TypedArray>;
  /** Its launches; null where a step is not noted but done anew each time. */
  readonly plan: Plan | null;
  /** Runs the step and times each launch, which takes longer; null, without a run, where that cannot be done. */
  runTimed(): Promise<PlanRow[] | null>;
  /** Frees its memory; its outputs cannot be read afterwards. */
  dispose(): void;
}

/** Where tensors live and ops run. Ops never run elsewhere than on the device of their inputs. */
export interface Device {
  /** Which of the three it is. */
  readonly kind: 'cpu' | 'wasm' | 'webgpu';
  /** What really computes: the name of the adapter or the runtime. */
  readonly adapter: string;
  /** The float type that new tensors get here. */
  readonly floatType: FloatType;
  /** What it has done so far. */
  readonly counters: Counters;

  /**
   * Memory for `length` elements, with arbitrary content: every kernel writes all of its output.
   *
   * @internal
   */
  allocate(dtype: DType, length: number): Storage;
  /**
   * A part of other memory, from element `start`, a multiple of 64; the whole must be there as long as the part.
   *
   * @internal
   */
  part(storage: Storage, start: number, length: number): Storage;
  /**
   * Gives memory back. Work already queued on it still completes.
   *
   * @internal
   */
  release(storage: Storage): void;
  /**
   * Copies `data` in, in order with the launches before and after.
   *
   * @internal
   */
  write(storage: Storage, data: TypedArray): void;
  /**
   * Waits for the launches so far and copies the content out.
   *
   * @internal
   */
  read(storage: Storage): Promise<TypedArray>;
  /**
   * The content where it is in reach at once, to be looked at and not kept; null where it is not.
   *
   * @internal
   */
  peek?(storage: Storage): TypedArray | null;
  /**
   * Queues one op. Its outputs are there already; ops with `inPlace` also read what is in them.
   *
   * @internal
   */
  run<A extends object>(op: Op<A>, inputs: readonly Operand[], outputs: readonly Operand[], attrs: A): void;
  /**
   * Makes a step of what `body` does, to be run again and again. What changes from run to run is in tensors from
   * outside, written before each run; a run says so when one of them was freed or moved. `body` reads nothing and is
   * not asynchronous. It is called once, here, on webgpu and wasm, and in each run on cpu.
   *
   * @throws InkgradError, by its promise, for a body that reads a tensor, is asynchronous, or could not be done again
   */
  capture(body: () => readonly Tensor[]): Promise<CapturedStep>;
  /** Waits until all queued work is done; rejects with the first error of the device. */
  finish(): Promise<void>;
  /** Frees everything; the device cannot be used afterwards. */
  close(): void;
}
