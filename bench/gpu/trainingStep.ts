import { backward } from '../../engine/autograd.ts';
import type { CapturedStep } from '../../engine/device.ts';
import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import * as F from '../../engine/functional.ts';
import { Context } from '../../engine/nn/index.ts';
import { Adam } from '../../engine/optim/index.ts';
import { Tensor } from '../../engine/tensor.ts';
import { build } from '../../pipeline/model/model.ts';
import { syntheticBatch } from '../peers/network.mjs';
import { timed } from '../timing.ts';
import { modelNamed } from './settings.ts';

/** The same work as that of bench/peers: forward, cross-entropy, backward and Adam on one fixed batch. */
export class TrainingStep {
  readonly #context: Context;
  readonly #optimizer: Adam;
  readonly #body: () => Tensor[];
  #step: CapturedStep | null = null;

  constructor(
    readonly device: WebGpuDevice,
    readonly model: string,
    readonly batch: number,
  ) {
    this.#context = new Context(device, 1);
    const built = build(modelNamed(model), 10, this.#context);
    const optimizer = new Adam(built.parameters().values(), { rate: 0.001 });
    this.#optimizer = optimizer;
    // The tuner runs steps too: Adam's numbers must be there by then.
    optimizer.advance();
    const { images, labels } = syntheticBatch(batch);
    const x = Tensor.from(device, images, [batch, 1, 28, 28]);
    const y = Tensor.from(device, labels);
    this.#body = () => {
      const losses = F.crossEntropy(built.forward(x), y, { reduction: 'none' });
      backward(losses, { gradOutput: F.fill(device, [batch], 1 / batch) });
      optimizer.apply();
      optimizer.zeroGrad();
      return [losses];
    };
  }

  /** The step, captured anew. */
  readonly capture = (): Promise<CapturedStep> => this.device.capture(this.#body);

  /** The step, captured once. */
  async step(): Promise<CapturedStep> {
    this.#step ??= await this.capture();
    return this.#step;
  }

  /** Trains so many steps and waits for the loss of the last; milliseconds. */
  async run(steps: number): Promise<number> {
    const step = await this.step();
    return timed(async () => {
      for (let i = 0; i < steps; i++) {
        this.#context.setStep(this.#optimizer.steps);
        this.#optimizer.advance();
        step.run();
      }
      let loss = 0;
      for (const value of await step.outputs[0].read()) loss += value / this.batch;
      if (!Number.isFinite(loss)) throw new Error(`${this.model}: the loss became ${loss}`);
    });
  }
}
