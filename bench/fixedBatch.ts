import { backward } from '../engine/autograd.ts';
import type { CapturedStep, Device } from '../engine/device.ts';
import * as F from '../engine/functional.ts';
import { noGrad } from '../engine/graph.ts';
import type { Module } from '../engine/nn/index.ts';
import { Context } from '../engine/nn/index.ts';
import { Adam } from '../engine/optim/index.ts';
import { Tensor } from '../engine/tensor.ts';
import { build, type ModelSpec } from '../pipeline/model/model.ts';
import { CLASSES, crossEntropy, SIZE, syntheticBatch } from './peers/network.mjs';

/**
 * The work that inkgrad is measured by, and that the peers of bench/peers do too: forward, cross-entropy, backward
 * and Adam on one fixed batch; or forward alone.
 */
export class FixedBatch<D extends Device = Device> {
  readonly model: Module;
  readonly optimizer: Adam;
  readonly #context: Context;
  readonly #labels: Int32Array;
  readonly #body: () => Tensor[];
  #step: CapturedStep | null = null;

  constructor(
    readonly device: D,
    spec: ModelSpec,
    readonly batch: number,
    readonly training = true,
  ) {
    this.#context = new Context(device, 1);
    const model = build(spec, CLASSES, this.#context);
    model.train(training);
    const optimizer = new Adam(model.parameters().values(), { lr: 0.001 });
    const { images, labels } = syntheticBatch(batch);
    const x = Tensor.from(device, images, [batch, 1, SIZE, SIZE]);
    const y = Tensor.from(device, labels);
    const train = () => {
      const losses = F.crossEntropy(model.forward(x), y, { reduction: 'none' });
      backward(losses, { gradOutput: F.full(device, [batch], 1 / batch) });
      optimizer.apply();
      optimizer.zeroGrad();
      return [losses];
    };
    this.model = model;
    this.optimizer = optimizer;
    this.#labels = labels;
    this.#body = training ? train : () => noGrad(() => [model.forward(x)]);
  }

  /** The step, captured anew: what the tuner asks for. */
  readonly capture = (): Promise<CapturedStep> => this.device.capture(this.#body);

  /** The step, captured once. */
  async step(): Promise<CapturedStep> {
    this.#step ??= await this.capture();
    return this.#step;
  }

  /** Does so many steps and waits for the last; its loss, the mean over the batch. */
  async run(steps: number): Promise<number> {
    const step = await this.step();
    for (let i = 0; i < steps; i++) {
      if (this.training) {
        this.#context.setStep(this.optimizer.steps);
        this.optimizer.advance();
      }
      step.run();
    }
    const values = Float32Array.from(await step.outputs[0].read());
    if (!this.training) return crossEntropy(values, this.#labels);
    return values.reduce((sum, loss) => sum + loss, 0) / this.batch;
  }
}
