/** Lets one thing happen after the other. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Does something once all that was asked for before is done. */
  take<T>(action: () => T | Promise<T>): Promise<T> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
