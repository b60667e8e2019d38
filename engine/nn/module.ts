import { defaultDevice } from '../defaultDevice.ts';
import type { Device } from '../device.ts';
import { Passes } from '../devices/capture/passes.ts';
import { InkgradError, whatIs } from '../errors.ts';
import { Random, seedWords } from '../random.ts';
import { keep } from '../scope.ts';
import type { Shape } from '../shape.ts';
import { sizeOf } from '../shape.ts';
import { Tensor } from '../tensor.ts';

/** Keeps the numbers of initial weights apart from those of shuffles and of dropout under one seed. */
const INIT = 0x696e6974;

/** Streams are told apart up to here; above, the passes of one step are. */
const STREAMS = 2 ** 16;

/**
 * What layers are made with: a device, and the random numbers of a seed, for initial weights and for dropout.
 *
 * @category Layers
 * @example
 * import { CpuDevice, nn } from 'inkgrad';
 *
 * const context = new nn.Context(new CpuDevice(), 7);
 * const layers = new nn.Sequential(new nn.Linear(4, 2, { context }), new nn.Dropout(0.5, { context }));
 * console.log([...layers.parameters().keys()]);
 * // [ '0.weight', '0.bias' ]
 */
export class Context {
  /** [seed low, seed high, step], int32: what dropout draws from. */
  readonly state: Tensor;
  #streams = 0;
  readonly #passes = new Passes((step) => this.setStep(step));

  constructor(
    /** Where its layers lie. */
    readonly device: Device,
    /** What its random numbers are drawn from. */
    readonly seed: number,
  ) {
    this.state = keep(Tensor.from(device, Int32Array.from([...seedWords(seed), 0])));
  }

  /** A sequence number of its own for each layer that needs random numbers. */
  stream(): number {
    return this.#streams++;
  }

  /** Names the training step, so that dropout draws a new mask in each and the same one when it is repeated. */
  setStep(step: number): void {
    this.#passes.begin(step);
    this.state.write(Int32Array.from([...seedWords(this.seed), step]));
  }

  /** What `stream` draws from now: another sequence whenever it draws again, also within one step. */
  draw(stream: number): number {
    return stream + STREAMS * this.#passes.next(stream);
  }

  /** Frees the state. */
  dispose(): void {
    this.state.dispose();
  }

  /** A trained tensor, uniform in ±1/√fanIn: PyTorch's default for weights and biases alike. */
  parameter(shape: Shape, fanIn: number): Tensor {
    const random = new Random(this.seed, this.stream(), INIT);
    const bound = 1 / Math.sqrt(fanIn);
    const values = Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(-bound, bound));
    return keep(Tensor.from(this.device, values, shape)).trained();
  }

  /** A tensor with one value everywhere that lives as long as its layer. */
  constant(shape: Shape, value: number): Tensor {
    return keep(Tensor.from(this.device, new Float32Array(sizeOf(shape)).fill(value), shape));
  }
}

let sharedSeed = 0;
let shared: Context | null = null;

/**
 * The context of layers that are given none: on the default device, and begun anew where that is another one by
 * now. Nobody names its steps: each pass of dropout, and each run of a captured step, draws another mask.
 *
 * @category Layers
 * @example
 * import { defaultDevice, nn } from 'inkgrad';
 *
 * console.log(nn.defaultContext().device === defaultDevice(), nn.defaultContext().seed);
 * // true 0
 */
export function defaultContext(): Context {
  if (shared?.device !== defaultDevice()) shared = new Context(defaultDevice(), sharedSeed);
  return shared!;
}

/**
 * Begins the random numbers of the default context anew: layers made from here on have the same weights and
 * masks each time. Layers that are there already go on with theirs.
 *
 * @param seed a whole number from 0; 0 until this is called
 * @throws InkgradError for any other
 * @category Layers
 * @example
 * import { nn } from 'inkgrad';
 *
 * nn.manualSeed(3);
 * const first = await new nn.Linear(1, 1).weight.item();
 * nn.manualSeed(3);
 * console.log((await new nn.Linear(1, 1).weight.item()) === first);
 * // true
 */
export function manualSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new InkgradError(`manualSeed: ${whatIs(seed)}; expected a whole number ≥ 0`);
  sharedSeed = seed;
  shared = null;
}

/** Neighbours that one kernel computes together, with the same numbers: how many they are, and what they do. */
export interface Joint {
  /** How many layers it is in the place of. */
  readonly length: number;
  /** What they do together. */
  readonly forward: (x: Tensor) => Tensor;
}

/**
 * A layer, or a stack of layers. A layer of one's own extends it: `forward` computes, `ownParameters` names
 * what is trained, `children` the layers inside.
 *
 * @category Layers
 * @example
 * import { F, nn, Tensor } from 'inkgrad';
 *
 * class Scale extends nn.Module {
 *   readonly factor = Tensor.from([2]).trained();
 *
 *   override ownParameters() {
 *     return { factor: this.factor };
 *   }
 *
 *   forward(x: Tensor): Tensor {
 *     return F.mul(x, this.factor);
 *   }
 * }
 * const model = new nn.Sequential(new Scale(), new nn.ReLU());
 * console.log(await model.forward(Tensor.from([-1, 3])).toArray(), [...model.parameters().keys()]);
 * // [ 0, 6 ] [ '0.factor' ]
 */
export abstract class Module {
  /** Whether this layer is in training: dropout and batch normalisation behave differently in evaluation. */
  training = true;

  /** The output for x; each layer says which shapes go in and come out. */
  abstract forward(x: Tensor): Tensor;

  /**
   * Itself with the first of those that follow it, where there is a kernel for them together.
   *
   * @internal
   */
  joined(_next: readonly Module[]): Joint | null {
    return null;
  }

  /** The layers inside, by name. */
  children(): readonly (readonly [string, Module])[] {
    return [];
  }

  /** The trained tensors of this layer itself, by name. */
  ownParameters(): Record<string, Tensor> {
    return {};
  }

  /** What belongs to a saved model but is not trained, such as running averages. */
  ownBuffers(): Record<string, Tensor> {
    return {};
  }

  /** All trained tensors by their path, such as `3.weight`, in the order of the layers. */
  parameters(): Map<string, Tensor> {
    return this.#collect((module) => module.ownParameters());
  }

  /** Everything that a checkpoint holds, by path: parameters and buffers. */
  state(): Map<string, Tensor> {
    return this.#collect((module) => ({ ...module.ownParameters(), ...module.ownBuffers() }));
  }

  /** Switches this layer and those inside to training, or with false to evaluation, and returns itself. */
  train(on = true): this {
    this.training = on;
    for (const [, child] of this.children()) child.train(on);
    return this;
  }

  /** Switches this layer and those inside to evaluation, and returns itself. */
  eval(): this {
    return this.train(false);
  }

  /** Frees all parameters, their gradients and the buffers. */
  dispose(): void {
    for (const tensor of this.state().values()) tensor.dispose();
  }

  #collect(own: (module: Module) => Record<string, Tensor>): Map<string, Tensor> {
    const found = new Map<string, Tensor>(Object.entries(own(this)));
    for (const [name, child] of this.children()) {
      for (const [path, tensor] of child.#collect(own)) found.set(`${name}.${path}`, tensor);
    }
    return found;
  }
}
