import type { EpochEvent, FitEvent, RunState } from '../train/fit.ts';

/** What happened in an epoch. */
export interface Epoch {
  /** from 1 */
  readonly epoch: number;
  /** the mean cross-entropy of its batches, each before its update */
  readonly loss: number;
  /** the share of its images that were read right then, 0…1 */
  readonly accuracy: number;
  /** the same of the validation images, after it */
  readonly validation: {
    /** the mean cross-entropy */
    readonly loss: number;
    /** the share of images that are read right, 0…1 */
    readonly accuracy: number;
  };
  /** whether no epoch before it was better on these */
  readonly isBest: boolean;
  /** of training, validation not counted */
  readonly seconds: number;
}

/** Keeps what a training tells, epoch by epoch. */
export class Epochs {
  readonly history: Epoch[] = [];
  /** where the training was last */
  state: RunState;
  /** where it was when it was best; null before */
  best: RunState | null = null;
  /** why it ended before its last epoch */
  early: string | null = null;
  #sum = { loss: 0, correct: 0, samples: 0, seconds: 0 };

  constructor(start: RunState) {
    this.state = start;
  }

  /** @returns the epoch that ends with an event */
  note(event: FitEvent): Epoch | null {
    if ('state' in event) this.state = event.state;
    if (event.kind === 'early') this.early = event.why;
    if (event.kind === 'stopped') this.early = 'the signal ended it';
    if (event.kind === 'steps') this.#add(event);
    return event.kind === 'epoch' ? this.#end(event) : null;
  }

  #add({ records, seconds }: Extract<FitEvent, { kind: 'steps' }>): void {
    const sum = this.#sum;
    sum.seconds += seconds;
    for (const { loss, correct, samples } of records) {
      sum.loss += loss * samples;
      sum.correct += correct;
      sum.samples += samples;
    }
  }

  #end({ epoch, isBest, state, validation: { loss, accuracy } }: EpochEvent): Epoch {
    if (isBest) this.best = state;
    const sum = this.#sum;
    this.#sum = { loss: 0, correct: 0, samples: 0, seconds: 0 };
    const done = {
      epoch,
      loss: sum.loss / sum.samples,
      accuracy: sum.correct / sum.samples,
      validation: { loss, accuracy },
      ...{ isBest, seconds: sum.seconds },
    };
    this.history.push(done);
    return done;
  }
}
