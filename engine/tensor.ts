import { isDevice, withDevice } from './defaultDevice.ts';
import type { Device, Storage } from './device.ts';
import { currentStep } from './devices/capture/notes.ts';
import { Memory } from './devices/memory.ts';
import type { DType, TypedArray } from './dtype.ts';
import { InkgradError, naming, ShapeError } from './errors.ts';
import type { Nested, TensorData } from './nested.ts';
import { expectFits, readNested, toNested } from './nested.ts';
import type { MoreFunctions, Op } from './op.ts';
import { promised } from './promised.ts';
import { enter } from './scope.ts';
import type { Shape } from './shape.ts';
import { checkShape, PART, sameShape, show, sizeOf } from './shape.ts';
import { describe } from './show.ts';

/** What Node.js asks an object for to print it. */
const inspect = Symbol.for('nodejs.util.inspect.custom');

/** How a tensor was made: an edge of the autograd graph for each input. */
export interface GraphNode {
  readonly op: Op;
  readonly attrs: object;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** What its gradient is written in beside the functions that all are. */
  readonly functions: MoreFunctions | undefined;
  /** The version of each input and output, as it was made. */
  readonly versions: readonly number[];
  /** The captured step in which it was made. */
  readonly step: object | null;
}

/**
 * An n-dimensional array of numbers on a device, with up to eight axes, row-major. It is made by `Tensor.from` and by functions.
 * Its memory is given back by `dispose`, or by the `scope` in which it was made; nothing waits for the garbage collector.
 *
 * @category Tensors
 * @example
 * import { Tensor } from 'inkgrad';
 *
 * const x = Tensor.from([[1, 2], [3, 4]]);
 * console.log(x);
 * // Tensor [2,2] float32 on cpu
 * // [[1, 2],
 * //  [3, 4]]
 * console.log(x.shape, x.dtype, x.size, await x.toArray());
 * // [ 2, 2 ] float32 4 [ [ 1, 2 ], [ 3, 4 ] ]
 */
export class Tensor {
  /** True for what is trained, and for what was computed from it. */
  requiresGrad = false;
  /**
   * How this tensor was made; null for leaves and under `noGrad`.
   *
   * @internal
   */
  node: GraphNode | null = null;
  #memory: Memory | null;
  #grad: Tensor | null = null;

  private constructor(
    /** Where its memory lies, and what runs ops on it. */
    readonly device: Device,
    /** The length of each axis, outermost first; `[]` of a scalar. */
    readonly shape: Shape,
    /** The type of its numbers. */
    readonly dtype: DType,
    memory: Memory,
  ) {
    if (!(memory instanceof Memory)) {
      throw new InkgradError('tensor: made with new; write Tensor.from([[1, 2], [3, 4]])');
    }
    this.#memory = memory;
    enter(this);
  }

  /**
   * A tensor with arbitrary content, to be written.
   *
   * @param dtype the device's float type when left out
   * @throws ShapeError for what is no shape, and what is no open device
   */
  static empty(device: Device, shape: Shape, dtype: DType = device.floatType): Tensor {
    if (!isDevice(device)) {
      throw new ShapeError(
        `tensor: ${naming(device)} as device; write Tensor.empty(device, [2, 3]) or F.zeros([2, 3])`,
      );
    }
    checkShape(shape);
    return new Tensor(device, shape, dtype, new Memory(device, device.allocate(dtype, sizeOf(shape))));
  }

  /**
   * A tensor on the default device that holds a copy of `data`: a number, a typed array, or arrays in arrays, which give their
   * shape. An Int32Array makes an int32 tensor; everything else becomes the device's float type.
   *
   * @param shape of the values of a flat array, row-major
   * @throws ShapeError that names the place of what is no number, or of a row that is longer or shorter than the first
   */
  static from(data: TensorData, shape?: Shape): Tensor;
  /**
   * The same on another device.
   *
   * @param device where it lies, such as `await openDevice()` gives
   */
  static from(device: Device, data: TensorData, shape?: Shape): Tensor;
  static from(...given: unknown[]): Tensor {
    const [device, data, shape, ...stray] = withDevice(given);
    if (stray.length > 0)
      throw new ShapeError(
        `tensor: ${naming(stray[0])} after the shape; int32 is made of an Int32Array, all else is float`,
      );
    const dtype = data instanceof Int32Array ? 'int32' : device.floatType;
    const { shape: nested, values } = readNested(data, dtype);
    if (shape !== undefined) {
      checkShape(shape as Shape);
      expectFits(values, nested, shape as Shape);
    }
    const tensor = Tensor.empty(device, (shape as Shape) ?? nested, dtype);
    tensor.device.write(tensor.storage, values);
    tensor.touched();
    return tensor;
  }

  /** A tensor of the same device, shape and type, with arbitrary content. */
  emptyLike(): Tensor {
    return Tensor.empty(this.device, this.shape, this.dtype);
  }

  /**
   * A second tensor on the same memory, of another shape with as many elements. No gradient flows through it: `F.reshape` is the
   * function.
   *
   * @throws ShapeError for a shape of another number of elements
   */
  view(shape: Shape): Tensor {
    const memory = this.#alive();
    checkShape(shape);
    if (sizeOf(shape) !== this.size) {
      throw new ShapeError(
        `tensor: ${show(this.shape)} viewed as ${show(shape)}; expected ${this.size} elements`,
      );
    }
    memory.references++;
    return new Tensor(this.device, shape, this.dtype, memory);
  }

