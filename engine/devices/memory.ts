import type { Device, Storage } from '../device.ts';
import { currentStep } from './capture/notes.ts';
import type { Holder } from './holder.ts';

/** Contents that replaced others, so far. */
let replaced = 0;

/**
 * One memory block, and how many tensors look at it: a reshape shares the block of its source. A block may be a part of
 * another, and may move; all that look at it go along.
 */
export class Memory implements Holder {
  references = 1;
  /** Another number for each content that replaces one: a gradient needs numbers as they were (as in PyTorch). */
  version = 0;
  readonly #parts = new Set<Memory>();

  constructor(
    readonly device: Device,
    public storage: Storage,
    /** The block of which this one is a part, and from which element on. */
    public whole: Memory | null = null,
    public start = 0,
  ) {
    storage.holder = this;
    if (whole !== null) whole.#parts.add(this);
  }

  holds(storage: Storage): boolean {
    return this.references > 0 && this.storage === storage;
  }

  /** The elements from `start` on, which keep this block as long as they are there. */
  part(start: number, length: number): Memory {
    this.references++;
    return new Memory(this.device, this.device.part(this.storage, start, length), this, start);
  }

  drop(): void {
    if (--this.references === 0) this.#leave();
  }

  /** Goes to the place in `whole` that begins at `start`, where its content is already. */
  moveInto(whole: Memory, start: number): void {
    this.#leave();
    whole.references++;
    whole.#parts.add(this);
    this.whole = whole;
    this.start = start;
    this.#settle();
  }

  /** Notes that its content was replaced: also that of what overlaps it, parts and the whole. */
  touched(): void {
    let root: Memory = this;
    let from = 0;
    for (; root.whole !== null; root = root.whole) from += root.start;
    root.#touch(from, from + this.storage.length);
  }

  #touch(from: number, to: number): void {
    if (to <= 0 || from >= this.storage.length) return;
    currentStep()?.replacing(this);
    this.version = ++replaced;
    for (const part of this.#parts) part.#touch(from - part.start, to - part.start);
  }

  #settle(): void {
    this.storage = this.device.part(this.whole!.storage, this.start, this.storage.length);
    this.storage.holder = this;
    for (const part of this.#parts) part.#settle();
  }

  #leave(): void {
    if (this.whole === null) this.device.release(this.storage);
    else {
      this.whole.#parts.delete(this);
      this.whole.drop();
    }
  }
}
