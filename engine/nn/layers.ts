import { named as inNameOf, ShapeError, whatIs } from '../errors.ts';
import * as F from '../functional.ts';
import { update } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { Pair } from '../ops/window.ts';
import { show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { PairOption } from '../windowOptions.ts';
import { pairOf } from '../windowOptions.ts';
import type { Beside } from './given.ts';
import { given, share, whole, wholePair } from './given.ts';
import type { Context, Joint } from './module.ts';
import { defaultContext, Module } from './module.ts';

/** What a function refuses, refused in the name of the layer. */
const inName = (layer: string, forward: () => Tensor): Tensor => inNameOf(layer, forward)();

function expectInput(layer: string, x: Tensor, fits: boolean, layout: string): void {
  if (fits) return;
  const said = x?.shape === undefined ? whatIs(x) : `an input of shape ${show(x.shape)}`;
  throw new ShapeError(`${layer}: ${said}; expected ${layout}`);
}

/** The sizes of a convolution, and how its filters move. */
export interface Conv2dLayerOptions extends F.Conv2dOptions {
  /** Channels of the input. */
  readonly inChannels: number;
  /** Filters: channels of the output. */
  readonly outChannels: number;
  /** The size of a filter, or its height and width. */
  readonly kernelSize: PairOption;
  /** A bias per filter; true when left out. */
  readonly bias?: boolean;
}

/** Whether a layer does what its class says: one that extends it may have a forward of its own. */
const isAsNamed = (layer: Module, { prototype }: { readonly prototype: Module }): boolean =>
  layer.forward === prototype.forward;

// A class that names itself is called _Linear in what esbuild makes, wherever it is shown.
const isConv2d = (layer: Module) => isAsNamed(layer, Conv2d);
const isLinear = (layer: Module) => isAsNamed(layer, Linear);
const isBatchNorm2d = (layer: Module) => isAsNamed(layer, BatchNorm2d);

const window = { stride: true, padding: true, dilation: true } as const;

/**
 * Filters over [N,inChannels,H,W], as F.conv2d has them; the output is [N,outChannels,H',W']. The weights begin
 * uniform in ±1/√(inChannels/groups·kh·kw).
 *
 * @throws InkgradError for sizes that are no whole numbers ≥ 1 and options that are unknown, ShapeError for
 * channels that the groups do not divide, and for an input of other channels
 * @category Layers
 * @example
 * import { F, nn } from 'inkgrad';
 *
 * const conv = new nn.Conv2d(1, 8, 3, { padding: 'same', stride: 1 });
 * console.log(conv.forward(F.zeros([1, 1, 28, 28])).shape, conv.weight.shape);
 * // [ 1, 8, 28, 28 ] [ 8, 1, 3, 3 ]
 */
export class Conv2d extends Module {
  /** The filters: [outChannels,inChannels/groups,kh,kw]. */
  readonly weight: Tensor;
  /** [outChannels], or null for none. */
  readonly bias: Tensor | null;
  /** How the filters move: stride, padding, dilation and groups. */
  readonly options: F.Conv2dOptions;

  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: PairOption,
    options?: Beside<Conv2dLayerOptions, 'inChannels' | 'outChannels' | 'kernelSize'>,
  );
  constructor(context: Context, options: Conv2dLayerOptions);
  constructor(...args: readonly unknown[]) {
    super();
    const {
      context = defaultContext(),
      inChannels,
      outChannels,
      kernelSize,
      bias = true,
      ...options
    } = given<Conv2dLayerOptions, 'inChannels' | 'outChannels' | 'kernelSize'>(
      'Conv2d',
      { inChannels: whole, outChannels: whole, kernelSize: wholePair },
      { ...window, groups: true, bias: true, context: true },
      args,
    );
    const [height, width] = pairOf(kernelSize);
    const { groups = 1 } = options;
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ShapeError(
        `Conv2d: ${inChannels} channels and ${outChannels} filters in ${groups} groups; expected numbers that ${groups} divides`,
      );
    }
    this.options = options;
    const fanIn = (inChannels / groups) * height * width;
    this.weight = context.parameter([outChannels, inChannels / groups, height, width], fanIn);
    this.bias = bias ? context.parameter([outChannels], fanIn) : null;
  }

  override ownParameters() {
    return named(this.weight, this.bias);
  }

  forward(x: Tensor): Tensor {
    this.#expectInput(x);
    return inName('Conv2d', () => F.conv2d(x, this.weight, this.bias, this.options));
  }

  /** conv + relu (+ pool). @internal */
  override joined([second, third]: readonly Module[]): Joint | null {
    if (!isConv2d(this) || this.bias === null || second?.forward !== F.relu) return null;
    const pool = third instanceof MaxPool2d && isAsNamed(third, MaxPool2d) && third.halves();
    return { length: pool ? 3 : 2, forward: (x) => this.withRelu(x, pool) };
  }

  /** relu of that, and with `pool` the maxima of its 2×2 windows, in one launch; it needs a bias. */
  withRelu(x: Tensor, pool: boolean): Tensor {
    this.#expectInput(x);
    return inName('Conv2d', () => F.convRelu(x, this.weight, this.bias!, { ...this.options, pool }));
  }

  #expectInput(x: Tensor): void {
    const channels = this.weight.shape[1] * (this.options.groups ?? 1);
    expectInput('Conv2d', x, x?.shape?.length === 4 && x.shape[1] === channels, `[N,${channels},H,W]`);
  }
}

