/**
 * Memory that threads share: each says how much it is about to take, and waits until there is room for that. What comes of
 * their work does not depend on it.
 */
import { totalmem } from 'node:os';

/** Plain data, in memory that all threads see. */
export interface Budget {
  /** kibibytes that are taken */
  readonly taken: Int32Array;
  /** kibibytes in all */
  readonly total: number;
}

const KIB = 1024;

/** Two pictures of 64 megapixels side by side, or a dozen photographs. */
const MOST = 2 ** 31;

/** What a program may take of a machine, or of a container, on which others run too. */
const SHARE = 1 / 4;

/** The memory of the machine, or of the container where that is limited to less. */
const memory = (): number => Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);

/** A new budget, of which nothing is taken. */
export const newBudget = (bytes = Math.min(MOST, SHARE * memory())): Budget => ({
  taken: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
  total: Math.floor(bytes / KIB),
});

/**
 * Does some work that may take memory once. `take` blocks this thread until so many bytes are free, or nothing is taken:
 * what is larger than the whole budget goes alone. All is given back when the work is done.
 *
 * @param budget without one, nothing is waited for
 */
export async function within<T>(
  budget: Budget | undefined,
  work: (take: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  if (budget === undefined) return work(() => {});
  const { taken, total } = budget;
  let mine = 0;
  const take = (bytes: number): void => {
    const wanted = Math.ceil(bytes / KIB);
    while (mine === 0) {
      const before = Atomics.load(taken, 0);
      if (before > 0 && before + wanted > total) Atomics.wait(taken, 0, before);
      else if (Atomics.compareExchange(taken, 0, before, before + wanted) === before) mine = wanted;
    }
  };
  try {
    return await work(take);
  } finally {
    Atomics.sub(taken, 0, mine);
    Atomics.notify(taken, 0);
  }
}
