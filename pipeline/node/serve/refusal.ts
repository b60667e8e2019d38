import type { Fault } from '../../faults.ts';

/** A request that is not answered as it asks: a status of HTTP, and a line that says why and what to do. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** Seconds after which a request that found no room is welcome again. */
const RETRY_AFTER = '1';

/** There is no room now, and there will be soon. */
export const busy = (what: string): Refusal =>
  new Refusal(503, `${what}; try again in a moment`, { 'retry-after': RETRY_AFTER });

export const tooLarge = (what: string): Refusal => new Refusal(413, what);

/** The status that says what was wrong with a picture; whatever is in no row is wrong here. */
const statuses: Partial<Record<Fault, number>> = {
  'not-an-image': 415,
  'not-installed': 415,
  'too-large': 413,
  damaged: 422,
  'wrong-size': 422,
  'no-writing': 422,
  exhausted: 503,
};

export const statusOf = (fault: Fault): number => statuses[fault] ?? 500;
