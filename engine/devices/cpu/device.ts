import type { CapturedStep, Device, Operand, Storage, Tensor } from '../../device.ts';
import type { DType, FloatType, TypedArray } from '../../dtype.ts';
import { InkgradError } from '../../errors.ts';
import type { Op } from '../../op.ts';
import type { Known } from '../../options.ts';
import { checkOptions } from '../../options.ts';
import { expectBody } from '../../scope.ts';
import { newCounters } from '../capture/counters.ts';
import { RepeatedStep } from '../capture/repeatedStep.ts';
import type { Holder } from '../holder.ts';
import type { View } from '../launch.ts';
import { Pool } from '../pool.ts';

class CpuStorage implements Storage {
  holder: Holder | null = null;

  constructor(
    readonly dtype: DType,
    readonly data: TypedArray,
  ) {}

  get length(): number {
    return this.data.length;
  }
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

/** What typed arrays are computed with. */
export interface CpuOptions {
  /** float64 makes the reference that the other devices are checked against. */
  readonly floatType?: FloatType;
  /** Runs the definitions of ops, and none of their faster kernels; in float64 so unless said otherwise. */
  readonly definitions?: boolean;
  /** Fills float memory with NaN before each use, so that a kernel that reads what it did not write is found. */
  readonly poison?: boolean;
}

const KNOWN: Known<CpuOptions> = { floatType: true, definitions: true, poison: true };

/**
 * Plain typed arrays: the fallback that always works, and in float64, by the definitions of ops, the judge of all others.
 *
 * @category Devices
 * @example
 * import { CpuDevice } from 'inkgrad/cpu';
 * import { F, Tensor } from 'inkgrad';
 *
 * const device = new CpuDevice({ floatType: 'float64' });
 * console.log(await F.exp(Tensor.from(device, [1])).read());
 * // Float64Array(1) [ 2.718281828459045 ]
 */
export class CpuDevice implements Device {
  readonly kind = 'cpu';
  readonly adapter = 'typed arrays, one thread';
  readonly floatType: FloatType;
  readonly counters = newCounters();
  readonly #definitions: boolean;
  readonly #poison: boolean;
  /** By type and length; what it gives up is collected. */
  readonly #pool = new Pool<TypedArray>(() => {});

  /** @throws InkgradError for an unknown option or float type */
  constructor(options: CpuOptions = {}) {
    checkOptions('CpuDevice', options, KNOWN);
    const { floatType = 'float32', definitions = floatType === 'float64', poison = false } = options;
    if (floatType !== 'float32' && floatType !== 'float64') {
      throw new InkgradError(`CpuDevice: floatType "${floatType}"; expected float32 or float64`);
    }
    this.floatType = floatType;
    this.#definitions = definitions;
    this.#poison = poison;
  }

  /** @internal */
  allocate(dtype: DType, length: number): Storage {
    let data = this.#pool.take(`${dtype} ${length}`, length * arrays[dtype].BYTES_PER_ELEMENT);
    if (data === undefined) {
      data = new arrays[dtype](length);
      this.counters.allocations++;
      if (this.#poison) data.fill(Number.NaN);
    }
    this.counters.live++;
    this.counters.liveBytes += data.byteLength;
    return new CpuStorage(dtype, data);
  }

  /** @internal */
  release(storage: Storage): void {
    const { data } = storage as CpuStorage;
    if (this.#poison) data.fill(Number.NaN);
    this.#pool.give(`${storage.dtype} ${storage.length}`, data.byteLength, data);
    this.counters.live--;
    this.counters.liveBytes -= data.byteLength;
  }

  /** @internal */
  part(storage: Storage, start: number, length: number): Storage {
    return new CpuStorage(storage.dtype, (storage as CpuStorage).data.subarray(start, start + length));
  }

  /** Nothing is gained by noting a step here: each run does the whole of it again. */
  async capture(body: () => readonly Tensor[]): Promise<CapturedStep> {
    expectBody('capture', body);
    return new RepeatedStep(body, (from, to) => (to as CpuStorage).data.set((from as CpuStorage).data));
  }

  /** @internal */
  write(storage: Storage, data: TypedArray): void {
    (storage as CpuStorage).data.set(data);
  }

  /** @internal */
  async read(storage: Storage): Promise<TypedArray> {
    return (storage as CpuStorage).data.slice();
  }

  /** @internal */
  peek(storage: Storage): TypedArray {
    return (storage as CpuStorage).data;
  }

  /** @internal */
  run<A extends object>(op: Op<A>, inputs: readonly Operand[], outputs: readonly Operand[], attrs: A): void {
    this.counters.launches++;
    const kernel = this.#definitions ? op.define : (op.cpu ?? op.define);
    kernel(inputs.map(viewOf), outputs.map(viewOf), attrs);
  }

  async finish(): Promise<void> {}

  close(): void {
    this.#pool.clear();
  }
}

const viewOf = ({ shape, dtype, storage }: Operand): View => ({
  shape,
  dtype,
  data: (storage as CpuStorage).data,
});
