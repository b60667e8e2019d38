import type { Device } from '../engine/device.ts';
import type { Sequential } from '../engine/nn/index.ts';
import { Context } from '../engine/nn/index.ts';
import type { StoredTensor } from '../engine/formats/safetensors.ts';
import type { Optimizer, OptimizerState } from '../engine/optim/index.ts';
import { loadWeights, weightsOf } from './checkpoint.ts';
import type { ModelSpec } from './model.ts';
import { build } from './model.ts';
import type { Training } from './train.ts';
import { Trainer } from './train.ts';

/** All that a rig needs to be put up again on another device. */
export interface Snapshot {
  readonly weights: ReadonlyMap<string, StoredTensor>;
  readonly optimizer: OptimizerState;
}

/** What a rig is made from, whatever the device. */
export interface RigPlan {
  readonly model: ModelSpec;
  readonly classes: number;
  readonly makeOptimizer: (model: Sequential) => Optimizer;
  readonly training: Omit<Training, 'model' | 'context' | 'optimizer'>;
}

/** What of a training run lives on a device: the model, its optimiser and the captured steps. */
export class Rig {
  readonly context: Context;
  readonly model: Sequential;
  readonly optimizer: Optimizer;
  readonly trainer: Trainer;

  constructor(
    readonly device: Device,
    { model, classes, makeOptimizer, training }: RigPlan,
  ) {
    this.context = new Context(device, training.seed);
    this.model = build(model, classes, this.context);
    this.optimizer = makeOptimizer(this.model);
    const { context, optimizer } = this;
    this.trainer = new Trainer({ ...training, model: this.model, context, optimizer });
  }

  /** Brings weights, buffers and moments to the host. */
  async snapshot(): Promise<Snapshot> {
    return { weights: await weightsOf(this.model), optimizer: await this.optimizer.snapshot() };
  }

  /** Goes back to a snapshot, which may be of a rig on another device. */
  restore({ weights, optimizer }: Snapshot): void {
    loadWeights(this.model, weights, 'snapshot');
    this.optimizer.restore(optimizer);
  }

  dispose(): void {
    this.trainer.dispose();
    this.optimizer.dispose();
    this.model.dispose();
    this.context.dispose();
  }
}
