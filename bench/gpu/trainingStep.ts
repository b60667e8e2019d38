import type { WebGpuDevice } from '../../engine/devices/webgpu/device.ts';
import { FixedBatch } from '../fixedBatch.ts';
import { timed } from '../timing.ts';
import { modelNamed } from './settings.ts';

/** Training steps on one fixed batch, by the clock. */
export class TrainingStep extends FixedBatch<WebGpuDevice> {
  readonly #name: string;

  constructor(device: WebGpuDevice, name: string, batch: number) {
    super(device, modelNamed(name), batch);
    this.#name = name;
    // The tuner runs steps too: Adam's numbers must be there by then.
    this.optimizer.advance();
  }

  /** Trains so many steps and waits for the loss of the last; milliseconds. */
  async time(steps: number): Promise<number> {
    // What is captured now is no part of it.
    await this.step();
    return timed(async () => {
      const loss = await this.run(steps);
      if (!Number.isFinite(loss)) throw new Error(`${this.#name}: the loss became ${loss}`);
    });
  }
}
