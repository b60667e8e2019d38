import { InkgradError } from '../errors.ts';
import { update } from '../graph.ts';
import { ops } from '../ops/index.ts';
import { keep } from '../scope.ts';
import { Tensor } from '../tensor.ts';

/** A trained tensor and the running moments that belong to it. */
interface Slot {
  readonly parameter: Tensor;
  readonly moments: readonly Tensor[];
}

/** Updates parameters from their gradients. `rate` may be changed between steps. */
export abstract class Optimizer {
  readonly #slots: readonly Slot[];
  readonly #hyper: Tensor;
  /** Steps done so far. */
  steps = 0;

  protected constructor(
    parameters: Iterable<Tensor>,
    /** The learning rate. */
    public rate: number,
    moments: number,
    hypers: number,
  ) {
    const zeros = (like: Tensor) => keep(Tensor.from(like.device, new Float32Array(like.size), like.shape));
    // A layer that is used twice has its parameters once.
    this.#slots = Array.from(new Set(parameters), (parameter) => ({
      parameter,
      moments: Array.from({ length: moments }, () => zeros(parameter)),
    }));
    if (this.#slots.length === 0)
      throw new InkgradError('optimizer: no parameters; give it model.parameters()');
    const { device } = this.#slots[0].parameter;
    this.#hyper = keep(Tensor.from(device, new Float32Array(hypers)));
  }

  /** The numbers that the kernel takes in this step, the first of which is t = 1. */
  protected abstract hyper(t: number): number[];
  protected abstract readonly op: typeof ops.sgdStep;

  /** Updates every parameter that has a gradient. */
  step(): void {
    this.#hyper.write(this.hyper(++this.steps));
    for (const { parameter, moments } of this.#slots) {
      if (parameter.grad === null) continue;
      update(this.op, [parameter.grad, this.#hyper], [parameter, ...moments], {});
    }
  }

  /** Frees all gradients. */
  zeroGrad(): void {
    for (const { parameter } of this.#slots) {
      parameter.grad?.dispose();
      parameter.grad = null;
    }
  }

  dispose(): void {
    this.zeroGrad();
    this.#hyper.dispose();
    for (const { moments } of this.#slots) for (const moment of moments) moment.dispose();
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
    super(parameters, options.rate, 1, 4);
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
    super(parameters, options.rate, 2, 9);
    this.#options = options;
  }

  protected hyper(t: number): number[] {
    const { betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = this.#options;
    const [beta1, beta2] = betas;
    const [decay, shrink] = this.decay(weightDecay);
    const step = this.rate / (1 - beta1 ** t);
    return [step, beta1, beta2, eps, Math.sqrt(1 - beta2 ** t), decay, shrink, 1 - beta1, 1 - beta2];
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
