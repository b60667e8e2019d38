import { currentStep } from '../devices/capture/notes.ts';
import type { TypedArray } from '../dtype.ts';
import { InkgradError } from '../errors.ts';
import * as F from '../functional.ts';
import { noGrad, update } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import { keep, scope } from '../scope.ts';
import { packLayout } from '../shape.ts';
import { Tensor } from '../tensor.ts';
import { clipped } from './clip.ts';
import type { LossScale } from './lossScale.ts';
import type { Parameters } from './parameters.ts';
import { trainedOf } from './parameters.ts';
import type { AdamOptions, SgdOptions } from './settings.ts';
import { adamOptions, checkSettings, expectSetting, sgdOptions } from './settings.ts';

/** What an optimiser knows apart from the parameters. */
export interface OptimizerState {
  /** Steps done so far. */
  readonly steps: number;
  /** The running moments, each of all parameters in their packed order. */
  readonly moments: readonly TypedArray[];
  /** How many of the steps each parameter had no gradient in; none when left out. */
  readonly missed?: readonly number[];
}

/**
 * Updates parameters from their gradients; `lr` may be changed between steps. SGD, Adam and AdamW extend it.
 *
 * All parameters move into one tensor, side by side, and so do their moments: a step is then one launch,
 * whatever the number of layers.
 *
 * @category Optimisers
 * @example
 * import { backward, F, nn, optim, Tensor } from 'inkgrad';
 *
 * const model = new nn.Linear(2, 1);
 * const optimizer: optim.Optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
 * const x = Tensor.from([[1, 2]]);
 * const before = await F.power(model.forward(x), 2).item();
 * for (let step = 0; step < 3; step++) {
 *   backward(F.sum(F.power(model.forward(x), 2)));
 *   optimizer.step();
 *   optimizer.zeroGrad();
 * }
 * console.log(optimizer.steps, (await F.power(model.forward(x), 2).item()) < before);
 * // 3 true
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
  /** In how many of them each parameter had no gradient, and whether it had one in the last. */
  #missed: number[];
  readonly #isTrained: boolean[];
  /** The kernel's numbers of a parameter that has missed steps: it counts its own, as in PyTorch. */
  readonly #late: (Tensor | null)[];
  /** Whether a step was begun by `advance` and not done yet by `apply`. */
  #isOpen = false;
  #lr: number;

  protected constructor(
    parameters: Parameters,
    /** What messages call it. */
    readonly name: string,
    lr: number,
    moments: number,
    /** The kernel's numbers with which a step, on gradients of 0, leaves everything as it is. */
    readonly idle: readonly number[],
  ) {
    this.#lr = expectSetting(name, 'lr', lr);
    this.#parameters = trainedOf(name, parameters);
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
    this.#missed = this.#parameters.map(() => 0);
    this.#isTrained = this.#parameters.map(() => true);
    this.#late = this.#parameters.map(() => null);
  }

  /** The learning rate: a number from 0, changed between steps by whoever follows a schedule. */
  get lr(): number {
    return this.#lr;
  }

  set lr(lr: number) {
    this.#lr = expectSetting(this.name, 'lr', lr);
  }

  /** The numbers that the kernel takes in step t of a parameter, the first of which is 1. */
  protected abstract hyper(t: number): number[];
  /** Whether they change with t. */
  protected abstract readonly counts: boolean;
  protected abstract readonly op: typeof ops.sgdStep;

  /** Updates every parameter that has a gradient. */
  step(): void {
    this.advance();
    this.apply();
  }

  /** The part of a step that is not captured: counts it, and brings its numbers to the device. */
  advance(): void {
    this.#hyper.write(this.hyper(++this.steps));
    this.#isOpen = true;
    this.#isTrained.forEach((isTrained, i) => {
      if (!isTrained) this.#missed[i]++;
    });
    this.#writeLate();
  }

  /** What a parameter that has missed steps takes in this one, should it have a gradient. */
  #writeLate(): void {
    if (!this.counts) return;
    this.#missed.forEach((missed, i) => {
      if (missed === 0) return;
      this.#late[i] ??= keep(Tensor.from(this.#hyper.device, this.idle));
      this.#late[i].write(this.hyper(this.steps - missed + (this.#isTrained[i] ? 0 : 1)));
    });
  }

  /** Counts a step in which these parameters have a gradient: `advance` took it to be those of the last time. */
  #count(trained: readonly boolean[]): void {
    trained.forEach((isTrained, i) => {
      if (this.#isOpen && isTrained !== this.#isTrained[i]) this.#missed[i] += isTrained ? -1 : 1;
      this.#isTrained[i] = isTrained;
    });
    this.#isOpen = false;
    this.#writeLate();
  }

  #hyperOf(i: number): Tensor {
    return (this.counts && this.#missed[i] > 0 && this.#late[i]) || this.#hyper;
  }

  /**
   * The part of a step that launches kernels.
   *
   * @param scale what the loss was scaled by; it may skip the step
   * @param clip the largest joint norm of the gradients, as they are without the scale; null leaves them
   * @returns the joint norm before, a scalar; null where nothing is clipped
   */
  apply(scale: LossScale | null = null, clip: number | null = null): Tensor | null {
    const isTrained = this.#parameters.map(({ hasGrad }) => hasGrad);
    const bound: Tensor[] = [];
    const count = () => {
      this.#count(isTrained);
      if (bound.some((hyper, i) => hyper !== this.#hyperOf(i)))
        throw new InkgradError(
          `${this.name}: a parameter of a captured step has missed steps since; capture it again`,
        );
    };
    const notes = currentStep();
    if (notes === null) count();
    else notes.beforeRun(count);
    return scope(() => {
      const trained = this.#parameters.flatMap((parameter, i) =>
        parameter.hasGrad ? [{ parameter, i, gradient: parameter.grad }] : [],
      );
      if (trained.length === 0) return null;
      const together =
        trained.length === this.#parameters.length &&
        this.#parameters.every(({ storage }, i) => storage === this.#homes[i]) &&
        this.#parameters.every((_, i) => this.#hyperOf(i) === this.#hyper);
      const found = trained.map(({ gradient }) => gradient);
      const packed = together ? [noGrad(() => F.pack(found))] : found;
      const guard = scale === null ? null : noGrad(() => scale.unscale(packed));
      const whole = guard?.gradients ?? packed;
      const { gradients, norm } = clip === null ? { gradients: whole, norm: null } : clipped(whole, clip);
      const hyperOf = (i: number) =>
        guard === null ? this.#hyperOf(i) : this.#guarded(this.#hyperOf(i), guard.usable);
      for (const { i } of trained) bound[i] = this.#hyperOf(i);
      if (together) {
        update(this.op, [gradients[0], hyperOf(0)], [this.#packed, ...this.#moments], {});
        return norm;
      }
      // Some parameters stay as they are, or count their own steps: each of the others for itself.
      trained.forEach(({ parameter, i }, at) => {
        const moments = this.#moments.map((moment) => moment.part(this.#starts[i], parameter.shape));
        update(this.op, [gradients[at], hyperOf(i)], [parameter, ...moments], {});
      });
      return norm;
    });
  }

  /** A step's numbers, or where it is to be skipped numbers that change nothing. */
  #guarded(hyper: Tensor, usable: Tensor): Tensor {
    return noGrad(() => {
      const idle = Tensor.from(hyper.device, this.idle);
      const skipped = F.affine(usable, -1, 1);
      return F.add(F.mul(hyper, usable), F.mul(idle, skipped));
    });
  }

  /** What it knows, to go on from later by `restore`. */
  async snapshot(): Promise<OptimizerState> {
    const { steps } = this;
    const missed = [...this.#missed];
    const moments = await Promise.all(this.#moments.map((moment) => moment.read()));
    return { steps, moments, ...(missed.some((n) => n > 0) && { missed }) };
  }

  /**
   * Goes back to a state of an optimiser of the same kind over the same shapes.
   *
   * @throws InkgradError where it is of another kind or of other shapes
   */
  restore({ steps, moments, missed }: OptimizerState): void {
    const sizes = (all: readonly { readonly length: number }[]) =>
      all.map(({ length }) => length).join(' and ');
    const own = this.#moments.map(({ size }) => ({ length: size }));
    if (sizes(moments) !== sizes(own))
      throw new InkgradError(
        `${this.name}: a state with moments of ${sizes(moments) || 'none'} numbers; expected ${sizes(own)}`,
      );
    this.steps = steps;
    this.#missed = this.#parameters.map((_, i) => missed?.[i] ?? 0);
    this.#isTrained.fill(true);
    this.#isOpen = false;
    this.#moments.forEach((moment, i) => {
      moment.write(moments[i]);
    });
  }

  /** Frees all gradients. */
  zeroGrad(): void {
    for (const parameter of this.#parameters) {
      if (parameter.hasGrad) parameter.grad.dispose();
      parameter.grad = null;
    }
  }

  /**
   * Frees all gradients and what it knows; the parameters stay.
   */
  dispose(): void {
    this.zeroGrad();
    for (const tensor of [this.#packed, this.#hyper, ...this.#moments, ...this.#late]) tensor?.dispose();
  }
}

/**
 * Stochastic gradient descent, with momentum (Polyak, 1964) and Nesterov's variant: v ← momentum·v + g, w ← w −
 * lr·v, where g is the gradient + weightDecay·w.
 *
 * @throws InkgradError for numbers below 0, options that are unknown, and parameters that cannot be trained
 * together
 * @category Optimisers
 * @example
 * import { backward, F, optim, Tensor } from 'inkgrad';
 *
 * const w = Tensor.from([3]).trained();
 * const sgd = new optim.SGD([w], { lr: 0.1 });
 * backward(F.sum(F.mul(w, w)));
 * sgd.step();
 * console.log((await w.item()).toFixed(3));
 * // 2.400
 */
export class SGD extends Optimizer {
  protected readonly op = ops.sgdStep;
  protected readonly counts = false;
  readonly #options: SgdOptions;

  constructor(parameters: Parameters, options: SgdOptions) {
    checkSettings('SGD', options, sgdOptions);
    super(parameters, 'SGD', options.lr, 1, [0, 1, 0, 0]);
    this.#options = options;
  }

  protected hyper(): number[] {
    const { momentum = 0, weightDecay = 0, nesterov = false } = this.#options;
    return [this.lr, momentum, weightDecay, nesterov ? 1 : 0];
  }
}

/**
 * Adam (Kingma and Ba, 2015): w ← w − lr·m/(√v + eps), where m and v are running averages of the gradient and
 * of its square, freed of their beginning at 0. Weight decay is added to the gradient.
 *
 * @throws InkgradError for numbers below 0, betas outside of [0,1), options that are unknown, and parameters
 * that cannot be trained together
 * @category Optimisers
 * @example
 * import { backward, F, optim, Tensor } from 'inkgrad';
 *
 * const w = Tensor.from([3, -100]).trained();
 * const adam = new optim.Adam([w], { lr: 0.1 });
 * backward(F.sum(F.mul(w, w)));
 * adam.step();
 * const [first, second] = await w.read();
 * console.log(first.toFixed(3), second.toFixed(3));
 * // 2.900 -99.900
 */
export class Adam extends Optimizer {
  protected readonly op = ops.adamStep;
  protected readonly counts = true;
  readonly #options: AdamOptions;

  constructor(parameters: Parameters, options: AdamOptions, name = 'Adam') {
    checkSettings(name, options, adamOptions);
    super(parameters, name, options.lr, 2, [0, 1, 1, 1, 1, 0, 1, 0, 0]);
    this.#options = options;
  }

  protected hyper(t: number): number[] {
    const { betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = this.#options;
    const [beta1, beta2] = betas;
    const [decay, shrink] = this.decay(weightDecay);
    const lr = this.lr / (1 - beta1 ** t);
    return [lr, beta1, beta2, eps, Math.sqrt(1 - beta2 ** t), decay, shrink, 1 - beta1, 1 - beta2];
  }

  /** What is added to the gradient, and the factor on the parameter itself. */
  protected decay(weightDecay: number): [number, number] {
    return [weightDecay, 1];
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019): w ← w − lr·weightDecay·w besides; 0.01 when
 * left out, as in PyTorch.
 *
 * @throws InkgradError for what Adam refuses
 * @category Optimisers
 * @example
 * import { backward, F, optim, Tensor } from 'inkgrad';
 *
 * const w = Tensor.from([3]).trained();
 * const adamW = new optim.AdamW([w], { lr: 0.1, weightDecay: 0.5 });
 * backward(F.sum(F.mul(w, w)));
 * adamW.step();
 * console.log((await w.item()).toFixed(3));
 * // 2.750
 */
export class AdamW extends Adam {
  constructor(parameters: Parameters, options: AdamOptions) {
    checkSettings('AdamW', options, adamOptions);
    super(parameters, { ...options, weightDecay: options.weightDecay ?? 0.01 }, 'AdamW');
  }

  protected override decay(weightDecay: number): [number, number] {
    return [0, 1 - this.lr * weightDecay];
  }
}
