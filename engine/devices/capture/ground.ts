import type { Storage } from '../../device.ts';
import { InkgradError } from '../../errors.ts';
import type { Holder } from '../holder.ts';
import { currentStep } from './notes.ts';
import { disposedStep } from './outputs.ts';
import type { Noted, Recorder } from './recorder.ts';
import type { PlannedStorage } from './storage.ts';

/** Memory from outside, and the block that had it when the step was noted. */
interface Outside {
  readonly storage: Storage;
  readonly holder: Holder;
}

/**
 * What a captured step stands on: the memory of tensors from outside, which may be given back or move while the step
 * is kept, and what it hands out itself. All of it is looked at before each run.
 */
export class Ground<S extends PlannedStorage<unknown>> {
  readonly #outside: Outside[] = [];
  /** What a run replaces, outside and in what the step hands out. */
  readonly #written: readonly Holder[];
  /** What tensors look at when the body has ended: it keeps its memory, and each run writes it anew. */
  readonly handedOut: readonly S[];
  readonly #actions: readonly (() => void)[];
  #isDisposed = false;

  constructor(recorder: Recorder<S, Noted>) {
    const written = new Set<Holder>();
    const seen = new Set<Storage>();
    const note = (storage: S, isWritten: boolean) => {
      const outside = recorder.owns(storage) ? recorder.root(storage).whole : storage;
      const { holder } = outside;
      if (recorder.owns(outside) || holder === null) return;
      if (isWritten) written.add(holder);
      if (!seen.has(outside)) this.#outside.push({ storage: outside, holder });
      seen.add(outside);
    };
    for (const { reads, writes } of recorder.launches) {
      for (const storage of reads) note(storage, false);
      for (const storage of writes) note(storage, true);
    }
    this.handedOut = recorder.made.filter((storage) => storage.holder?.holds(storage) === true);
    this.#written = [...written, ...this.handedOut.map(({ holder }) => holder!)];
    this.#actions = recorder.notes.actions;
  }

  /** To be called before each run. */
  begin(): void {
    if (this.#isDisposed) throw disposedStep();
    if (currentStep() !== null) throw new InkgradError('capture: a step is run in a step; run them apart');
    for (const { storage, holder } of this.#outside) {
      if (holder.holds(storage)) continue;
      const what = holder.references > 0 ? 'moved by a new optimiser' : 'freed';
      throw new InkgradError(
        `capture: a tensor of ${storage.length} elements that the step uses was ${what}; capture the step again`,
      );
    }
    for (const action of this.#actions) action();
    for (const holder of this.#written) holder.touched();
  }

  /** Whether this is the first time; what the step handed out is gone then. */
  dispose(): boolean {
    if (this.#isDisposed) return false;
    this.#isDisposed = true;
    for (const storage of this.handedOut) storage.leave();
    return true;
  }
}
