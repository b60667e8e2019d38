import type { Device } from '../../engine/device.ts';
import { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import type { TypedArray } from '../../engine/dtype.ts';
import type { StoredTensor } from '../../engine/formats/safetensors.ts';
import type { Sequential } from '../../engine/nn/index.ts';
import { Context } from '../../engine/nn/index.ts';
import type { Optimizer, OptimizerState } from '../../engine/optim/index.ts';
import { LossScale } from '../../engine/optim/index.ts';
import { loadWeights, weightsOf } from '../checkpoint/weights.ts';
import { PipelineError } from '../faults.ts';
import type { ModelSpec } from '../model/model.ts';
import { build } from '../model/model.ts';
import type { Recipe } from '../preprocess/recipe.ts';
import { makeOptimizer, type OptimizerSettings } from './optimizers.ts';
import type { Settings } from './settings.ts';

function halve(device: Device): void {
  if (!(device instanceof WebGpuDevice)) {
    throw new PipelineError(
      `\`precision\` f16: the device ${device.kind} computes in ${device.floatType}; use \`device\` webgpu`,
      'invalid-setting',
    );
  }
  device.usePrecision('f16');
}

/** All that a rig needs to be put up again on another device. */
export interface Snapshot {
  readonly weights: ReadonlyMap<string, StoredTensor>;
  readonly optimizer: OptimizerState;
  readonly lossScale: TypedArray | null;
}

/** What a rig is made from, whatever the device. */
export interface RigPlan {
  readonly model: ModelSpec;
  readonly classes: readonly string[];
  readonly recipe: Recipe;
  readonly settings: Pick<Settings, 'seed' | 'precision'> & OptimizerSettings;
  /** The optimiser of the settings when left out. */
  readonly makeOptimizer?: (model: Sequential) => Optimizer;
}

/** What of a training run lives on a device, but for its images: the model and its optimiser, with what they know. */
export class Rig {
  readonly context: Context;
  readonly model: Sequential;
  readonly optimizer: Optimizer;
  readonly lossScale: LossScale | null;
  readonly recipe: Recipe;

  constructor(
    readonly device: Device,
    readonly plan: RigPlan,
  ) {
    const { model, classes, recipe, settings } = plan;
    this.recipe = recipe;
    this.context = new Context(device, settings.seed);
    this.model = build(model, classes.length, this.context);
    this.optimizer =
      plan.makeOptimizer?.(this.model) ?? makeOptimizer(this.model.parameters().values(), settings);
    if (settings.precision === 'f16') halve(device);
    this.lossScale = settings.precision === 'f16' ? new LossScale(device) : null;
  }

  /** Brings weights, buffers and moments to the host. */
  async snapshot(): Promise<Snapshot> {
    return {
      weights: await weightsOf(this.model),
      optimizer: await this.optimizer.snapshot(),
      lossScale: this.lossScale && (await this.lossScale.state.read()),
    };
  }

  /** Goes back to a snapshot, which may be of a rig on another device. */
  restore({ weights, optimizer, lossScale }: Snapshot): void {
    loadWeights(this.model, weights, 'snapshot');
    this.optimizer.restore(optimizer);
    if (lossScale !== null) this.lossScale?.state.write(lossScale);
  }

  dispose(): void {
    this.optimizer.dispose();
    this.lossScale?.dispose();
    this.model.dispose();
    this.context.dispose();
  }
}