  /**
   * A tensor on a part of this one's memory, which stays as long as the part does.
   *
   * @param start the first element, a multiple of 64: WebGPU binds parts that begin at multiples of 256 bytes
   * @throws ShapeError for a part that is not inside of it, or begins elsewhere
   * @internal
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

  /**
   * Moves into the part of `whole` from `start` on, which holds the same values already; its views follow.
   *
   * @internal
   */
  moveInto(whole: Tensor, start: number): void {
    this.#alive().moveInto(whole.#alive(), start);
  }

  /**
   * Notes that its content is another one now.
   *
   * @internal
   */
  touched(): void {
    this.#alive().touched();
  }

  /**
   * Another number whenever its content was replaced.
   *
   * @internal
   */
  get version(): number {
    return this.#memory === null ? -1 : this.#memory.version;
  }

  /**
   * dL/d(this) of a trained leaf after `backward`; owned by this tensor and freed by `zeroGrad`. Null takes it away.
   *
   * @throws InkgradError where there is none, which `hasGrad` tells
   */
  get grad(): Tensor {
    return this.#grad ?? this.#refuseGrad();
  }

  set grad(gradient: Tensor | null) {
    if (gradient === null) currentStep()?.gradientFreed(this);
    else this.#expectOwnShape(gradient);
    this.#grad = gradient;
  }

  /** Whether it has a gradient: `backward` gives one to trained leaves, and `zeroGrad` takes it away. */
  get hasGrad(): boolean {
    return this.#grad !== null;
  }

  /**
   * Its memory, as its device knows it.
   *
   * @internal
   */
  get storage(): Storage {
    return this.#alive().storage;
  }

  /** How many elements it has. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Whether its memory was given back. */
  get disposed(): boolean {
    return this.#memory === null;
  }

  /**
   * Marks this leaf as trained: `backward` fills its `grad`.
   *
   * @returns itself
   * @throws ShapeError for int32, which has no gradient
   */
  trained(): this {
    if (this.dtype === 'int32') throw new ShapeError('tensor: int32 has no gradient; expected float');
    this.requiresGrad = true;
    return this;
  }

  /** The same values, cut off from the autograd graph; shares memory. */
  detach(): Tensor {
    return this.view(this.shape);
  }

  /**
   * Replaces the content in place.
   *
   * @param data as many values, row-major, or arrays in arrays of the same shape
   * @throws ShapeError for another number of values or another shape
   */
  write(data: TensorData): void {
    const { storage } = this.#alive();
    const { shape, values } = readNested(data, this.dtype);
    if (values.length !== storage.length) {
      throw new ShapeError(
        `tensor: ${values.length} values written to ${show(this.shape)}; expected ${storage.length}`,
      );
    }
    expectFits(values, shape, this.shape);
    this.device.write(storage, values);
    this.touched();
  }

  /** The values, row-major, when everything queued before has run. */
  read(): Promise<TypedArray> {
    return promised(this.#read());
  }

  /**
   * The value of a tensor with one element.
   *
   * @throws ShapeError, by its promise, for a tensor with several
   */
  item(): Promise<number> {
    return promised(this.#item());
  }

  /** The values as arrays in arrays, `[[1, 2], [3, 4]]`; of a scalar the number. */
  toArray(): Promise<Nested> {
    return promised(this.#read().then((values) => toNested(values, this.shape)));
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

  /** What it is, and its values where they are in reach at once: not on webgpu. */
  toString(): string {
    if (this.#memory === null) return describe(this, 'disposed');
    const values = this.device.peek?.(this.#memory.storage);
    return describe(this, values ?? 'await x.read() gives its values');
  }

  /** @internal */
  [inspect](): string {
    return this.toString();
  }

  /** Its text, in the place of its values, which `toArray` reads. */
  toJSON(): string {
    return this.toString();
  }

  /**
   * Refuses the arithmetic of JavaScript, which would go on with NaN or a text.
   *
   * @throws InkgradError for anything but a text, and names the functions to write
   * @internal
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new InkgradError(
      `tensor: ${show(this.shape)} among + − * / < >, which take no tensors; write F.add(a, b), F.mul(a, b), await x.item()`,
    );
  }

  async #read(): Promise<TypedArray> {
    return this.device.read(this.#alive().storage);
  }

  async #item(): Promise<number> {
    if (this.size !== 1) {
      throw new ShapeError(
        `item: a tensor of shape ${show(this.shape)}; expected one element, read() or toArray() give all`,
      );
    }
    return (await this.#read())[0];
  }

  #expectOwnShape(gradient: Tensor): void {
    const { shape } = gradient ?? {};
    if (shape !== undefined && sameShape(shape, this.shape)) return;
    const found = shape === undefined ? naming(gradient) : show(shape);
    throw new ShapeError(
      `grad: ${found} as the gradient of ${show(this.shape)}; expected a tensor of that shape, or null`,
    );
  }

  #refuseGrad(): never {
    const what = `grad: ${show(this.shape)}`;
    if (this.disposed) throw new InkgradError(`${what} was freed, and its gradient too; keep() it`);
    if (this.node !== null) {
      throw new InkgradError(
        `${what} was computed by ${this.node.op.name}, and backward() fills trained leaves alone; use grad(loss, [x])`,
      );
    }
    throw new InkgradError(
      this.requiresGrad
        ? `${what} has no gradient yet; call backward(loss) before, and zeroGrad() after`
        : `${what} is not trained; call trained() on it before it is used, then backward(loss)`,
    );
  }

  #alive(): Memory {
    if (this.#memory === null) {
      throw new InkgradError(
        `tensor: ${show(this.shape)} was used after dispose() or the end of its scope; return it from the scope or keep() it`,
      );
    }
    return this.#memory;
  }
}
