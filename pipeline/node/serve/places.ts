/** So many places, of which some are taken: pictures that wait, or bytes in memory. */
export class Places {
  #taken = 0;

  constructor(readonly most: number) {}

  get taken(): number {
    return this.#taken;
  }

  /** @returns whether there were so many free */
  take(count: number): boolean {
    if (this.#taken + count > this.most) return false;
    this.#taken += count;
    return true;
  }

  give(count: number): void {
    this.#taken -= count;
  }
}
