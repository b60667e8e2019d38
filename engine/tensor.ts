import type { Device, Storage } from './device.ts';
import { currentStep } from './devices/capture/notes.ts';
import { Memory } from './devices/memory.ts';
import type { DType, TypedArray } from './dtype.ts';
import { InkgradError, ShapeError } from './errors.ts';
import type { Op } from './op.ts';
import { enter } from './scope.ts';
import type { Shape } from './shape.ts';
import { MAX_RANK, PART, show, sizeOf } from './shape.ts';

/** How a tensor was made: an edge of the autograd graph for each input. */
export interface GraphNode {
  readonly op: Op;
  readonly attrs: object;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** The version of each input and output, as it was made. */
  readonly versions: readonly number[];
  /** The captured step in which it was made. */
  readonly step: object | null;
}

/**
 * An n-dimensional array on a device. Its memory is given back by `dispose`, or by the `scope` in which it
 * was made; nothing waits for the garbage collector.
 */
export class Tensor {
  /** True for what is trained, and for what was computed from it. */
  requiresGrad = false;
  /** How this tensor was made; null for leaves and under `noGrad`. */
  node: GraphNode | null = null;
  #memory: Memory | null;
  #grad: Tensor | null = null;

  private constructor(
    readonly device: Device,
    readonly shape: Shape,
    readonly dtype: DType,
    memory: Memory,
  ) {
    this.#memory = memory;
    enter(this);
  }

  /** A tensor with arbitrary content. */
  static empty(device: Device, shape: Shape, dtype: DType = device.floatType): Tensor {
    checkShape(shape);
    return new Tensor(device, shape, dtype, new Memory(device, device.allocate(dtype, sizeOf(shape))));
  }

  /**
   * A tensor that holds a copy of `data`, row-major. An Int32Array makes an int32 tensor; everything else
   * becomes the device's float type.
   */
  static from(device: Device, data: ArrayLike<number>, shape: Shape = [data.length]): Tensor {
    const dtype = data instanceof Int32Array ? 'int32' : device.floatType;
    if (sizeOf(shape) !== data.length) {
      throw new ShapeError(
        `tensor: ${data.length} values for shape ${show(shape)}; expected ${sizeOf(shape)}`,
      );
    }
    const typed = asTyped(dtype, data);
    const tensor = Tensor.empty(device, shape, dtype);
    tensor.write(typed);
    return tensor;
  }

  /** A second tensor on the same memory, of another shape with as many elements. */
  view(shape: Shape): Tensor {
    const memory = this.#alive();
    if (sizeOf(shape) !== this.size) {
      throw new ShapeError(
        `tensor: ${show(this.shape)} viewed as ${show(shape)}; expected ${this.size} elements`,
      );
    }
    checkShape(shape);
    memory.references++;
    return new Tensor(this.device, shape, this.dtype, memory);
  }

  /**
   * A tensor on a part of this one's memory, which stays as long as the part does.
   *
   * @param start the first element, a multiple of 64: WebGPU binds parts that begin at multiples of 256 bytes
   */
  part(start: number, shape: Shape): Tensor {
    const length = sizeOf(shape);
    if (start % PART !== 0 || start + length > this.size) {
      throw new ShapeError(
        `tensor: a part ${show(shape)} of ${show(this.shape)} from element ${start}; expected one inside of it from a multiple of ${PART}`,
      );
    }
    return new Tensor(this.device, shape, this.dtype, this.#alive().part(start, length));
  }

  /** Moves into the part of `whole` from `start` on, which holds the same values already; its views follow. */
  moveInto(whole: Tensor, start: number): void {
    this.#alive().moveInto(whole.#alive(), start);
  }

  /** Notes that its content is another one now. */
  touched(): void {
    this.#alive().touched();
  }

  /** Another number whenever its content was replaced. */
  get version(): number {
    return this.#memory === null ? -1 : this.#memory.version;
  }

  /** dL/d(this) of a leaf after `backward`; owned by this tensor and freed by `zeroGrad`. */
  get grad(): Tensor | null {
    return this.#grad;
  }

  set grad(gradient: Tensor | null) {
    if (gradient === null) currentStep()?.gradientFreed(this);
    this.#grad = gradient;
  }

  get storage(): Storage {
    return this.#alive().storage;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  get disposed(): boolean {
    return this.#memory === null;
  }

  /** Marks this leaf as trained. Returns itself. */
  trained(): this {
    if (this.dtype === 'int32') throw new ShapeError('tensor: int32 has no gradient; expected float');
    this.requiresGrad = true;
    return this;
  }

  /** The same values, cut off from the autograd graph; shares memory. */
  detach(): Tensor {
    return this.view(this.shape);
  }

  /** Replaces the content, row-major, in place. */
  write(data: ArrayLike<number>): void {
    const { storage } = this.#alive();
    if (data.length !== storage.length) {
      throw new ShapeError(
        `tensor: ${data.length} values written to ${show(this.shape)}; expected ${storage.length}`,
      );
    }
    this.device.write(storage, asTyped(this.dtype, data));
    this.touched();
  }

  /** The values, row-major, when everything queued before has run. */
  async read(): Promise<TypedArray> {
    return this.device.read(this.#alive().storage);
  }

  /** The value of a tensor with one element. */
  async item(): Promise<number> {
    if (this.size !== 1)
      throw new ShapeError(`item: a tensor of shape ${show(this.shape)}; expected one element`);
    return (await this.read())[0];
  }

  /** Gives the memory back (when no reshape shares it), and that of its gradient. A second call does nothing. */
  dispose(): void {
    const memory = this.#memory;
    if (memory === null) return;
    this.#memory = null;
    this.node = null;
    this.#grad?.dispose();
    this.#grad = null;
    memory.drop();
  }

  #alive(): Memory {
    if (this.#memory === null) {
      throw new InkgradError(
        `tensor: ${show(this.shape)} was used after its scope ended; return it from the scope or keep() it`,
      );
    }
    return this.#memory;
  }
}

function checkShape(shape: Shape): void {
  if (shape.length <= MAX_RANK && shape.every((n) => Number.isInteger(n) && n >= 0)) return;
  throw new ShapeError(`tensor: shape ${show(shape)}; expected at most ${MAX_RANK} whole numbers ≥ 0`);
}

const arrays = { float32: Float32Array, float64: Float64Array, int32: Int32Array };

/** `data` itself where it has the type already, else a copy of it. */
function asTyped(dtype: DType, data: ArrayLike<number>): TypedArray {
  const odd = Array.isArray(data) ? data.findIndex((value) => typeof value !== 'number') : -1;
  if (odd >= 0) throw new ShapeError(`tensor: element ${odd} is no number; expected numbers, row-major`);
  return data instanceof arrays[dtype] ? data : arrays[dtype].from(data);
}
