import { ShapeError } from '../errors.ts';
import * as F from '../functional.ts';
import { update } from '../graph.ts';
import * as ops from '../ops/pages.ts';
import type { Pair } from '../ops/window.ts';
import { show } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { PairOption } from '../windowOptions.ts';
import { pairOf } from '../windowOptions.ts';
import type { Context } from './module.ts';
import { Module } from './module.ts';

export interface Conv2dLayerOptions extends F.Conv2dOptions {
  readonly inChannels: number;
  readonly outChannels: number;
  readonly kernelSize: PairOption;
  /** A bias per filter; true when left out. */
  readonly bias?: boolean;
}

/** Filters over [N,inChannels,H,W]; see engine/ops/conv2d.ts. */
export class Conv2d extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;

  constructor(
    context: Context,
    readonly options: Conv2dLayerOptions,
  ) {
    super();
    const { inChannels, outChannels, kernelSize, groups = 1, bias = true } = options;
    const [height, width] = pairOf(kernelSize);
    if (inChannels % groups !== 0 || outChannels % groups !== 0) {
      throw new ShapeError(
        `Conv2d: ${inChannels} channels and ${outChannels} filters in ${groups} groups; expected numbers that ${groups} divides`,
      );
    }
    const fanIn = (inChannels / groups) * height * width;
    this.weight = context.parameter([outChannels, inChannels / groups, height, width], fanIn);
    this.bias = bias ? context.parameter([outChannels], fanIn) : null;
  }

  override ownParameters() {
    return named(this.weight, this.bias);
  }

  forward(x: Tensor): Tensor {
    return F.conv2d(x, this.weight, this.bias, this.options);
  }
}

export interface LinearOptions {
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly bias?: boolean;
}

/** x·Wᵀ + bias over [N,inFeatures]. */
export class Linear extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor | null;

  constructor(context: Context, { inFeatures, outFeatures, bias = true }: LinearOptions) {
    super();
    this.weight = context.parameter([outFeatures, inFeatures], inFeatures);
    this.bias = bias ? context.parameter([outFeatures], inFeatures) : null;
  }

  override ownParameters() {
    return named(this.weight, this.bias);
  }

  forward(x: Tensor): Tensor {
    return F.linear(x, this.weight, this.bias);
  }
}

const named = (weight: Tensor, bias: Tensor | null): Record<string, Tensor> =>
  bias === null ? { weight } : { weight, bias };

export interface BatchNormOptions {
  readonly features: number;
  readonly eps?: number;
  /** The share of a new batch in the running averages. */
  readonly momentum?: number;
}

/** Normalises each channel of [N,C,H,W] by the batch in training, and by running averages in evaluation. */
export class BatchNorm2d extends Module {
  readonly weight: Tensor;
  readonly bias: Tensor;
  readonly runningMean: Tensor;
  readonly runningVar: Tensor;
  readonly #eps: number;
  readonly #momentum: number;

  constructor(context: Context, { features, eps = 1e-5, momentum = 0.1 }: BatchNormOptions) {
    super();
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

  forward(x: Tensor): Tensor {
    const features = this.weight.shape[0];
    if (x.shape.length !== 4 || x.shape[1] !== features) {
      throw new ShapeError(`BatchNorm2d: an input of shape ${show(x.shape)}; expected [N,${features},H,W]`);
    }
    const [images, , height, width] = x.shape;
    const count = images * height * width;
    if (this.training && count === 1) {
      throw new ShapeError(
        `BatchNorm2d: an input of shape ${show(x.shape)} in training; expected more than one value per channel`,
      );
    }
    // No images have no averages.
    if (!this.training || count === 0) {
      const running = { mean: this.runningMean, variance: this.runningVar };
      return F.batchNorm2d(x, running, this.weight, this.bias, this.#eps);
    }
    const statistics = F.batchStatistics(x);
    // The running variance is the unbiased one, n/(n−1) of the batch's, as in PyTorch.
    const unbiased = F.affine(statistics.variance.detach(), count / (count - 1), 0);
    update(ops.lerp, [statistics.mean], [this.runningMean], { weight: this.#momentum });
    update(ops.lerp, [unbiased], [this.runningVar], { weight: this.#momentum });
    return F.batchNorm2d(x, statistics, this.weight, this.bias, this.#eps);
  }
}

/** Zeroes a share p of the elements in training, others in each pass; does nothing in evaluation. */
export class Dropout extends Module {
  readonly #stream: number;

  constructor(
    readonly context: Context,
    readonly p = 0.5,
  ) {
    super();
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

/** What pooling layers have in common: the height and width of their window. */
abstract class Pool<Options> extends Module {
  protected readonly kernel: Pair;

  constructor(readonly options: Options & { readonly kernelSize: PairOption }) {
    super();
    this.kernel = pairOf(options.kernelSize);
  }
}

export class MaxPool2d extends Pool<F.PoolOptions> {
  forward(x: Tensor): Tensor {
    return F.maxPool2d(x, this.kernel, this.options);
  }
}

export class AvgPool2d extends Pool<F.AvgPoolOptions> {
  forward(x: Tensor): Tensor {
    return F.avgPool2d(x, this.kernel, this.options);
  }
}

/** A layer without parameters: a function. */
export class Lambda extends Module {
  constructor(readonly forward: (x: Tensor) => Tensor) {
    super();
  }
}

/** The mean of each plane: [N,C,H,W] → [N,C,1,1]. */
export class GlobalAvgPool extends Lambda {
  constructor() {
    super(F.globalAvgPool);
  }
}

/** [N,…] → [N,product]. */
export class Flatten extends Lambda {
  constructor() {
    super((x) => F.flatten(x, 1));
  }
}

export class ReLU extends Lambda {
  constructor() {
    super(F.relu);
  }
}

export class LeakyReLU extends Lambda {
  constructor(negativeSlope = 0.01) {
    super((x) => F.leakyRelu(x, negativeSlope));
  }
}

export class ELU extends Lambda {
  constructor(alpha = 1) {
    super((x) => F.elu(x, alpha));
  }
}

export class SELU extends Lambda {
  constructor() {
    super(F.selu);
  }
}

export class Softplus extends Lambda {
  constructor() {
    super(F.softplus);
  }
}

export class Hardswish extends Lambda {
  constructor() {
    super(F.hardSwish);
  }
}

export class SiLU extends Lambda {
  constructor() {
    super(F.silu);
  }
}

export class Sigmoid extends Lambda {
  constructor() {
    super(F.sigmoid);
  }
}

export class Tanh extends Lambda {
  constructor() {
    super(F.tanh);
  }
}

export class GELU extends Lambda {
  constructor() {
    super(F.gelu);
  }
}
