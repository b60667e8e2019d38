/** Clocks and the numbers that are made of them. */

/** The value in the middle, or the mean of the two in the middle. */
export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** The value below which this share of the values lies, by linear interpolation between neighbours. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
}

/** Milliseconds that `body` takes, with all that it waits for. */
export async function timed(body: () => unknown): Promise<number> {
  const start = performance.now();
  await body();
  return performance.now() - start;
}

/**
 * Lets everyone do one thing a round, each round beginning with the next one: whatever changes on the machine
 * while it goes on (clocks, heat, other programs) meets all of them alike.
 *
 * @returns what each of them gave, round by round
 */
export async function interleaved<T, R>(
  them: readonly T[],
  rounds: number,
  turn: (one: T) => Promise<R>,
): Promise<R[][]> {
  const given: R[][] = them.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < them.length; i++) {
      const at = (round + i) % them.length;
      given[at].push(await turn(them[at]));
    }
  }
  return given;
}

/**
 * How often something runs in `targetMs`, found by running it more and more often until that takes long enough to
 * be read off a clock. What it costs to start (compilers, caches) is behind it then.
 *
 * @param run runs it so many times; milliseconds
 */
export async function repetitionsFor(
  targetMs: number,
  run: (times: number) => Promise<number>,
): Promise<{ times: number; ms: number }> {
  for (let times = 1; ; ) {
    let total = await run(times);
    // Once more: something else may have held up the first.
    if (total >= targetMs / 2) total = Math.min(total, await run(times));
    if (total >= targetMs / 2) return { times, ms: total / times };
    times = Math.ceil(times * Math.min(8, targetMs / total));
  }
}
