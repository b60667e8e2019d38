import type { RunState } from '../../../pipeline/train/fit.ts';

/** A state that was passed, and how many changes of the terms had been made by then. */
export interface Kept {
  readonly state: RunState;
  readonly changes: number;
}

/** Bytes that the states of a training may take together. */
const MOST_BYTES = 128e6;

/** States that were passed, to go back to: all of the last steps, fewer and fewer of those before. */
export class History {
  readonly #kept: Kept[] = [];

  constructor(readonly mostBytes: number = MOST_BYTES) {}

  /** The step of the newest. */
  get newestStep(): number {
    return stepOf(this.#kept[this.#kept.length - 1]);
  }

  /** The steps whose states are kept, ascending. */
  get steps(): number[] {
    return this.#kept.map(stepOf);
  }

  keep(kept: Kept): void {
    this.cut(stepOf(kept) - 1);
    this.#kept.push(kept);
    while (this.#kept.length > 2 && this.#bytes() > this.mostBytes) this.#thin();
  }

  /** The last state at or before a step, that of the beginning at least. */
  before(step: number): Kept {
    return this.#kept.findLast((kept) => stepOf(kept) <= step) ?? this.#kept[0];
  }

  /** Forgets what came after a step. */
  cut(step: number): void {
    while (this.#kept.length > 0 && stepOf(this.#kept[this.#kept.length - 1]) > step) this.#kept.pop();
  }

  #bytes(): number {
    return this.#kept.length * bytesOf(this.#kept[0].state);
  }

  /**
   * Forgets the state whose neighbours are nearest to each other for how long ago they were: what is left lies twice as
   * far apart where it is twice as old. The first and the last stay.
   */
  #thin(): void {
    const now = stepOf(this.#kept[this.#kept.length - 1]);
    let [least, at] = [Infinity, 1];
    for (let i = 1; i < this.#kept.length - 1; i++) {
      const gap = stepOf(this.#kept[i + 1]) - stepOf(this.#kept[i - 1]);
      const share = gap / (now - stepOf(this.#kept[i - 1]));
      if (share < least) [least, at] = [share, i];
    }
    this.#kept.splice(at, 1);
  }
}

const stepOf = ({ state }: Kept): number => state.optimizer.steps;

/** What a state takes: its numbers. */
function bytesOf({ weights, optimizer, average }: RunState): number {
  const tensors = [...weights.values(), ...(average?.values() ?? [])].map(({ data }) => data);
  return [...tensors, ...optimizer.moments].reduce((sum, { byteLength }) => sum + byteLength, 0);
}
