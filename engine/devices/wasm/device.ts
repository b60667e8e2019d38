import type { CapturedStep, Counters, Operand, Storage } from '../../device.ts';
import type { DType, TypedArray } from '../../dtype.ts';
import { InkgradError } from '../../errors.ts';
import type { Op } from '../../op.ts';
import type { Tensor } from '../../tensor.ts';
import type { Launches } from '../capture/device.ts';
import { RecordingDevice } from '../capture/device.ts';
import type { Ground } from '../capture/ground.ts';
import { wasmKernelOf } from './kernels/index.ts';
import type { WasmTraits } from './launch.ts';
import type { WasmMemory } from './memory.ts';
import type { AnyLaunch, BoundLaunch } from './program.ts';
import { Program } from './program.ts';
import type { WasmRecorder } from './step.ts';
import { WasmStep } from './step.ts';
import { bytesFor, WasmStorage } from './storage.ts';
import type { Team } from './team.ts';

/**
 * The CPU with WebAssembly SIMD on several threads: memory that all threads share, ops as kernels of wasm/ where they have
 * one, else by what the device `cpu` runs. How work is cut depends on shapes alone, so the same bits come out of any number of threads.
 *
 * @category Devices
 * @example
 * import { openWasm } from 'inkgrad/wasm';
 * import { F, Tensor } from 'inkgrad';
 *
 * const device = await openWasm();
 * const x = Tensor.from(device, [[1, 2], [3, 4]]);
 * console.log(await F.matmul(x, x).toArray());
 * // [ [ 7, 10 ], [ 15, 22 ] ]
 * device.close();
 */
export class WasmDevice extends RecordingDevice<WasmStorage, AnyLaunch> {
  /** Which device it is. */
  readonly kind = 'wasm';
  /** What really computes. */
  readonly adapter: string;
  readonly #poison: boolean;

  /** @internal */
  constructor(
    /** @internal */
    readonly team: Team,
    /** @internal */
    readonly memory: WasmMemory,
    counters: Counters,
    /** @internal */
    readonly traits: WasmTraits,
    build: { features: string; poison: boolean; asked: number },
  ) {
    super(counters);
    if (build === undefined) throw new InkgradError("wasm: made with new; write await openDevice('wasm')");
    const { features, poison, asked } = build;
    const { threads } = team;
    const fewer = threads < asked ? ` of ${asked}, for the others could not be started` : '';
    this.adapter = `WebAssembly ${features}, ${threads} thread${threads > 1 ? 's' : ''}${fewer}`;
    this.#poison = poison;
  }

  protected expectRoom(dtype: DType): void {
    if (dtype === 'float64') throw new InkgradError('wasm: float64 is not computed here; use --device cpu');
  }

  protected make(dtype: DType, length: number): WasmStorage {
    const storage = new WasmStorage(dtype, length, this.memory.take(bytesFor(length)));
    if (this.#poison && dtype === 'float32') storage.viewIn(this.memory).fill(Number.NaN);
    return storage;
  }

  protected makeWithoutAddress(dtype: DType, length: number): WasmStorage {
    return new WasmStorage(dtype, length, null);
  }

  protected partOf({ dtype, address }: WasmStorage, start: number, length: number): WasmStorage {
    return new WasmStorage(dtype, length, address + 4 * start);
  }

  /** @internal */
  free({ address, length }: WasmStorage): void {
    this.memory.give(address, bytesFor(length));
  }

  protected writeNow(storage: WasmStorage, data: TypedArray): void {
    storage.viewIn(this.memory).set(data);
  }

  protected async readNow(storage: WasmStorage): Promise<TypedArray> {
    return storage.viewIn(this.memory).slice();
  }

  /**
   * Launches have run when they return. Null for what a step makes, before it has a place.
   *
   * @internal
   */
  peek(storage: Storage): TypedArray | null {
    const own = storage as WasmStorage;
    return own.hasAddress ? own.viewIn(this.memory) : null;
  }

  protected launchesOf<A extends object>(
    op: Op<A>,
    inputs: readonly Operand[],
    outputs: readonly Operand[],
    attrs: A,
  ): Launches<AnyLaunch> {
    const work = wasmKernelOf(op)?.(inputs, outputs, attrs, this.traits);
    if (!work) return onHost(op, inputs, outputs, attrs);
    return { ...work, launches: work.launches.filter(({ parts }) => parts > 0) };
  }

  /** A kernel of the device `cpu` lays all inputs side by side at once, whether they are there already or not. */
  protected canLaySideBySide(op: Op): boolean {
    return op.wasm !== undefined;
  }

  protected launch(launches: readonly BoundLaunch[]): void {
    this.counters.launches += launches.length;
    const program = new Program(launches, this.team, this.memory);
    program.run();
    program.dispose();
  }

  protected async stepOf(
    recorder: WasmRecorder,
    ground: Ground<WasmStorage>,
    outputs: readonly Tensor[],
  ): Promise<CapturedStep> {
    return new WasmStep(this, recorder, ground, outputs);
  }

  /** Waits until all queued work is done; rejects with the first error of the device. */
  async finish(): Promise<void> {}

  /** Frees everything; the device cannot be used afterwards. */
  close(): void {
    this.team.stop();
  }
}

/** An op by its kernel of the device `cpu`. */
function onHost<A extends object>(
  op: Op<A>,
  inputs: readonly Operand[],
  outputs: readonly Operand[],
  attrs: A,
): Launches<AnyLaunch> {
  const kernel = op.cpu ?? op.define;
  return {
    launches: [
      { cpu: (from, to) => kernel(from, to, attrs), inputs, outputs, note: 'in JavaScript, one thread' },
    ],
    scratch: [],
  };
}