/** The sizes of a linear layer. */
export interface LinearOptions {
  /** The length of an input. */
  readonly inFeatures: number;
  /** The length of an output. */
  readonly outFeatures: number;
  /** A bias per output; true when left out. */
  readonly bias?: boolean;
}

/**
 * x·Wᵀ + bias over [N,inFeatures]; the output is [N,outFeatures]. The weights begin uniform in ±1/√inFeatures.
 *
 * @throws InkgradError for sizes that are no whole numbers ≥ 1 and options that are unknown, ShapeError for an
 * input of other features
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const linear = new nn.Linear(2, 1);
 * linear.weight.write(Float32Array.from([10, 1]));
 * linear.bias?.write(Float32Array.from([0.5]));
 * console.log(await linear.forward(Tensor.from([[1, 2], [3, 4]])).toArray());
 * // [ [ 12.5 ], [ 34.5 ] ]
 */
export class Linear extends Module {
  /** [outFeatures,inFeatures]. */
  readonly weight: Tensor;
  /** [outFeatures], or null for none. */
  readonly bias: Tensor | null;

  constructor(
    inFeatures: number,
    outFeatures: number,
    options?: Beside<LinearOptions, 'inFeatures' | 'outFeatures'>,
  );
  constructor(context: Context, options: LinearOptions);
  constructor(...args: readonly unknown[]) {
    super();
    const {
      context = defaultContext(),
      inFeatures,
      outFeatures,
      bias = true,
    } = given<LinearOptions, 'inFeatures' | 'outFeatures'>(
      'Linear',
      { inFeatures: whole, outFeatures: whole },
      { bias: true, context: true },
      args,
    );
    this.weight = context.parameter([outFeatures, inFeatures], inFeatures);
    this.bias = bias ? context.parameter([outFeatures], inFeatures) : null;
  }

  override ownParameters() {
    return named(this.weight, this.bias);
  }

  forward(x: Tensor): Tensor {
    this.#expectInput(x);
    return inName('Linear', () => F.linear(x, this.weight, this.bias));
  }

  /** linear + relu. @internal */
  override joined([second]: readonly Module[]): Joint | null {
    if (!isLinear(this) || this.bias === null || second?.forward !== F.relu) return null;
    return { length: 2, forward: (x) => this.withRelu(x) };
  }

  /** relu of that, in one launch where there is a bias. */
  withRelu(x: Tensor): Tensor {
    this.#expectInput(x);
    return inName('Linear', () => F.linear(x, this.weight, this.bias, { relu: true }));
  }

  #expectInput(x: Tensor): void {
    const features = this.weight.shape[1];
    expectInput('Linear', x, x?.shape?.at(-1) === features, `[N,${features}]`);
  }
}

const named = (weight: Tensor, bias: Tensor | null): Record<string, Tensor> =>
  bias === null ? { weight } : { weight, bias };

/** What a batch normalisation needs to know. */
export interface BatchNormOptions {
  /** Channels of the input. */
  readonly features: number;
  /** Is added to the variance; 1e-5 when left out. */
  readonly eps?: number;
  /** The share of a new batch in the running averages; 0.1 when left out. */
  readonly momentum?: number;
}

