/** Bytes that may wait, however few are alive. */
const FLOOR = 64 * 2 ** 20;
/** Beyond that, at most so many times what was alive at once. */
const SHARE = 4;
/** Sizes that were given up and are remembered. */
const REMEMBERED = 4096;

interface Waiting<T> {
  readonly bytes: number;
  readonly items: T[];
}

/**
 * Memory that was given back, by size: a training step asks for the same sizes again and again. What waits is bounded, and
 * what has waited longest is given up first. Where a size that was given up is asked for again the bound was too low, and
 * rises: so steps of any length keep all they need after a few rounds, and sizes that never come again take little.
 */
export class Pool<T> {
  /** Sizes that were used last stand last. */
  readonly #waiting = new Map<string | number, Waiting<T>>();
  readonly #givenUp = new Set<string | number>();
  #waitingBytes = 0;
  #alive = 0;
  #mostAlive = 0;
  #bound = FLOOR;

  /** @param giveUp gives memory back to the system */
  constructor(readonly giveUp: (items: readonly T[]) => void) {}

  /** Bytes that wait. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Memory of a size; undefined where none waits, and it has to be made. */
  take(size: string | number, bytes: number): T | undefined {
    this.#alive += bytes;
    this.#mostAlive = Math.max(this.#mostAlive, this.#alive);
    const waiting = this.#waiting.get(size);
    if (waiting === undefined) {
      if (this.#givenUp.delete(size)) this.#bound = Math.min(this.#bound + bytes, this.#most);
      return undefined;
    }
    const item = waiting.items.pop();
    this.#waitingBytes -= bytes;
    this.#waiting.delete(size);
    if (waiting.items.length > 0) this.#waiting.set(size, waiting);
    return item;
  }

  give(size: string | number, bytes: number, item: T): void {
    this.leave(bytes);
    const waiting = this.#waiting.get(size) ?? { bytes, items: [] };
    waiting.items.push(item);
    this.#waiting.delete(size);
    this.#waiting.set(size, waiting);
    this.#waitingBytes += bytes;
    // A quarter more than has to be, for memory is given up in few goes.
    if (this.#waitingBytes > this.#bound) this.#giveUpTo(0.75 * this.#bound);
  }

  /** Memory that was taken does not come back. */
  leave(bytes: number): void {
    this.#alive -= bytes;
  }

  /** Gives up all that waits. */
  clear(): void {
    this.#giveUpTo(0);
    this.#givenUp.clear();
  }

  get #most(): number {
    return FLOOR + SHARE * this.#mostAlive;
  }

  #giveUpTo(bytes: number): void {
    const items: T[] = [];
    for (const [size, waiting] of this.#waiting) {
      if (this.#waitingBytes <= bytes) break;
      while (this.#waitingBytes > bytes && waiting.items.length > 0) {
        items.push(waiting.items.shift()!);
        this.#waitingBytes -= waiting.bytes;
      }
      if (waiting.items.length === 0) this.#waiting.delete(size);
      this.#givenUp.add(size);
    }
    for (const size of this.#givenUp) {
      if (this.#givenUp.size <= REMEMBERED) break;
      this.#givenUp.delete(size);
    }
    this.giveUp(items);
  }
}
