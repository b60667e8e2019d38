import { count } from '../../../pipeline/data/dataset.ts';
import type { RunInput } from '../../../pipeline/node/runs/runTraining.ts';

/** How long a training is. */
export interface Course {
  readonly epochs: number;
  /** images that are looked at after each epoch, for each that was learnt from in it */
  readonly validationShare: number;
  /** the most that it may take; null for as long as it takes */
  readonly minutes: number | null;
}

export function courseOf({ settings, data }: Pick<RunInput, 'settings' | 'data'>): Course {
  const { epochs, minutes, validation } = settings;
  const validationShare = data.validation
    ? count(data.validation) / count(data.train)
    : validation / (1 - validation);
  return { epochs, minutes, validationShare };
}

/** A forward pass alone, beside one with its way back: gradients by input and by weight are as much again, each. */
const FORWARD = 1 / 3;

/**
 * Foretells the rest of a training. Steps and looks at validation images go at paces of their own; each is taken from the
 * later half of those that were seen, since the first ones compile, measure and fill caches. How long a look takes before
 * there was one is judged by its images.
 */
export class TimeLeft {
  readonly #start: number;
  #since: number;
  /** After each few steps, how many were done since the first of these and the seconds that they took. */
  readonly #marks: { readonly steps: number; readonly seconds: number }[] = [];
  /** Seconds of each look at the validation images. */
  readonly #looks: number[] = [];
  #total = 0;
  #step = 0;

  /** @param now milliseconds of a clock */
  constructor(
    readonly course: Course,
    readonly now = () => performance.now(),
  ) {
    this.#start = now();
    this.#since = this.#start;
  }

  /** Some steps are done: `step` is the last of them, of `total` in all epochs. */
  stepped(step: number, count: number, total: number): void {
    const seconds = this.#lap();
    const before = this.#marks.at(-1);
    // Those before the first mark began with all that is done once, and say nothing of the others.
    this.#marks.push(
      before === undefined
        ? { steps: 0, seconds: 0 }
        : { steps: before.steps + count, seconds: before.seconds + seconds },
    );
    [this.#step, this.#total] = [step, total];
  }

  /** An epoch is over, its validation images are read and its files written. */
  validated(): void {
    this.#looks.push(this.#lap());
  }

  /** Seconds to the end of the last epoch; null while there is nothing to judge by. */
  get seconds(): number | null {
    if (this.#marks.length < 2) return null;
    const { epochs, minutes } = this.course;
    const perEpoch = this.#total / epochs;
    const looks = epochs - Math.ceil(this.#step / perEpoch) + 1;
    const left = (this.#total - this.#step) * this.#pace + looks * this.#look(perEpoch);
    const elapsed = (this.now() - this.#start) / 1000;
    return minutes === null ? left : Math.min(left, Math.max(0, 60 * minutes - elapsed));
  }

  /** Seconds of a step. */
  get #pace(): number {
    const last = this.#marks[this.#marks.length - 1];
    const from = this.#marks.findLast(({ steps }) => steps <= last.steps / 2)!;
    return (last.seconds - from.seconds) / (last.steps - from.steps);
  }

  /** Seconds of a look. */
  #look(perEpoch: number): number {
    const later = this.#looks.slice(Math.floor(this.#looks.length / 2));
    if (later.length === 0) return FORWARD * this.course.validationShare * perEpoch * this.#pace;
    return later.reduce((sum, seconds) => sum + seconds, 0) / later.length;
  }

  /** Seconds since this was last asked. */
  #lap(): number {
    const before = this.#since;
    this.#since = this.now();
    return (this.#since - before) / 1000;
  }
}