/**
 * Normalises each channel of [N,features,H,W] by the batch in training, and by running averages in evaluation
 * (Ioffe and Szegedy, 2015): (x − mean)/√(variance + eps)·weight + bias.
 *
 * @throws InkgradError for features that are no whole number ≥ 1 and options that are unknown, ShapeError for
 * an input of other channels, and in training for one value per channel
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const norm = new nn.BatchNorm2d(1, { momentum: 0.5 });
 * const y = await norm.forward(Tensor.from([[[[10, 30]]]])).read();
 * console.log([...y].map((value) => value.toFixed(3)), await norm.runningMean.item());
 * // [ '-1.000', '1.000' ] 10
 */
export class BatchNorm2d extends Module {
  /** [features]; 1 at first. */
  readonly weight: Tensor;
  /** [features]; 0 at first. */
  readonly bias: Tensor;
  /** The running average of the means, [features]. */
  readonly runningMean: Tensor;
  /** The running average of the unbiased variances, [features]. */
  readonly runningVar: Tensor;
  readonly #eps: number;
  readonly #momentum: number;

  constructor(features: number, options?: Beside<BatchNormOptions, 'features'>);
  constructor(context: Context, options: BatchNormOptions);
  constructor(...args: readonly unknown[]) {
    super();
    const {
      context = defaultContext(),
      features,
      eps = 1e-5,
      momentum = 0.1,
    } = given<BatchNormOptions, 'features'>(
      'BatchNorm2d',
      { features: whole },
      { eps: true, momentum: true, context: true },
      args,
    );
    this.weight = context.constant([features], 1).trained();
    this.bias = context.constant([features], 0).trained();
    this.runningMean = context.constant([features], 0);
    this.runningVar = context.constant([features], 1);
    this.#eps = eps;
    this.#momentum = momentum;
  }

  override ownParameters() {
    return { weight: this.weight, bias: this.bias };
  }

  override ownBuffers() {
    return { runningMean: this.runningMean, runningVar: this.runningVar };
  }

  /**
   * [N,C,H,W] → the same shape; in training its averages move, too.
   *
   * @throws ShapeError for other shapes, and in training for one value a channel
   */
  forward(x: Tensor): Tensor {
    return this.#forward(x, false);
  }

  /** batch norm + relu. @internal */
  override joined([second]: readonly Module[]): Joint | null {
    if (!isBatchNorm2d(this) || second?.forward !== F.relu) return null;
    return { length: 2, forward: (x) => this.withRelu(x) };
  }

  /** relu of that, in the same launches. */
  withRelu(x: Tensor): Tensor {
    return this.#forward(x, true);
  }

