import type { TypedArray } from '../dtype.ts';
import { InkgradError } from '../errors.ts';
import * as F from '../functional.ts';
import { noGrad, update } from '../graph.ts';
import { ops } from '../ops/index.ts';
import { keep, scope } from '../scope.ts';
import { packLayout } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { clipped } from './clip.ts';
import type { LossScale } from './lossScale.ts';

/** What an optimiser knows apart from the parameters. */
export interface OptimizerState {
  readonly steps: number;
  /** The running moments, each of all parameters in their packed order. */
  readonly moments: readonly TypedArray[];
}

/**
 * Updates parameters from their gradients. `rate` may be changed between steps.
 *
 * All parameters move into one tensor, side by side, and so do their moments: a step is then one launch, whatever
 * the number of layers.
 */
export abstract class Optimizer {
  readonly #parameters: readonly Tensor[];
  readonly #starts: readonly number[];
  /** All parameters as one tensor. */
  readonly #packed: Tensor;
  readonly #moments: readonly Tensor[];
  readonly #hyper: Tensor;
  /** Where each parameter was put; another optimiser may have moved it since. */
  readonly #homes: readonly object[];
  /** Steps done so far. */
  steps = 0;

  protected constructor(
    parameters: Iterable<Tensor>,
    /** The learning rate. */
    public rate: number,
    moments: number,
    /** The kernel's numbers with which a step, on gradients of 0, leaves everything as it is. */
    readonly idle: readonly number[],
  ) {
    // A layer that is used twice has its parameters once.
    this.#parameters = [...new Set(parameters)];
    if (this.#parameters.length === 0)
      throw new InkgradError('optimizer: no parameters; give it model.parameters()');
    if (new Set(this.#parameters.map(({ storage }) => storage)).size < this.#parameters.length)
      throw new InkgradError('optimizer: two parameters share memory; give it one of them');
    this.#starts = packLayout(this.#parameters).starts;
    this.#packed = keep(noGrad(() => F.pack(this.#parameters)));
    this.#parameters.forEach((parameter, i) => {
      parameter.moveInto(this.#packed, this.#starts[i]);
    });
    this.#homes = this.#parameters.map(({ storage }) => storage);
    const zeros = (length: number) =>
      keep(Tensor.from(this.#packed.device, new Float32Array(length), [length]));
    this.#moments = Array.from({ length: moments }, () => zeros(this.#packed.size));
    this.#hyper = keep(Tensor.from(this.#packed.device, idle));
  }

  /** The numbers that the kernel takes in this step, the first of which is t = 1. */
  protected abstract hyper(t: number): number[];
  protected abstract readonly op: typeof ops.sgdStep;

  /** Updates every parameter that has a gradient. */
  step(): void {
    this.advance();
    this.apply();
  }

  /** The part of a step that is not captured: counts it, and brings its numbers to the device. */
  advance(): void {
    this.#hyper.write(this.hyper(++this.steps));
  }

  /**
   * The part of a step that launches kernels.
   *
   * @param scale what the loss was scaled by; it may skip the step
   * @param clip the largest joint norm of the gradients, as they are without the scale; null leaves them
   */
  apply(scale: LossScale | null = null, clip: number | null = null): void {
    scope(() => {
      const trained = this.#parameters.flatMap((parameter, i) =>
        parameter.grad === null ? [] : [{ parameter, start: this.#starts[i], gradient: parameter.grad }],
      );
      if (trained.length === 0) return;
      const together =
        trained.length === this.#parameters.length &&
        this.#parameters.every(({ storage }, i) => storage === this.#homes[i]);
      const found = trained.map(({ gradient }) => gradient);
      const packed = together ? [noGrad(() => F.pack(found))] : found;
      const [whole, hyper] = scale === null ? [packed, this.#hyper] : this.#guarded(scale, packed);
      const gradients = clip === null ? whole : clipped(whole, clip).gradients;
      if (together) {
        update(this.op, [gradients[0], hyper], [this.#packed, ...this.#moments], {});
        return;
      }
      // Some parameters stay as they are: each of the others for itself.
      trained.forEach(({ parameter, start }, i) => {
        const moments = this.#moments.map((moment) => moment.part(start, parameter.shape));
        update(this.op, [gradients[i], hyper], [parameter, ...moments], {});
      });
    });
  }

  /** Gradients without the scale, and the step's numbers, or where it is to be skipped numbers that change nothing. */
  #guarded(scale: LossScale, scaled: readonly Tensor[]): [readonly Tensor[], Tensor] {
    return noGrad(() => {
      const { gradients, usable } = scale.unscale(scaled);
      const device = this.#hyper.device;
      const idle = Tensor.from(device, this.idle);
      const skipped = F.affine(usable, -1, 1);
      return [gradients, F.add(F.mul(this.#hyper, usable), F.mul(idle, skipped))];
    });
  }

  async snapshot(): Promise<OptimizerState> {
    const { steps } = this;
    return { steps, moments: await Promise.all(this.#moments.map((moment) => moment.read())) };
  }

  /** Goes back to a state of an optimiser of the same kind over the same shapes. */
  restore({ steps, moments }: OptimizerState): void {
    this.steps = steps;
    this.#moments.forEach((moment, i) => {
      moment.write(moments[i]);
    });
  }

  /** Frees all gradients. */
  zeroGrad(): void {
    for (const parameter of this.#parameters) {
      parameter.grad?.dispose();
      parameter.grad = null;
    }
  }

  dispose(): void {
    this.zeroGrad();
    for (const tensor of [this.#packed, this.#hyper, ...this.#moments]) tensor.dispose();
  }
}

export interface SgdOptions {
  readonly rate: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weightDecay?: number;
}

/** Stochastic gradient descent, with momentum (Polyak, 1964) and Nesterov's variant. */
export class SGD extends Optimizer {
  protected readonly op = ops.sgdStep;
  readonly #options: SgdOptions;

  constructor(parameters: Iterable<Tensor>, options: SgdOptions) {
    super(parameters, options.rate, 1, [0, 1, 0, 0]);
    this.#options = options;
  }

  protected hyper(): number[] {
    const { momentum = 0, weightDecay = 0, nesterov = false } = this.#options;
    return [this.rate, momentum, weightDecay, nesterov ? 1 : 0];
  }
}

export interface AdamOptions {
  readonly rate: number;
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weightDecay?: number;
}

/** Adam (Kingma and Ba, 2015); weight decay is added to the gradient. */
export class Adam extends Optimizer {
  protected readonly op = ops.adamStep;
  readonly #options: AdamOptions;

  constructor(parameters: Iterable<Tensor>, options: AdamOptions) {
    super(parameters, options.rate, 2, [0, 1, 1, 1, 1, 0, 1, 0, 0]);
    this.#options = options;
  }

  protected hyper(t: number): number[] {
    const { betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = this.#options;
    const [beta1, beta2] = betas;
    const [decay, shrink] = this.decay(weightDecay);
    const rate = this.rate / (1 - beta1 ** t);
    return [rate, beta1, beta2, eps, Math.sqrt(1 - beta2 ** t), decay, shrink, 1 - beta1, 1 - beta2];
  }

  /** What is added to the gradient, and the factor on the parameter itself. */
  protected decay(weightDecay: number): [number, number] {
    return [weightDecay, 1];
  }
}

/** Adam with decoupled weight decay (Loshchilov and Hutter, 2019); 0.01 when left out, as in PyTorch. */
export class AdamW extends Adam {
  constructor(parameters: Iterable<Tensor>, options: AdamOptions) {
    super(parameters, { ...options, weightDecay: options.weightDecay ?? 0.01 });
  }

  protected override decay(weightDecay: number): [number, number] {
    return [0, 1 - this.rate * weightDecay];
  }
}
