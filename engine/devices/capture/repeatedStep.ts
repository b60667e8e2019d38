import type { CapturedStep, Storage, Tensor } from '../../device.ts';
import type { TypedArray } from '../../dtype.ts';
import { InkgradError } from '../../errors.ts';
import { keep } from '../../scope.ts';
import { sameShape, show } from '../../shape.ts';
import type { StepNotes } from './notes.ts';
import { withNotes } from './notes.ts';
import { disposedStep, outputsOf } from './outputs.ts';

/** What a body does is done at once, and gradients are where it leaves them. */
const atOnce: StepNotes = {
  beforeRun: (action) => action(),
  gradientMade() {},
  gradientFreed() {},
  replacing() {},
};

/** A step that is built anew in each run, where nothing is gained by noting it. */
export class RepeatedStep implements CapturedStep {
  outputs: readonly Tensor[] = [];
  #hasRun = false;
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
    if (!this.#hasRun) this.outputs = fresh.map((tensor) => this.#own(tensor));
    else this.#renew(fresh);
    this.#hasRun = true;
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

  /** An output's memory is written in each run, so it must be nobody else's: the body may return what is. */
  #own(fresh: Tensor): Tensor {
    if (fresh.storage.holder?.references === 1) return fresh;
    const own = keep(fresh.emptyLike());
    this.copy(fresh.storage, own.storage);
    fresh.dispose();
    return own;
  }

  /** An output keeps its memory, so that its views show what each run makes. */
  #renew(fresh: readonly Tensor[]): void {
    try {
      this.#expectSame(fresh);
      for (const [i, output] of this.outputs.entries()) {
        if (output.disposed) continue;
        this.copy(fresh[i].storage, output.storage);
        output.touched();
      }
    } finally {
      for (const tensor of fresh) tensor.dispose();
    }
  }

  #expectSame(fresh: readonly Tensor[]): void {
    const isSame = ({ shape, dtype }: Tensor, i: number) =>
      sameShape(shape, this.outputs[i].shape) && dtype === this.outputs[i].dtype;
    if (fresh.length === this.outputs.length && fresh.every(isSame)) return;
    throw new InkgradError(
      `capture: the step returned ${specsOf(fresh)}, and ${specsOf(this.outputs)} in its first run; return the same shapes in each run`,
    );
  }
}

const specsOf = (tensors: readonly Tensor[]): string =>
  tensors.map(({ shape, dtype }) => (dtype === 'int32' ? 'int32 ' : '') + show(shape)).join(' ') || 'nothing';
