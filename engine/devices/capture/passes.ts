import type { StepNotes } from './notes.ts';
import { currentStep } from './notes.ts';

/** So many passes of one step are told apart. */
export const PASSES = 2 ** 16;

type Counts = Map<number, number>;

/**
 * Counts how often each random stream is drawn from in one step. Where nobody names the steps, each run of a captured
 * step that draws is the next step, and so are the passes after it.
 */
export class Passes {
  #step = 0;
  #usedBy: 'nobody' | 'passes' | 'a run' = 'nobody';
  readonly #counts: Counts = new Map();
  /** The same in the body of the step that was captured last. */
  #captured: { readonly notes: StepNotes; readonly counts: Counts } | null = null;

  /** @param goOn names a step, which comes back to `begin` */
  constructor(readonly goOn: (step: number) => void) {}

  /** A step has a name now, and nothing was drawn in it yet. */
  begin(step: number): void {
    this.#step = step;
    this.#usedBy = 'nobody';
    this.#counts.clear();
  }

  /** How often `stream` was drawn from before in this step. */
  next(stream: number): number {
    const notes = currentStep();
    const counts = notes === null ? this.#eagerCounts(stream) : this.#capturedCounts(notes);
    const pass = counts.get(stream) ?? 0;
    counts.set(stream, pass + 1);
    return pass;
  }

  #eagerCounts(stream: number): Counts {
    this.#use('passes', this.#usedBy === 'a run' || this.#counts.get(stream) === PASSES);
    return this.#counts;
  }

  /** Every run draws as the body did, so that what tells runs apart is the step. */
  #capturedCounts(notes: StepNotes): Counts {
    if (this.#captured?.notes !== notes) {
      this.#captured = { notes, counts: new Map() };
      notes.beforeRun(() => this.#use('a run', this.#usedBy !== 'nobody'));
    }
    return this.#captured.counts;
  }

  #use(by: 'passes' | 'a run', inNext: boolean): void {
    if (inNext) this.goOn(this.#step + 1);
    this.#usedBy = by;
  }
}
