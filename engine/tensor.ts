import type { Device, Storage } from './device.ts';
import type { DType, TypedArray } from './dtype.ts';
import { InkgradError, ShapeError } from './errors.ts';
import type { Op } from './op.ts';
import { enter } from './scope.ts';
import type { Shape } from './shape.ts';
import { MAX_RANK, PART, show, sizeOf } from './shape.ts';

/** One memory block and how many tensors look at it: a reshape shares the block of its source. */
class Memory {
  references = 1;
  constructor(
    readonly device: Device,
    readonly storage: Storage,
    /** The block of which this one is a part. */
    readonly whole: Memory | null = null,
  ) {}

  drop(): void {
    if (--this.references > 0) return;
    if (this.whole === null) this.device.release(this.storage);
    else this.whole.drop();
  }
}

/** How a tensor was made: an edge of the autograd graph for each input. */
export interface GraphNode {
  readonly op: Op;
  readonly attrs: object;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/**
 * An n-dimensional array on a device. Its memory is given back by `dispose`, or by the `scope` in which it
 * was made; nothing waits for the garbage collector.
 */
export class Tensor {
  /** True for what is trained, and for what was computed from it. */
  requiresGrad = false;
  /** dL/d(this) of a leaf after `backward`; owned by this tensor and freed by `zeroGrad`. */
  grad: Tensor | null = null;
  /** How this tensor was made; null for leaves and under `noGrad`. */
  node: GraphNode | null = null;
  #memory: Memory | null;

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
    const tensor = Tensor.empty(device, shape, dtype);
    tensor.write(data);
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
    const whole = this.#alive();
    whole.references++;
    const storage = this.device.part(whole.storage, start, length);
    return new Tensor(this.device, shape, this.dtype, new Memory(this.device, storage, whole));
  }

  /** Takes the memory of `other`, of the same shape and type, in place of its own, and uses `other` up. */
  adopt(other: Tensor): void {
    if (other.dtype !== this.dtype || sizeOf(other.shape) !== this.size || other.device !== this.device) {
      throw new ShapeError(
        `tensor: ${this.dtype} ${show(this.shape)} cannot adopt the memory of ${other.dtype} ${show(other.shape)}`,
      );
    }
    this.#alive().drop();
    this.#memory = other.#alive();
    this.#memory.references++;
    other.dispose();
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
    this.grad?.dispose();
    this.grad = null;
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
  return data instanceof arrays[dtype] ? data : arrays[dtype].from(data);
}
