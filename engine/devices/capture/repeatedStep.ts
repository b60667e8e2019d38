import type { CapturedStep } from '../../device.ts';
import type { TypedArray } from '../../dtype.ts';
import type { Tensor } from '../../tensor.ts';
import { outputsOf } from './outputs.ts';

/** A step that is built anew in each run, where nothing is gained by noting it. */
export class RepeatedStep implements CapturedStep {
  outputs: readonly Tensor[] = [];
  readonly plan = null;

  constructor(readonly body: () => readonly Tensor[]) {}

  run(): void {
    const fresh = outputsOf(this.body);
    if (this.outputs.length === 0) this.outputs = fresh;
    else for (const [i, tensor] of this.outputs.entries()) tensor.adopt(fresh[i]);
  }

  async runAndRead(tensor: Tensor): Promise<TypedArray> {
    this.run();
    return tensor.read();
  }

  async runTimed(): Promise<null> {
    return null;
  }

  dispose(): void {
    for (const tensor of this.outputs) tensor.dispose();
  }
}
