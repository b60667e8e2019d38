import type { Device, TypedArray } from '../../engine/device.ts';
import { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { InkgradError } from '../../engine/errors.ts';
import type { StoredTensor } from '../../engine/formats/safetensors.ts';
import type { Sequential } from '../../engine/nn/index.ts';
import { Context } from '../../engine/nn/index.ts';
import type { Optimizer, OptimizerState } from '../../engine/optim/index.ts';
import { LossScale } from '../../engine/optim/index.ts';
import { loadWeights, weightsOf } from '../checkpoint/weights.ts';
import type { ModelSpec } from '../model/model.ts';
import { build } from '../model/model.ts';
import type { Training } from './train.ts';
import { Trainer } from './train.ts';

export const precisions = ['f32', 'f16'] as const;
export type Precision = (typeof precisions)[number];

function halve(device: Device): void {
  if (!(device instanceof WebGpuDevice)) {
    throw new InkgradError(
      `\`precision\` f16: the device ${device.kind} computes in ${device.floatType}; use \`device\` webgpu`,
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
  readonly classes: number;
  readonly makeOptimizer: (model: Sequential) => Optimizer;
  readonly training: Omit<Training, 'model' | 'context' | 'optimizer' | 'lossScale'>;
  readonly precision: Precision;
}

/** What of a training run lives on a device: the model, its optimiser and the captured steps. */
export class Rig {
  readonly context: Context;
  readonly model: Sequential;
  readonly optimizer: Optimizer;
  readonly lossScale: LossScale | null;
  readonly trainer: Trainer;

  constructor(
    readonly device: Device,
    { model, classes, makeOptimizer, training, precision }: RigPlan,
  ) {
    this.context = new Context(device, training.seed);
    this.model = build(model, classes, this.context);
    this.optimizer = makeOptimizer(this.model);
    if (precision === 'f16') halve(device);
    this.lossScale = precision === 'f16' ? new LossScale(device) : null;
    const { context, optimizer, lossScale } = this;
    this.trainer = new Trainer({ ...training, model: this.model, context, optimizer, lossScale });
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
    this.trainer.dispose();
    this.optimizer.dispose();
    this.lossScale?.dispose();
    this.model.dispose();
    this.context.dispose();
  }
}
