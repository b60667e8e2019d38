import type { Device } from '../../engine/device.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import type { Module, Sequential } from '../../engine/nn/index.ts';
import { Context } from '../../engine/nn/index.ts';
import type { Optimizer, OptimizerState } from '../../engine/optim/index.ts';
import { LossScale } from '../../engine/optim/index.ts';
import type { Tensor } from '../../engine/tensor.ts';
import { loadWeights, weightsOf } from '../checkpoint/weights.ts';
import { PipelineError } from '../faults.ts';
import type { StoredTensor } from '../formats/safetensors.ts';
import type { ModelSpec } from '../model/model.ts';
import { build } from '../model/model.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { WeightAverage } from './average.ts';
import { isWebGpu } from './isWebGpu.ts';
import { makeOptimizer, type OptimizerSettings } from './optimizers.ts';
import type { Settings } from './settings.ts';

function halve(device: Device): void {
  if (!isWebGpu(device)) {
    throw new PipelineError(
      `\`precision\` f16: the device ${device.kind} computes in ${device.floatType}; use \`device\` webgpu`,
      'invalid-setting',
    );
  }
  device.usePrecision('f16');
}

/** All that a rig needs to be put up again on another device. */
export interface Snapshot {
  /** weights and buffers by name */
  readonly weights: ReadonlyMap<string, StoredTensor>;
  /** its moments, and how many steps are done */
  readonly optimizer: OptimizerState;
  /** what losses are scaled by in half precision; null in float32 */
  readonly lossScale: TypedArray | null;
  /** the running average of the weights, where one is kept */
  readonly average: ReadonlyMap<string, StoredTensor> | null;
}

/** What a rig is made from, whatever the device. */
export interface RigPlan {
  /** The layers. */
  readonly model: ModelSpec;
  /** What is told apart. */
  readonly classes: readonly string[];
  /** How images are normalised. */
  readonly recipe: Recipe;
  /** What it is trained with. */
  readonly settings: Pick<Settings, 'seed' | 'precision' | 'freeze' | 'ema'> & OptimizerSettings;
  /** Weights and buffers to begin with, by name; those that are not named are drawn anew. */
  readonly weights?: ReadonlyMap<string, StoredTensor> | undefined;
  /** The optimiser of the settings when left out. */
  readonly makeOptimizer?: (model: Sequential) => Optimizer;
}

/**
 * What of a training run lives on a device, but for its images: the model and its optimiser, with what they know.
 *
 * @category Training
 * @example
 * import { CpuDevice } from 'inkgrad';
 * import { dataset, resolveSettings, Rig } from 'inkgrad/train';
 *
 * const { recipe, ...data } = await dataset({ images: [[[1, 0], [1, 0]], [[1, 1], [0, 0]]], labels: ['|', '-'] });
 * const model = { name: 'line', input: [1, 2, 2], layers: [{ type: 'flatten' }, { type: 'linear', outFeatures: 'classes' }] };
 * const settings = resolveSettings({ epochs: 3, lr: 0.1 });
 * const rig = new Rig(new CpuDevice(), { model, classes: data.classes, recipe, settings });
 * const snapshot = await rig.snapshot();
 * rig.restore(snapshot);
 * console.log(rig.optimizer.steps, rig.model.layers.length);
 * // 0 2
 */
export class Rig {
  /** What layers are made with: the device, and random numbers. */
  readonly context: Context;
  /** What is trained. */
  readonly model: Sequential;
  /** What updates its weights. */
  readonly optimizer: Optimizer;
  /** What keeps gradients in half precision from vanishing; null in float32. */
  readonly lossScale: LossScale | null;
  /** The running average of the weights; null where none is kept. */
  readonly average: WeightAverage | null;
  /** How images are normalised. */
  readonly recipe: Recipe;
  /** Layers that stay as they are. */
  readonly frozen: readonly Module[];

  constructor(
    /** Where it lives. */
    readonly device: Device,
    /** What it was made from. */
    readonly plan: RigPlan,
  ) {
    const { model, classes, recipe, settings } = plan;
    this.recipe = recipe;
    this.context = new Context(device, settings.seed);
    this.model = build(model, classes.length, this.context);
    for (const [name, { data }] of plan.weights ?? []) this.model.state().get(name)?.write(data);
    this.frozen = this.model.layers.slice(0, settings.freeze);
    const parameters = this.#trainedParameters();
    this.optimizer = plan.makeOptimizer?.(this.model) ?? makeOptimizer(parameters, settings);
    if (settings.precision === 'f16') halve(device);
    this.lossScale = settings.precision === 'f16' ? new LossScale(device) : null;
    const twin = () => build(model, classes.length, this.context);
    this.average = settings.ema > 0 ? new WeightAverage(twin(), this.model, settings.ema) : null;
  }

  /** What is left to train once the first layers are frozen. */
  #trainedParameters(): Tensor[] {
    for (const layer of this.frozen)
      for (const parameter of layer.parameters().values()) parameter.requiresGrad = false;
    const trained = [...this.model.parameters().values()].filter(({ requiresGrad }) => requiresGrad);
    if (trained.length > 0) return trained;
    throw new PipelineError(
      `\`freeze\` ${this.frozen.length}: leaves no layer of the model to train; freeze fewer`,
      'invalid-setting',
    );
  }

  /** What images are read with: the average of the weights, where one is kept. */
  get reader(): Sequential {
    return this.average?.model ?? this.model;
  }

  /** Switches the model to training, but for layers that stay as they are. */
  train(): void {
    this.model.train();
    for (const layer of this.frozen) layer.eval();
  }

  /** Brings weights, buffers and moments to the host. */
  async snapshot(): Promise<Snapshot> {
    return {
      weights: await weightsOf(this.model),
      optimizer: await this.optimizer.snapshot(),
      lossScale: this.lossScale && (await this.lossScale.state.read()),
      average: this.average && (await weightsOf(this.average.model)),
    };
  }

  /** Goes back to a snapshot, which may be of a rig on another device. */
  restore({ weights, optimizer, lossScale, average }: Snapshot): void {
    loadWeights(this.model, weights, 'snapshot');
    this.optimizer.restore(optimizer);
    if (lossScale !== null) this.lossScale?.state.write(lossScale);
    if (average !== null && this.average !== null) loadWeights(this.average.model, average, 'snapshot');
  }

  /** Frees all of it on its device. */
  dispose(): void {
    this.optimizer.dispose();
    this.lossScale?.dispose();
    this.average?.dispose();
    this.model.dispose();
    this.context.dispose();
  }
}
