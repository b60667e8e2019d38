/** Long enough for the compiler to have made its best of a kernel, which takes V8 4 ms. */
const MEASURED_MS = 15;

/** The shortest time of each of these, in milliseconds, as they run in turns. */
export function shortestTimes(runs: readonly (() => void)[]): number[] {
  const shortest = runs.map(() => Infinity);
  const begin = performance.now();
  while (performance.now() - begin < MEASURED_MS) {
    for (const [i, run] of runs.entries()) {
      const start = performance.now();
      run();
      shortest[i] = Math.min(shortest[i], performance.now() - start);
    }
  }
  return shortest;
}