  #forward(x: Tensor, relu: boolean): Tensor {
    const features = this.weight.shape[0];
    expectInput('BatchNorm2d', x, x?.shape?.length === 4 && x.shape[1] === features, `[N,${features},H,W]`);
    const { weight, bias, runningMean, runningVar } = this;
    const [images, , height, width] = x.shape;
    const count = images * height * width;
    if (this.training && count === 1) {
      throw new ShapeError(
        `BatchNorm2d: an input of shape ${show(x.shape)} in training; expected more than one value per channel`,
      );
    }
    // No images have no averages.
    if (!this.training || count === 0) {
      const running = { mean: runningMean, variance: runningVar };
      return F.batchNorm2d(x, running, weight, bias, this.#eps, { relu });
    }
    const { y, mean, variance } = F.batchNorm(x, weight, bias, { eps: this.#eps, relu });
    const attrs = { momentum: this.#momentum, count };
    update(ops.runningStatistics, [mean, variance], [runningMean, runningVar], attrs);
    return y;
  }
}

/**
 * Zeroes a share p of the elements in training, others in each pass, and divides the rest by 1 − p; does
 * nothing in evaluation (Srivastava et al., 2014).
 *
 * @throws InkgradError for a share that is not from 0 to less than 1
 * @category Layers
 * @example
 * import { F, nn, Tensor } from 'inkgrad';
 *
 * const dropout = new nn.Dropout(0.5);
 * const kept = await F.mean(dropout.forward(F.ones([10_000]))).item();
 * dropout.eval();
 * console.log(Math.abs(kept - 1) < 0.1, await dropout.forward(Tensor.from([1, 2])).toArray());
 * // true [ 1, 2 ]
 */
export class Dropout extends Module {
  /** Where its random numbers come from. */
  readonly context: Context;
  /** The probability of a zero. */
  readonly p: number;
  readonly #stream: number;

  constructor(
    p?: number,
    options?: {
      /** where its random numbers come from; that which all layers share when left out */
      readonly context?: Context | undefined;
    },
  );
  constructor(context: Context, p?: number);
  constructor(...args: readonly unknown[]) {
    super();
    const { context = defaultContext(), p = 0.5 } = given<{ readonly p?: number }, 'p'>(
      'Dropout',
      { p: share },
      { context: true },
      args,
    );
    this.context = context;
    this.p = p;
    this.#stream = context.stream();
  }

  forward(x: Tensor): Tensor {
    if (!this.training || this.p === 0) return F.reshape(x, x.shape);
    // A copy, so that the backward pass has the mask of this one whatever the context says by then.
    const stream = this.context.draw(this.#stream);
    const state = F.slice(this.context.state, [0], [3]);
    return F.dropout(x, state, { p: this.p, stream });
  }
}

type Window<Options> = Options & { readonly kernelSize: PairOption };

/** What pooling layers have in common: the height and width of their window. */
abstract class Pool<Options extends object> extends Module {
  protected readonly kernel: Pair;

  /** @param options how the windows move; by kernelSize when they say nothing */
  constructor(
    /** The window's size, or its height and width. */
    readonly kernelSize: PairOption,
    /** How the windows move. */
    readonly options: Options,
  ) {
    super();
    this.kernel = pairOf(kernelSize);
  }
}

const poolKnown = { ...window, ceilMode: true, overhang: true } as const;

/**
 * The maximum of each window of [N,C,H,W]; the stride is the window's size where it is left out.
 *
 * @throws InkgradError for a size that is no whole number ≥ 1 and options that are unknown
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const pool = new nn.MaxPool2d(2);
 * console.log(await pool.forward(Tensor.from([[[[1, 2, 5, 0], [3, 4, 0, 6]]]])).read());
 * // Float32Array(2) [ 4, 6 ]
 */
export class MaxPool2d extends Pool<F.PoolOptions> {
  constructor(kernelSize: PairOption, options?: F.PoolOptions);
  constructor(
    options: F.PoolOptions & {
      /** the height and width of the window */
      readonly kernelSize: PairOption;
    },
  );
  constructor(...args: readonly unknown[]) {
    const { kernelSize, ...options } = given<Window<F.PoolOptions>, 'kernelSize'>(
      'MaxPool2d',
      { kernelSize: wholePair },
      poolKnown,
      args,
    );
    super(kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    return inName('MaxPool2d', () => F.maxPool2d(x, this.kernel, this.options));
  }

  /** Whether it is over 2×2 windows side by side, and nothing else. */
  halves(): boolean {
    const { stride = this.kernelSize, padding = 0, dilation = 1, ceilMode = false } = this.options;
    const is = (value: number) => (n: number) => n === value;
    return (
      this.kernel.every(is(2)) &&
      pairOf(stride).every(is(2)) &&
      pairOf(dilation).every(is(1)) &&
      padding !== 'same' &&
      [padding].flat().every(is(0)) &&
      !ceilMode
    );
  }
}

/**
 * The mean of each window of [N,C,H,W]; the stride is the window's size where it is left out.
 *
 * @throws InkgradError for a size that is no whole number ≥ 1 and options that are unknown
 * @category Layers
 * @example
 * import { nn, Tensor } from 'inkgrad';
 *
 * const pool = new nn.AvgPool2d(2);
 * console.log(await pool.forward(Tensor.from([[[[1, 2, 5, 0], [3, 4, 0, 6]]]])).read());
 * // Float32Array(2) [ 2.5, 2.75 ]
 */
export class AvgPool2d extends Pool<F.AvgPoolOptions> {
  constructor(kernelSize: PairOption, options?: F.AvgPoolOptions);
  constructor(
    options: F.AvgPoolOptions & {
      /** the height and width of the window */
      readonly kernelSize: PairOption;
    },
  );
  constructor(...args: readonly unknown[]) {
    const { kernelSize, ...options } = given<Window<F.AvgPoolOptions>, 'kernelSize'>(
      'AvgPool2d',
      { kernelSize: wholePair },
      { ...poolKnown, countPadding: true },
      args,
    );
    super(kernelSize, options);
  }

  forward(x: Tensor): Tensor {
    return inName('AvgPool2d', () => F.avgPool2d(x, this.kernel, this.options));
  }
}
