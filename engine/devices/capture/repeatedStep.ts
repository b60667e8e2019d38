import type { CapturedStep, Storage } from '../../device.ts';
import type { TypedArray } from '../../dtype.ts';
import type { Tensor } from '../../tensor.ts';
import type { StepNotes } from './notes.ts';
import { withNotes } from './notes.ts';
import { disposedStep, outputsOf } from './outputs.ts';

/** What a body does is done at once, and gradients are where it leaves them. */
const atOnce: StepNotes = {
  beforeRun: (action) => action(),
  gradientMade() {},
  gradientFreed() {},
};

/** A step that is built anew in each run, where nothing is gained by noting it. */
export class RepeatedStep implements CapturedStep {
  outputs: readonly Tensor[] = [];
  readonly plan = null;
  #isDisposed = false;

  constructor(
    readonly body: () => readonly Tensor[],
    readonly copy: (from: Storage, to: Storage) => void,
  ) {}

  run(): void {
    if (this.#isDisposed) throw disposedStep();
    // An object of its own for each run, by which what counts in a step knows that a new one has begun.
    const fresh = withNotes({ ...atOnce }, () => outputsOf(this.body));
    if (this.outputs.length === 0) this.outputs = fresh;
    else for (const [i, tensor] of this.outputs.entries()) this.#renew(tensor, fresh[i]);
  }

  async runAndRead(tensor: Tensor): Promise<TypedArray> {
    // One that is gone is refused before anything is done.
    if (!tensor.disposed) this.run();
    return tensor.read();
  }

  async runTimed(): Promise<null> {
    return null;
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const tensor of this.outputs) tensor.dispose();
  }

  /** An output keeps its memory, so that its views show what each run makes. */
  #renew(output: Tensor, fresh: Tensor): void {
    if (!output.disposed && output.storage !== fresh.storage) {
      this.copy(fresh.storage, output.storage);
      output.touched();
    }
    fresh.dispose();
  }
}
